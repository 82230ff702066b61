"""Memory has an end: what nobody can use any more is deleted."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from kateder.signin.models import AccessToken, Attempt, Grant, IDToken, Session, SetupLink

KEPT: Final = timedelta(days=1)
"""How long a used code and a dead token are kept, so that a second showing is still recognised."""


def forget_expired(*, now: datetime) -> None:
    """Delete ended sessions, codes, tokens, links and failures of the current authority."""
    Session.objects.filter(expires_at__lte=now).delete()
    SetupLink.objects.filter(expires_at__lte=now - KEPT).delete()
    Attempt.objects.filter(at__lte=now - KEPT).delete()
    AccessToken.objects.filter(expires__lte=now - KEPT).delete()
    IDToken.objects.filter(expires__lte=now - KEPT).delete()
    Grant.objects.filter(expires__lte=now - KEPT).delete()
