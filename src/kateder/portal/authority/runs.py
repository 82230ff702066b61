"""A run as a page shows it: phase, count, estimated end; it survives a reload because it is read anew each time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.http import HttpRequest, HttpResponse
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


def refreshed(request: HttpRequest, page: HttpResponse, run: Run | None) -> HttpResponse:
    """Let a page that has waited for a run load itself whole once the run is over."""
    if request.headers.get("HX-Target") == "run" and (run is None or not run.is_going):
        page["HX-Refresh"] = "true"
    return page


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
