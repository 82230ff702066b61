"""What a session remembers besides who: when the person signed in, and with what."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from django.contrib.auth import login, logout

from kateder.core import audit, clock
from kateder.core.models import User
from kateder.register.access import actor_for
from kateder.signin.requests import Request

BACKEND: Final = "django.contrib.auth.backends.ModelBackend"
_SIGNED_IN_AT: Final = "signed_in_at"


def sign_in(request: Request, user: User, *, how: str) -> None:
    """Let a recognised person in: a new session, so that an earlier key is worth nothing."""
    if request.user.is_authenticated:
        logout(request)
    login(request, user, backend=BACKEND)
    request.session[_SIGNED_IN_AT] = int(clock.now().timestamp())
    actor = actor_for(user, today=clock.today())
    audit.record("signed_in", actor=actor, subject_type="user", subject_id=user.id, how=how)


def signed_in_at(request: Request) -> datetime | None:
    """When the person in this browser signed in, or None."""
    if not request.user.is_authenticated:
        return None
    return datetime.fromtimestamp(request.session.get(_SIGNED_IN_AT, 0), UTC)
