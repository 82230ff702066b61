"""Children and staff beside the population register: counts, a list to work through, what somebody says of each."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kateder.core.actors import Role
from kateder.portal.doors import Asked, door
from kateder.portal.paging import page_of
from kateder.portal.school.names import name_of
from kateder.portal.school.todays import WHO
from kateder.portal.words import Words, word
from kateder.register import access
from kateder.register.models import Organisation, Person
from kateder.sources.population import api as population
from kateder.sources.population.models import PopulationOutcome, PopulationRegister, PopulationRun, PopulationState
from kateder.sources.population.tasks import request as request_run

TONES: Mapping[str, str] = {
    population.OutcomeKind.DEPARTED: "bad",
    population.OutcomeKind.MARKED: "bad",
    population.OutcomeKind.UNMARKED: "warn",
    population.OutcomeKind.NUMBER: "warn",
    population.OutcomeKind.NOT_FOUND: "warn",
}
DEPARTURES: Words = {
    "deceased": _("Has died"),
    "emigrated": _("Has left the country"),
    "missing": _("Has not been heard of"),
    "other": _("Is not registered any more"),
}
DIFFERENCES: Words = {
    "given_name": _("Given name"),
    "family_name": _("Family name"),
    "address": _("Address"),
}


@door(*WHO)
def outcomes(request: Asked) -> HttpResponse:
    """What waits for somebody, of the own schools or of all; a POST says what is to be done about one."""
    if request.method == "POST":
        return _post(request)
    found = _allowed(request)
    if request.GET.get("visa") != "alla":
        found = found.filter(decision="")
    kind, unit = request.GET.get("slag", ""), request.GET.get("skola", "")
    units = _units(request)
    shown = found.filter(kind=kind) if kind in population.OutcomeKind.values else found
    shown = shown.filter(unit_id=unit) if unit in {str(one) for one in units} else shown
    page = page_of(request, shown.order_by("kind", "since_date", "pk"))
    people = Person.objects.in_bulk([one.person_id for one in page.rows if one.person_id])
    context = {
        "page": page,
        "lines": [_line(one, people, units, request) for one in page.rows],
        "kinds": [(one.value, one.label, found.filter(kind=one.value).count()) for one in population.OutcomeKind],
        "kind": kind,
        "units": [(str(pk), name) for pk, name in units.items()],
        "unit": unit,
        "shows_all": request.GET.get("visa") == "alla",
        "registers": _registers() if request.actor.has(Role.ADMINISTRATOR) else [],
        "here": _here(units),
        "runs_all": request.actor.has(Role.ADMINISTRATOR),
    }
    return render(request, "portal/school/population.html", context)


def _post(request: Asked) -> HttpResponse:
    if register_id := request.POST.get("run"):
        if not request.actor.has(Role.ADMINISTRATOR):
            raise Http404
        register = get_object_or_404(PopulationRegister, pk=register_id)
        asked = request_run(register.pk, confirmed=bool(request.POST.get("confirmed")))
        told = gettext("The population register is being asked.") if asked else gettext("It is being read already.")
        messages.info(request, told)
        return HttpResponseRedirect(request.path)
    outcome = get_object_or_404(_allowed(request), pk=request.POST.get("id"))
    said = request.POST.get("decision", "")
    if said not in population.Decision.values:
        raise BadRequest
    population.decide(outcome.pk, population.Decision(said), actor=request.actor)
    messages.success(request, gettext("Noted."))
    return HttpResponseRedirect(request.get_full_path())


def _allowed(request: Asked) -> QuerySet[PopulationOutcome]:
    """All of them for an administrator; those of the own schools for a school's office. Children whom no school has
    are the authority's.
    """
    found = PopulationOutcome.objects.all()
    if request.actor.has(Role.ADMINISTRATOR):
        return found
    return found.filter(unit_id__in=access.units_served(request.actor, today=request.today).values("pk"))


def _units(request: Asked) -> Mapping[UUID, str]:
    units = Organisation.objects.filter(organisation_type="Skolenhet")
    if not request.actor.has(Role.ADMINISTRATOR):
        units = access.units_served(request.actor, today=request.today).filter(organisation_type="Skolenhet")
    return dict(units.order_by("display_name", "pk").values_list("pk", "display_name"))


def _registers() -> list[dict[str, object]]:
    found = []
    for register in PopulationRegister.objects.order_by("name"):
        last = PopulationRun.objects.filter(register=register).order_by("-started_at").first()
        found.append(
            {
                "id": register.pk,
                "name": register.name,
                "what": population.asking_of(register.kind).label,
                "at": last.started_at if last else None,
                "state": last.get_state_display() if last else gettext("New"),
                "tone": "bad" if last and last.state == PopulationState.STOPPED else "ok" if last else "none",
                "error": last.error_text if last else "",
                "many": bool(last and last.error == "ManyMarked"),
                "protected": last.counts.get("protected_not_here", 0) if last else 0,
            }
        )
    return found


def _here(units: Mapping[UUID, str]) -> int:
    """How many pupils of these schools live where they should, by the newest reconciliation of each register."""
    total = 0
    for register in PopulationRegister.objects.all():
        done = PopulationRun.objects.filter(register=register, state=PopulationState.DONE).order_by("-started_at")
        last = done.first()
        counts = last.counts.get("units", {}) if last else {}
        total += sum(counts.get(str(unit), {}).get("here", 0) for unit in units)
    return total


def _line(
    one: PopulationOutcome, people: Mapping[UUID, Person], units: Mapping[UUID, str], request: Asked
) -> dict[str, object]:
    kind = population.OutcomeKind(one.kind)
    person = people.get(one.person_id) if one.person_id else None
    hidden = person is not None and person.is_protected(request.today)
    return {
        "id": one.pk,
        "name": name_of(person, request, purpose="population") if person else one.name,
        "href": f"/personer/{person.pk}/" if person else "",
        "kind": kind.label,
        "tone": TONES.get(kind, "none"),
        "unit": units.get(one.unit_id, "") if one.unit_id else "",
        "details": [] if hidden else _details(one, kind),
        "since": one.since_date,
        "decision": population.Decision(one.decision).label if one.decision else "",
        "choices": [(each.value, each.label) for each in population.CHOICES[kind]],
    }


def _details(one: PopulationOutcome, kind: population.OutcomeKind) -> list[str]:
    if kind is population.OutcomeKind.NOT_ENROLLED:
        return [gettext("Born %(year)s") % {"year": one.details.get("born", "")}, one.address]
    if kind is population.OutcomeKind.ELSEWHERE:
        return [gettext("Registered in municipality %(code)s") % {"code": one.details.get("municipality", "")}]
    if kind is population.OutcomeKind.DEPARTED:
        return [word(DEPARTURES, one.details.get("departure", ""))]
    if kind is population.OutcomeKind.NUMBER:
        return [f"{one.civic_no} → {one.details.get('number', '')}"]
    if kind is population.OutcomeKind.DIFFERS:
        return [f"{word(DIFFERENCES, name)}: {here} → {there}" for name, (here, there) in one.details.items()]
    return []
