"""The page of the rollover: begin, freeze, see, release; and who exactly gets or loses something."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext, ngettext

from kateder.core.actors import Role
from kateder.portal.doors import Asked, door
from kateder.portal.paging import page_of
from kateder.portal.rollover.steps import steps
from kateder.portal.words import number
from kateder.provisioning.models import Consequence, Rollover, Target, TargetState
from kateder.provisioning.rollover import event, readiness
from kateder.provisioning.rollover.freezing import FreezeNeedsReason, ReminderInThePast, freeze, frozen, thaw
from kateder.register import access
from kateder.register.models import Organisation, Person

ADDRESS = "/lasarsskifte/"


@dataclass(frozen=True, slots=True)
class Line:
    """One service at one school."""

    id: UUID
    service: str
    school: str
    gets: int
    loses: int
    keeps: int


@door(Role.ADMINISTRATOR)
def rollover(request: Asked) -> HttpResponse:
    """The steps of the rollover under way, or a way to begin one."""
    if request.method == "POST":
        return _do(request)
    found = event.current()
    if found is None:
        past = Rollover.objects.exclude(released_at=None).order_by("-released_at").first()
        return render(request, "portal/rollover/begin.html", {"past": past, "suggested": _suggested(request.today)})
    freezes = list(frozen())
    units = readiness.units(day=found.day, today=request.today)
    lines = list(_lines(found.consequences.select_related("service").order_by("service__name", "pk")))
    context = {
        "found": found,
        "steps": steps(found, freezes=freezes, units=units, today=request.today),
        "freezes": freezes,
        "targets": Target.objects.filter(state=TargetState.ACTIVE)
        .exclude(freezes__in=freezes)
        .select_related("service"),
        "units": units,
        "lines": lines,
        "sums": [number(sum(getattr(line, name) for line in lines)) for name in ("gets", "loses", "keeps")],
        "short": [lot for lot in found.lots if lot["quantity"] is not None and lot["taken"] > lot["quantity"]],
        "is_looking": found.asked_at is not None and (found.looked_at is None or found.looked_at < found.asked_at),
        "is_current": event.is_current(found),
        "remind": found.day,
        "today": request.today,
    }
    return render(request, "portal/rollover/rollover.html", context)


@door(Role.ADMINISTRATOR)
def consequence(request: Asked, consequence_id: UUID) -> HttpResponse:
    """Who gets and who loses one service at one school, by name."""
    one = get_object_or_404(Consequence.objects.select_related("service"), pk=consequence_id)
    what = request.GET.get("vad", "forlorar")
    ids = {"far": one.gets, "forlorar": one.loses}.get(what)
    if ids is None:
        raise Http404
    page = page_of(request, sorted(UUID(str(key)) for key in ids))
    people = {person.pk: person for person in Person.objects.filter(pk__in=page.rows)}
    rows = [
        (access.shown_name(people[key], request.actor, today=request.today), f"/personer/{key}/")
        for key in page.rows
        if key in people
    ]
    (line,) = _lines([one])
    context = {"line": line, "what": what, "rows": sorted(rows), "page": page}
    return render(request, "portal/rollover/people.html", context)


def _lines(found: Iterable[Consequence]) -> Iterator[Line]:
    units = dict(Organisation.objects.values_list("pk", "display_name"))
    for one in found:
        school = units.get(one.unit_id, "") if one.unit_id else ""
        yield Line(one.pk, one.service.name, school or gettext("No school"), len(one.gets), len(one.loses), one.keeps)


def _suggested(today: date) -> date:
    """The middle of August is when most begin."""
    this_year = date(today.year, 8, 17)
    return this_year if today < this_year else date(today.year + 1, 8, 17)


def _do(request: Asked) -> HttpResponse:
    post, by = request.POST, request.actor
    match post.get("do"):
        case "begin":
            event.begin(_date(post.get("day", ""), event.BadFirstDay), today=request.today, by=by)
        case "freeze":
            _freeze(request)
        case "thaw":
            thaw(by=by, target_ids=[_uuid(post.get("target", ""))])
        case "look":
            event.request_look()
        case "release":
            event.release(by=by)
            messages.success(request, gettext("Released. Services are told now, within the limits as always."))
        case "leave":
            event.leave(by=by)
            messages.success(request, gettext("The rollover is given up. Deliveries go on as usual."))
        case _:
            raise BadRequest
    return HttpResponseRedirect(ADDRESS)


def _freeze(request: Asked) -> None:
    wanted = [_uuid(text) for text in request.POST.getlist("target")]
    made = freeze(
        reason=request.POST.get("reason", ""),
        remind_date=_date(request.POST.get("remind", ""), ReminderInThePast),
        today=request.today,
        by=request.actor,
        target_ids=wanted,
        rollover=event.current(),
    )
    text = ngettext(
        "Deliveries to %(n)s service are held back.", "Deliveries to %(n)s services are held back.", len(made)
    )
    messages.success(request, text % {"n": number(len(made))})


def _date(text: str, refusal: type[event.BadFirstDay | ReminderInThePast | FreezeNeedsReason]) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise refusal from None


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise BadRequest from None
