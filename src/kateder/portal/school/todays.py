"""Today's people at a school: who is let in and until when; end, renew, undo, a way to sign in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

import segno
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext

from kateder.core import clock
from kateder.core.actors import Role
from kateder.portal.doors import Asked, door
from kateder.portal.school.names import name_of
from kateder.register.models import Organisation
from kateder.signin.api import way_in
from kateder.sources.todays import api as todays
from kateder.sources.todays.models import Admission

WHO = (Role.PRINCIPAL, Role.SCHOOL_OFFICE, Role.ADMINISTRATOR)


@door(*WHO)
def schools(request: Asked) -> HttpResponse:
    """The schools at which one may let people in; with one only, that school's page."""
    units = todays.units_to_admit_at(request.actor, today=request.today)
    if len(units) == 1:
        return HttpResponseRedirect(address(units[0].pk))
    return render(request, "portal/school/schools.html", {"units": units})


@door(*WHO)
def people(request: Asked, unit_id: UUID) -> HttpResponse:
    """Who is let in at a school; a POST undoes, ends or renews one of them."""
    unit = own_unit(request, unit_id)
    if request.method == "POST":
        return _act(request, unit)
    visits = todays.visits(unit.pk, today=request.today)
    context = {
        "unit": unit,
        "is_only": len(todays.units_to_admit_at(request.actor, today=request.today)) == 1,
        "lines": [_line(visit, request) for visit in visits],
        "latest": request.GET.get("ny", ""),
        "last_day": request.today + timedelta(days=todays.LONGEST_DAYS),
    }
    return render(request, "portal/school/todays.html", context)


@door(*WHO)
def sign_in(request: Asked, unit_id: UUID, admission_id: UUID) -> HttpResponse:
    """A POST makes the link with which the guest sets up how they sign in, shown now and never again."""
    unit = own_unit(request, unit_id)
    admission = get_object_or_404(Admission, pk=admission_id, unit_id=unit.pk)
    if request.method != "POST":
        return HttpResponseRedirect(address(unit.pk))
    token = way_in(admission.pk, today=request.today, now=clock.now(), by=request.actor)
    link = request.build_absolute_uri(f"/konto/{token}/")
    line = next(one for one in todays.visits(unit.pk, today=request.today) if one.admission.pk == admission.pk)
    context = {
        "unit": unit,
        "link": link,
        "name": line.person.full_name if line.person else "",
        "picture": segno.make(link, error="m").svg_inline(scale=5, dark="#000", light="#fff"),
    }
    return render(request, "portal/school/way_in.html", context)


def own_unit(request: Asked, unit_id: UUID) -> Organisation:
    """The school unit, if the one who asks may let people in there."""
    for unit in todays.units_to_admit_at(request.actor, today=request.today):
        if unit.pk == unit_id:
            return unit
    raise Http404


def address(unit_id: UUID) -> str:
    """The school's page."""
    return f"/dagens-personal/{unit_id}/"


def _act(request: Asked, unit: Organisation) -> HttpResponse:
    admission = get_object_or_404(Admission, pk=request.POST.get("id"), unit_id=unit.pk)
    acts: dict[str, Callable[[], str]] = {
        "undo": lambda: _undo(request, admission),
        "end": lambda: _end(request, admission),
        "renew": lambda: _renew(request, admission),
    }
    act = acts.get(request.POST.get("act", ""))
    if act is None:
        raise BadRequest
    messages.success(request, act())
    return HttpResponseRedirect(address(unit.pk))


def _undo(request: Asked, admission: Admission) -> str:
    todays.undo(admission.pk, today=request.today, actor=request.actor)
    return gettext("Undone. Nothing is left of it.")


def _end(request: Asked, admission: Admission) -> str:
    todays.end(admission.pk, today=request.today, actor=request.actor)
    return gettext("Ended. They reach nothing from now on.")


def _renew(request: Asked, admission: Admission) -> str:
    end_date = day_of(request.POST.get("end_date", ""))
    if end_date is None:
        raise BadRequest
    todays.renew(admission.pk, end_date=end_date, today=request.today, actor=request.actor)
    return gettext("Renewed.")


def day_of(text: str) -> date | None:
    """A day from a date field."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _line(visit: todays.Visit, request: Asked) -> dict[str, object]:
    admission, today = visit.admission, request.today
    person, sponsor = visit.person, visit.sponsor
    return {
        "id": admission.pk,
        "name": name_of(person, request, purpose="todays") if person else gettext("no longer in the register"),
        "kind": visit.kind.label,
        "groups": ", ".join(visit.groups),
        "sponsor": name_of(sponsor, request, purpose="todays") if sponsor else "",
        "end_date": admission.end_date,
        "is_over": visit.is_over(today),
        "ends_today": admission.end_date == today,
        "can_undo": admission.start_date == today and not admission.renewed,
        "can_sign_in": admission.made_person and not visit.is_over(today),
    }
