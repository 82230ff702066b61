"""A run as a page shows it: phase, count, estimated end; it survives a reload because it is read anew each time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.http import HttpRequest
from django.utils.translation import gettext

from kateder.core import clock

PATIENCE: Final = timedelta(seconds=60)
"""How long a run that was asked for may take to begin before the page stops waiting for it."""


@dataclass(frozen=True, slots=True)
class Run:
    """What the progress card needs. `total` 0 is unknown."""

    phase: str
    tone: str
    state: str
    is_going: bool
    done: int
    total: int
    ends: str
    address: str


def waiting_to_begin(address: str) -> Run:
    """Somebody has pressed the button and no worker has begun yet."""
    return Run(gettext("Waits for a worker to begin"), "warn", gettext("Asked for"), True, 0, 0, "", address)


def asked_at(request: HttpRequest) -> datetime | None:
    """When a run was asked for, from `?begard=`, while there is still reason to wait for it."""
    try:
        asked = datetime.fromtimestamp(float(request.GET.get("begard", "")), clock.ZONE)
    except (ValueError, OverflowError, OSError):
        return None
    return asked if asked <= clock.now() <= asked + PATIENCE else None


def asked_address(path: str) -> str:
    """The page's address for somebody who has just asked for a run."""
    return f"{path}?begard={int(clock.now().timestamp())}"


def estimated_end(*, since: datetime | None, done: int, total: int, now: datetime) -> str:
    """When it will be done at the pace so far; nothing before a hundredth is done."""
    if since is None or not total or done * 100 < total or done >= total:
        return ""
    left = (now - since) * (total - done) / done
    if left < timedelta(minutes=1):
        return gettext("done in less than a minute")
    return gettext("done about %(clock)s") % {"clock": (now + left).astimezone(clock.ZONE).strftime("%H.%M")}
