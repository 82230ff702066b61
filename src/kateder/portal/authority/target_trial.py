"""Try a target's door step by step, and see what the service would get for a class."""

from datetime import timedelta
from typing import Final
from uuid import UUID

import orjson
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext

from kateder.core import audit
from kateder.core.actors import Role
from kateder.portal import trials
from kateder.portal.authority.target_setup import address_of, there
from kateder.portal.doors import Asked, door
from kateder.portal.words import KINDS, word
from kateder.provisioning import api
from kateder.provisioning.api import TargetState, TargetTrial
from kateder.provisioning.sight.previewing import Body
from kateder.provisioning.ways.contract import STEP_LABELS
from kateder.register.models import Group

PATIENCE: Final = timedelta(minutes=5)
"""After this a trial that has not ended is taken for broken off."""
CLASS: Final = "Klass"


@door(Role.ADMINISTRATOR)
def trial(request: Asked, service_id: UUID) -> HttpResponse:
    """The trial of a door. A POST tries it again, or lets the deliveries begin."""
    target = there(service_id)
    if request.method == "POST":
        if request.POST.get("do") == "begin":
            api.set_state(target.pk, TargetState.ACTIVE, by=request.actor)
            api.request_delivery([service_id])
            messages.success(request, gettext("Deliveries have begun. The first one waits for you as a plan."))
            return HttpResponseRedirect(f"/tjanster/{service_id}/")
        api.request_trial(target.pk)
        return HttpResponseRedirect(request.path)
    found = TargetTrial.objects.filter(target=target).first()
    context = {
        "service": target.service,
        "target": target,
        "way": api.way_of(target.kind),
        "trial": found,
        "steps": trials.lines(found, labels=STEP_LABELS) if found else [],
        "is_going": found is not None and trials.is_going_on(found, patience=PATIENCE),
        "is_broken_off": found is not None and trials.is_broken_off(found, patience=PATIENCE),
        "is_fine": found is not None and trials.is_fine(found),
        "is_paused": target.state == TargetState.PAUSED,
    }
    return render(request, "portal/authority/target_trial.html", context)


@door(Role.ADMINISTRATOR)
def preview(request: Asked, service_id: UUID) -> HttpResponse:
    """What the service would get for one class, body for body. The look is audited."""
    target = there(service_id)
    groups = Group.objects.filter(group_type=CLASS).order_by("display_name", "pk")
    wanted = _uuid(request.GET.get("klass", ""))
    chosen = groups.filter(pk=wanted).first() if wanted else None
    shown = None
    if chosen is not None:
        audit.look("target.previewed", actor=request.actor, subject_type="group", subject_id=chosen.pk)
        shown = api.preview(target, chosen.pk, today=request.today)
    context = {
        "service": target.service,
        "groups": groups,
        "chosen": chosen,
        "preview": shown,
        "bodies": [
            shown_body(one, called=word(KINDS, one.resource_type).capitalize())
            for one in (shown.bodies if shown else ())
        ],
        "address": address_of(service_id),
    }
    return render(request, "portal/authority/target_preview.html", context)


def shown_body(one: Body, *, called: str) -> tuple[str, str]:
    """One object of a preview: its heading, and its JSON as people can read it."""
    shown = orjson.dumps(one.content, option=orjson.OPT_INDENT_2).decode()
    return f"{called}: {one.label}" if one.label else called, shown


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
