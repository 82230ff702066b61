"""The rate limit of sign-in: per account and per address, counted in the database so that all processes see it."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from kateder.core import secrets
from kateder.core.tenancy import current_authority_id
from kateder.signin.accounts.errors import TooManyAttempts
from kateder.signin.models import Attempt

WINDOW: Final = timedelta(minutes=15)
PER_ACCOUNT: Final = 8
# A whole school may share one address.
PER_ADDRESS: Final = 200


def check(*, address: str, now: datetime, account: str | None = None) -> None:
    """Raises TooManyAttempts when the account or the address has failed too often lately.

    A passkey names its account only when it is right, so there the address alone is counted.
    """
    for subject, most in _subjects(account, address):
        if Attempt.objects.filter(subject=subject, at__gt=now - WINDOW).count() >= most:
            raise TooManyAttempts(minutes=int(WINDOW.total_seconds() // 60))


def failed(*, address: str, now: datetime, account: str | None = None) -> None:
    """Count one failure."""
    Attempt.objects.filter(at__lte=now - WINDOW).delete()
    Attempt.objects.bulk_create(Attempt(subject=subject, at=now) for subject, _most in _subjects(account, address))


def succeeded(*, account: str) -> None:
    """Forget the account's failures; the address keeps its own."""
    Attempt.objects.filter(subject=_subject("account", account)).delete()


def _subjects(account: str | None, address: str) -> Iterable[tuple[str, int]]:
    yield _subject("address", address), PER_ADDRESS
    if account is not None:
        yield _subject("account", account), PER_ACCOUNT


def _subject(kind: str, value: str) -> str:
    key = secrets.derive("signin-attempts", current_authority_id())
    return hmac.new(key, f"{kind}:{value.casefold()}".encode(), hashlib.sha256).hexdigest()
