"""Deliveries: a run with its phase, count and estimated end, what did not go through, and every receipt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext

from kateder.core import clock
from kateder.core.actors import Role
from kateder.core.models import Plan, PlanState
from kateder.portal.authority.delivery_facts import facts_of, troubles_of
from kateder.portal.authority.healed import healed_of
from kateder.portal.authority.plans import STATE_TONES, by_kind, total_of
from kateder.portal.authority.runs import Run, asked_at, refreshed, waiting_to_begin
from kateder.portal.doors import Asked, door
from kateder.portal.paging import page_of
from kateder.portal.words import ACTIONS, ANSWERS, KINDS, number, word
from kateder.provisioning.api import DeliveryRun, RunState, Target, estimated_end, receipts
from kateder.provisioning.models import Receipt

SHOWN: Final = 10
TONES: Final[Mapping[str, str]] = {
    RunState.RUNNING: "warn",
    RunState.WAITING: "warn",
    RunState.FROZEN: "warn",
    RunState.SUCCEEDED: "ok",
    RunState.FAILED: "bad",
    RunState.INTERRUPTED: "bad",
}


@dataclass(frozen=True, slots=True)
class Past:
    """One run in a list."""

    id: UUID
    at: datetime
    line: str
    tone: str
    state: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a service takes deliveries, and how it has gone."""

    id: UUID
    name: str
    line: str
    plan: UUID | None
    run: Run | None
    runs: Sequence[Past]


def place_of(request: Asked, service_id: UUID) -> Place | None:
    """The service's target with its last runs; None for a service that takes no deliveries."""
    target = Target.objects.filter(service=service_id).first()
    if target is None:
        return None
    runs = list(DeliveryRun.objects.filter(target=target).order_by("-started_at")[:SHOWN])
    waiting = Plan.objects.filter(kind="delivery", subject_id=target.pk, state=PlanState.WAITING).first()
    held = target.objects_held.filter(content_hash__isnull=False).count()
    return Place(
        target.pk,
        target.place,
        gettext("%(n)s objects there · %(state)s") % {"n": number(held), "state": target.get_state_display().lower()},
        waiting.pk if waiting else None,
        _going(request, runs),
        _pasts(runs),
    )


@door(Role.ADMINISTRATOR, Role.OFFICER)
def delivery(request: Asked, run_id: UUID) -> HttpResponse:
    """One run of a delivery, read anew at each look."""
    found = get_object_or_404(DeliveryRun.objects.select_related("target__service"), pk=run_id)
    page = page_of(request, receipts(run_id=found.pk))
    service = found.target.service
    run = _run(found, request.path, plan=_plans([found]).get(found.pk))
    context = {
        "service": service,
        "started_at": found.started_at,
        "run": run,
        "kinds": by_kind(found.planned),
        "facts": facts_of(found),
        "healed": healed_of(found),
        "troubles": troubles_of(found),
        "receipts": [_receipt(row) for row in page.rows],
        "page": page,
    }
    return refreshed(request, render(request, "portal/authority/delivery.html", context), run)


def _going(request: Asked, runs: Sequence[DeliveryRun]) -> Run | None:
    asked = asked_at(request)
    if asked is not None and not any(one.started_at >= asked for one in runs):
        return waiting_to_begin(request.get_full_path())
    latest = next(iter(runs), None)
    return _run(latest, request.path) if latest and latest.state == RunState.RUNNING else None


def _run(found: DeliveryRun, address: str, *, plan: Plan | None = None) -> Run:
    is_going = found.state == RunState.RUNNING
    tone, state = _state(found, plan)
    return Run(
        phase=found.get_phase_display() if is_going else _line(found),
        tone=tone,
        state=state,
        is_going=is_going,
        done=found.done,
        total=found.total,
        ends=_ends(found),
        address=address,
    )


def _ends(found: DeliveryRun) -> str:
    end = estimated_end(found, now=clock.now())
    return gettext("done about %(clock)s") % {"clock": end.astimezone(clock.ZONE).strftime("%H.%M")} if end else ""


def _pasts(runs: Sequence[DeliveryRun]) -> list[Past]:
    plans = _plans(runs)
    return [Past(one.pk, one.started_at, _line(one), *_state(one, plans.get(one.pk))) for one in runs]


def _plans(runs: Sequence[DeliveryRun]) -> dict[UUID, Plan]:
    """The plans that these runs left for a person, by run."""
    left = {one.plan_id: one.pk for one in runs if one.state == RunState.WAITING and one.plan_id}
    return {left[plan.pk]: plan for plan in Plan.objects.filter(pk__in=left)}


def _state(one: DeliveryRun, plan: Plan | None) -> tuple[str, str]:
    """The tone and the words: of a run that left a plan, what has become of the plan since."""
    if plan is not None:
        return STATE_TONES[plan.state], plan.get_state_display()
    return TONES.get(one.state, "none"), one.get_state_display()


def _line(one: DeliveryRun) -> str:
    if one.stopped_by:
        return gettext("Stopped: %(why)s") % {"why": word(ANSWERS, one.stopped_by)}
    if one.state == RunState.WAITING:
        return gettext("Made a plan that somebody has to approve")
    said = {"create": gettext("%(n)s new"), "update": gettext("%(n)s altered"), "remove": gettext("%(n)s taken away")}
    counts = {action: total_of(one.planned, action) for action in said}
    parts = [said[action] % {"n": number(count)} for action, count in counts.items() if count]
    return ", ".join(parts) or gettext("Nothing to send")


def _receipt(row: Receipt) -> dict[str, object]:
    return {
        "at": row.at.astimezone(clock.ZONE),
        "what": f"{word(KINDS, row.resource_type).capitalize()}: {word(ACTIONS, row.action)}",
        "released_id": row.released_id,
        "answer": str(row.http_status or "–"),
    }
