"""Deliveries as a whole: every service, in step or not, since when and why, and what to do next."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, ngettext

from kateder.core import clock
from kateder.core.actors import Role
from kateder.portal.doors import Asked, door
from kateder.portal.periods import when
from kateder.portal.words import number
from kateder.provisioning.api import Health, Standing, health

TONES: Final[Mapping[str, str]] = {
    Standing.IN_STEP: "ok",
    Standing.UNDER_WAY: "ok",
    Standing.BEHIND: "warn",
    Standing.WAITS: "warn",
    Standing.FROZEN: "warn",
    Standing.PAUSED: "warn",
    Standing.NEVER: "warn",
    Standing.REFUSED: "bad",
    Standing.DOWN: "bad",
    Standing.SHUT_OUT: "bad",
}
ORDER: Final[Mapping[str, int]] = {"bad": 0, "warn": 1, "ok": 2}


@dataclass(frozen=True, slots=True)
class Line:
    """One service in the list. `action` is what its button says, `address` where it leads."""

    service_id: UUID
    name: str
    tone: str
    standing: str
    why: str
    next_step: str
    since: datetime | None
    next_attempt: str
    last_good: datetime | None
    action: str
    address: str


@door(Role.ADMINISTRATOR)
def deliveries(request: Asked) -> HttpResponse:
    """Every service that takes deliveries, those that need a person first."""
    lines = [_line(one) for one in health(now=clock.now())]
    lines.sort(key=lambda line: ORDER[line.tone])
    return render(request, "portal/authority/deliveries.html", {"lines": lines, "summary": _summary(lines)})


def _line(one: Health) -> Line:
    tone = TONES[one.standing]
    address = f"/tjanster/{one.service_id}/"
    action, where = gettext("Open"), address
    if one.standing is Standing.WAITS:
        action, where = gettext("Look at the plan"), f"/planer/{one.plan_id}/"
    elif tone == "bad" and one.last_run_id:
        action, where = gettext("Look at the delivery"), f"/leveranser/{one.last_run_id}/"
    return Line(
        service_id=one.service_id,
        name=one.name,
        tone="warn" if tone == "ok" and one.certificate_ends else tone,
        standing=str(Standing(one.standing).label),
        why=_why(one),
        next_step=_next_step(one),
        since=one.since,
        next_attempt=_at(one.next_attempt),
        last_good=one.last_good,
        action=action,
        address=where,
    )


def _why(one: Health) -> str:
    if one.standing is Standing.REFUSED:
        said = ngettext("%(n)s object: %(why)s", "%(n)s objects, such as: %(why)s", one.refused)
        return said % {"n": number(one.refused), "why": one.why}
    return str(one.why)


def _next_step(one: Health) -> str:
    said = str(one.next_step)
    if one.certificate_ends:
        ends = gettext("Our certificate there ends %(day)s: make a new key and give it to the provider.")
        said = f"{said} {ends % {'day': when(one.certificate_ends)}}".strip()
    return said


def _at(moment: datetime | None) -> str:
    if moment is None:
        return ""
    clock_time = moment.astimezone(clock.ZONE).strftime("%H.%M")
    return gettext("Next attempt about %(clock)s.") % {"clock": clock_time}


def _summary(lines: list[Line]) -> str:
    waiting = sum(line.tone != "ok" for line in lines)
    if not waiting:
        return gettext("Every service is in step with the register.")
    said = ngettext("%(n)s service of %(all)s needs a look.", "%(n)s services of %(all)s need a look.", waiting)
    return said % {"n": number(waiting), "all": number(len(lines))}
