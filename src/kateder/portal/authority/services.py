"""Services: may each be used, by which agreement, and what may it know."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext, ngettext

from kateder.catalogue.models import Service
from kateder.core.actors import Role
from kateder.governance.api import DataFlow, Level, Outcome, Tier, data_flows, policy_of, verdict
from kateder.governance.models import Agreement, Decision, ReleaseField
from kateder.portal.authority.deliveries import place_of
from kateder.portal.authority.fetching import fetchers
from kateder.portal.authority.runs import asked_address, refreshed
from kateder.portal.doors import Asked, door, refuse
from kateder.portal.periods import day, days_left, period
from kateder.portal.words import number
from kateder.provisioning.api import request_delivery

SOON: Final = timedelta(days=60)
READERS: Final = (Role.ADMINISTRATOR, Role.OFFICER)


@dataclass(frozen=True, slots=True)
class State:
    """An agreement or a decision, with what it means today: ok, warn, bad or none."""

    tone: str
    word: str
    since: date | None = None
    """The first day; None where there is nothing."""


@dataclass(frozen=True, slots=True)
class Line:
    """One service in the list."""

    id: UUID
    name: str
    provider: str
    decision: State
    agreement: State
    level: str


@door(*READERS)
def services(request: Asked) -> HttpResponse:
    """Every service with its decision and agreement."""
    agreements: dict[UUID, list[Agreement]] = {}
    for agreement in Agreement.objects.all():
        agreements.setdefault(agreement.service_id, []).append(agreement)
    lines = [
        _line(flow, agreements.get(flow.service_id, []), today=request.today)
        for flow in data_flows(today=request.today)
    ]
    context = {"services": lines, "is_administrator": request.actor.has(Role.ADMINISTRATOR)}
    return render(request, "portal/authority/services.html", context)


@door(*READERS)
def service(request: Asked, service_id: UUID) -> HttpResponse:
    """One service: decision, agreement, what it may know, and its deliveries."""
    found = get_object_or_404(Service.objects.select_related("provider"), pk=service_id)
    if request.method == "POST":
        if not request.actor.has(Role.ADMINISTRATOR):
            refuse(request, request.actor)
        request_delivery([found.pk], by=request.actor)
        return HttpResponseRedirect(asked_address(request.path))
    judged = verdict(service_id, today=request.today)
    is_stopped = judged.reason is not None and judged.level is not Level.TRANSIENT
    place = place_of(request, service_id)
    context = {
        "service": found,
        "place": place,
        "may_deliver": request.actor.has(Role.ADMINISTRATOR),
        "stopped": judged.reason.label if is_stopped and judged.reason else "",
        "decisions": [_decision(row, today=request.today) for row in _decisions(service_id)],
        "agreements": [_agreement(row, today=request.today) for row in _agreements(service_id)],
        "policy": policy_of(service_id, today=request.today),
        "fields": [_field(row) for row in ReleaseField.objects.filter(policy__service=service_id).order_by("field")],
        "fetchers": fetchers(service_id) if request.actor.has(Role.ADMINISTRATOR) else [],
        "resources": found.resources.order_by("title"),
    }
    return refreshed(request, render(request, "portal/authority/service.html", context), place.run if place else None)


def agreement_state(agreements: Iterable[Agreement], *, today: date) -> State:
    """What the agreements of one service mean today, the one that holds longest first."""
    begun = [each for each in agreements if each.valid_from_date <= today]
    if not begun:
        return State("bad", gettext("No agreement"))
    longest = max(begun, key=lambda each: each.valid_to_date or date.max)
    since, last = longest.valid_from_date, longest.valid_to_date
    if last is None:
        return State("ok", gettext("In force"), since)
    if last < today:
        return State("bad", gettext("Ended on %(day)s") % {"day": day(last)}, since)
    if last <= today + SOON:
        return State("warn", days_left(last, today=today), since)
    return State("ok", gettext("In force until %(day)s") % {"day": day(last)}, since)


def _line(flow: DataFlow, agreements: list[Agreement], *, today: date) -> Line:
    decided = State("ok", str(flow.tier.label)) if flow.tier else State("bad", gettext("Not decided"))
    return Line(
        flow.service_id,
        flow.service_name,
        flow.provider_name,
        decided,
        agreement_state(agreements, today=today),
        str(flow.level.label),
    )


def _decisions(service_id: UUID) -> Iterable[Decision]:
    return Decision.objects.filter(service=service_id).order_by("-valid_from_date", "pk")


def _agreements(service_id: UUID) -> Iterable[Agreement]:
    found = Agreement.objects.filter(service=service_id).select_related("controller")
    return found.order_by("-valid_from_date", "pk")


def _decision(row: Decision, *, today: date) -> dict[str, str]:
    outcome, is_over = Outcome(row.outcome), row.valid_to_date is not None and row.valid_to_date < today
    tone = "none" if is_over else "ok" if outcome is Outcome.APPROVED else "bad"
    return {
        "tone": tone,
        "outcome": str(outcome.label),
        "tier": str(Tier(row.tier).label),
        "by": row.decided_by,
        "delegation": row.delegation,
        "grounds": row.grounds,
        "number": row.registration_number,
        "period": period(row.valid_from_date, row.valid_to_date),
    }


def _agreement(row: Agreement, *, today: date) -> dict[str, str]:
    state = agreement_state([row], today=today)
    return {
        "tone": state.tone,
        "state": state.word,
        "controller": row.controller.name,
        "number": row.registration_number,
        "period": period(row.valid_from_date, row.valid_to_date),
        "notice": ngettext("%(n)s day", "%(n)s days", row.notice_days) % {"n": number(row.notice_days)},
    }


def _field(row: ReleaseField) -> dict[str, str]:
    until = day(row.end_date) if row.end_date else gettext("as long as the agreement")
    return {"name": row.get_field_display(), "purpose": row.purpose, "clause": row.clause, "until": until}
