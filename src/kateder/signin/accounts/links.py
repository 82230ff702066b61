"""Set-up links: how the first administrator, and everyone after, gets a way to sign in."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from kateder.core.models import User
from kateder.signin.accounts.errors import LinkUsed
from kateder.signin.models import SetupLink

GOOD_FOR: Final = timedelta(hours=24)


def issue(user_id: UUID, *, now: datetime) -> str:
    """A new token for a user; earlier links of the same user stop working."""
    SetupLink.objects.filter(user_id=user_id, used_at=None).delete()
    token = secrets.token_urlsafe(32)
    SetupLink.objects.create(user_id=user_id, digest=_digest(token), expires_at=now + GOOD_FOR)
    return token


def holder(token: str, *, now: datetime) -> User:
    """Whose link it is; looking does not use it up. Raises LinkUsed."""
    return _open_link(token, now=now).user


def use(token: str, *, now: datetime) -> User:
    """Use the link up, once. Raises LinkUsed."""
    link = _open_link(token, now=now, lock=True)
    link.used_at = now
    link.save(update_fields=["used_at"])
    return link.user


def _open_link(token: str, *, now: datetime, lock: bool = False) -> SetupLink:
    links = SetupLink.objects.select_related("user").filter(
        digest=_digest(token), used_at=None, expires_at__gt=now, user__is_active=True
    )
    link = (links.select_for_update(of=("self",)) if lock else links).first()
    if link is None:
        raise LinkUsed
    return link


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
