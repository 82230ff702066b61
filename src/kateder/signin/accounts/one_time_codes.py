"""One-time codes from an authenticator app (RFC 6238), beside a password."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import pyotp

from kateder.core import secrets
from kateder.core.models import User
from kateder.signin.models import OneTimeSecret

PURPOSE: Final = "one-time-codes"
STEP_SECONDS: Final = 30
# RFC 6238 §5.2: one step back, for clocks and slow typing.
STEPS_BACK: Final = 1


def new_seed() -> str:
    """A fresh seed, 160 bits in base32."""
    return pyotp.random_base32()


def address(seed: str, *, user: User, issuer: str) -> str:
    """What the app reads out of the QR code."""
    return pyotp.TOTP(seed).provisioning_uri(name=user.username, issuer_name=issuer)


def matches(seed: str, *, code: str, now: datetime) -> int | None:
    """The time step whose code this is, or None."""
    digits = "".join(code.split())
    newest = int(now.timestamp()) // STEP_SECONDS
    totp = pyotp.TOTP(seed)
    for step in range(newest, newest - STEPS_BACK - 1, -1):
        if totp.verify(digits, for_time=step * STEP_SECONDS):
            return step
    return None


def keep(user: User, *, seed: str, step: int, now: datetime) -> None:
    """Keep a seed whose first code has been shown."""
    OneTimeSecret.objects.update_or_create(
        user=user,
        defaults={"sealed": secrets.seal(seed.encode(), purpose=PURPOSE), "last_step": step, "created_at": now},
    )


def accept(user: User, *, code: str, now: datetime) -> bool:
    """Whether the code is right and has not been used: RFC 6238 §5.2, a code is good once."""
    kept = OneTimeSecret.objects.select_for_update().filter(user=user).first()
    if kept is None:
        return False
    step = matches(secrets.unseal(kept.sealed, purpose=PURPOSE).decode(), code=code, now=now)
    if step is None or step <= kept.last_step:
        return False
    kept.last_step = step
    kept.save(update_fields=["last_step"])
    return True
