"""A new system takes over from an old one, step by step, and nobody gets a new identity."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext

from kateder.core.actors import Role
from kateder.portal.doors import Asked, door
from kateder.portal.mastering.words import kind
from kateder.portal.words import number
from kateder.register.api import Entity
from kateder.sources.api import request_run
from kateder.sources.mastering import api as mastering
from kateder.sources.models import Source


@dataclass(frozen=True, slots=True)
class Line:
    """How much of one kind other sources have taken over, how much waits for an answer, how much only this one has."""

    title: str
    shared: str
    waiting: str
    alone: str
    address: str


@door(Role.ADMINISTRATOR)
def takeover(request: Asked, source_id: UUID) -> HttpResponse:
    """How far others have come in taking over from a source; a POST retires it, or takes it back into use."""
    found = get_object_or_404(Source, pk=source_id)
    if request.method == "POST":
        if "take-back" in request.POST:
            mastering.take_back(source_id, actor=request.actor)
            messages.success(request, gettext("The source delivers again from its next run on."))
        else:
            mastering.retire(source_id, actor=request.actor)
            request_run(source_id)
            messages.success(request, gettext("Retired. What only it has delivered waits in a plan for you."))
        return HttpResponseRedirect(f"/kallor/{source_id}/")
    context = {
        "source": found,
        "is_retired": found.kind == mastering.RETIRED,
        "has_others": Source.objects.exclude(pk=source_id).exclude(kind=mastering.RETIRED).exists(),
        "lines": [_line(entity, source_id) for entity in mastering.MASTERED],
    }
    return render(request, "portal/mastering/takeover.html", context)


def _line(entity: Entity, source_id: UUID) -> Line:
    shared, alone, waiting = mastering.taken_over(entity, source_id=source_id)
    address = f"/kallor/ar-det-samma/?slag={entity.value}" if waiting else ""
    return Line(kind(entity).capitalize(), number(shared), number(waiting), number(alone), address)
