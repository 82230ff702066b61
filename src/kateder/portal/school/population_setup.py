"""How the population register is asked: the settings of each way, and a check step by step."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext

from kateder.core.actors import Role
from kateder.core.errors import DomainError
from kateder.core.setup import Field, FieldKind
from kateder.portal import trials
from kateder.portal.doors import Asked, door
from kateder.sources.population import api as population
from kateder.sources.population.models import PopulationRegister, PopulationTrial
from kateder.sources.population.tasks import request_check

EVERY: Mapping[str, int | None] = {"never": None, "day": 1440, "week": 10080}
PLACE = "/folkbokforing/register/"
PATIENCE = timedelta(minutes=5)
"""After this a trial that has not ended is taken for broken off."""


@door(Role.ADMINISTRATOR)
def registers(request: Asked) -> HttpResponse:
    """The ways there are, and the form for a new one once its kind is chosen; a POST adds it."""
    kind = request.POST.get("kind") or request.GET.get("slag", "")
    chosen = next((one for one in population.KINDS if one.kind == kind), None)
    if request.method == "POST" and chosen is not None:
        try:
            with transaction.atomic():
                made = population.add(
                    kind=chosen.kind,
                    name=request.POST.get("name", "").strip()[:100] or str(chosen.label),
                    municipalities=request.POST.get("municipalities", ""),
                    settings=_settings(request.POST, chosen.fields),
                    actor=request.actor,
                )
        except DomainError as refusal:
            messages.error(request, str(refusal))
        else:
            request_check(made.pk)
            return HttpResponseRedirect(f"{PLACE}{made.pk}/")
    context = {
        "registers": PopulationRegister.objects.order_by("name"),
        "kinds": [(one.kind, one.label) for one in population.KINDS],
        "chosen": chosen,
        "name": request.POST.get("name", ""),
        "municipalities": request.POST.get("municipalities", ""),
        "fields": _fields(chosen.fields, request.POST) if chosen else [],
    }
    return render(request, "portal/school/population_registers.html", context)


@door(Role.ADMINISTRATOR)
def register(request: Asked, register_id: UUID) -> HttpResponse:
    """One way: its settings, which a POST changes or (with `remove`) takes away; with `check` it is tried."""
    found = get_object_or_404(PopulationRegister, pk=register_id)
    if request.method == "POST" and "remove" in request.POST:
        population.remove(found.pk, actor=request.actor)
        messages.success(request, gettext("Taken away. What it has protected stays protected."))
        return HttpResponseRedirect(PLACE)
    if request.method == "POST" and "check" in request.POST:
        request_check(found.pk)
        return HttpResponseRedirect(f"{request.path}#trial")
    asking = population.asking_of(found.kind)
    if request.method == "POST":
        population.change(
            found.pk,
            municipalities=request.POST.get("municipalities", ""),
            settings=_settings(request.POST, asking.fields),
            every_minutes=EVERY.get(request.POST.get("every", ""), None),
            actor=request.actor,
        )
        request_check(found.pk)
        messages.success(request, gettext("Saved."))
        return HttpResponseRedirect(request.path)
    context = {
        "register": found,
        "what": asking.label,
        "municipalities": " ".join(found.municipalities),
        "every": next((name for name, minutes in EVERY.items() if minutes == found.every_minutes), "never"),
        "fields": _fields(asking.fields, found.settings),
        "trial": _tried(PopulationTrial.objects.filter(register=found).first()),
        "address": request.path,
    }
    return render(request, "portal/school/population_register.html", context)


def _tried(found: PopulationTrial | None) -> dict[str, object] | None:
    """What came of trying it, step by step, with those that are still to come while it goes on."""
    if found is None:
        return None
    going = trials.is_going_on(found, patience=PATIENCE)
    steps = trials.lines(found, labels=population.STEP_LABELS)
    return {
        "is_going": going,
        "is_broken_off": trials.is_broken_off(found, patience=PATIENCE),
        "is_fine": trials.is_fine(found),
        "steps": steps + trials.to_come(found, labels=population.STEP_LABELS) if going else steps,
        "at": found.finished_at,
    }


def _settings(sent: QueryDict, fields: tuple[Field, ...]) -> dict[str, str]:
    """What the form holds; an unticked box is sent by no browser."""
    return {
        one.name: str(bool(sent.get(one.name))).lower() if one.kind is FieldKind.TRUTH else sent.get(one.name, "")
        for one in fields
    }


def _fields(fields: tuple[Field, ...], values: Mapping[str, object]) -> list[dict[str, object]]:
    shown = []
    for one in fields:
        value = values.get(one.name, one.default)
        # A secret is never shown again; left empty it stays.
        secret = one.kind is FieldKind.SECRET
        shown.append({"field": one, "value": "" if secret else value, "is_kept": secret and bool(value)})
    return shown
