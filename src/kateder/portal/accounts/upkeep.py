"""Keep a service's deliveries right: pause and resume, ask what it has, take everything away and report it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext

from kateder.core import clock
from kateder.core.actors import Role
from kateder.portal.accounts.places import tabs, target_at
from kateder.portal.doors import Asked, door
from kateder.portal.words import KINDS, number, word
from kateder.provisioning import api as provisioning
from kateder.provisioning import tasks
from kateder.provisioning.healing import rebuilding, unprovisioning
from kateder.provisioning.models import Target, TargetState


@door(Role.ADMINISTRATOR)
def upkeep(request: Asked, service_id: UUID) -> HttpResponse:
    """What an administrator can do with a target besides delivering to it."""
    target = target_at(service_id)
    if request.method == "POST":
        _post(request, target)
        return HttpResponseRedirect(request.path)
    latest = unprovisioning.latest(target.pk)
    context: dict[str, Any] = {
        "service": target.service,
        "target": target,
        "tabs": tabs(request, target),
        "state": target.get_state_display(),
        "is_paused": target.state == TargetState.PAUSED,
        "is_emptying": target.state == TargetState.EMPTYING,
        "is_emptied": target.state == TargetState.EMPTIED,
        "can_list": rebuilding.can_list(target),
        "report": unprovisioning.report(latest) if latest else None,
    }
    if latest:
        context["lines"] = _lines(context["report"])
    return render(request, "portal/accounts/upkeep.html", context)


def _post(request: Asked, target: Target) -> None:
    by, now = request.actor, clock.now()
    match request.POST.get("do"):
        case "pause":
            provisioning.set_state(target.pk, TargetState.PAUSED, by=by)
            messages.success(request, gettext("Paused. Nothing is sent until you resume."))
        case "resume":
            provisioning.set_state(target.pk, TargetState.ACTIVE, by=by)
            provisioning.request_delivery([target.service_id], by=by)
            messages.success(request, gettext("Resumed. What has changed meanwhile is delivered now."))
        case "rebuild":
            tasks.ask_rebuild(target.pk)
            messages.success(request, gettext("The service is asked what it has. The run shows what was found."))
        case "empty":
            unprovisioning.begin(
                target.pk,
                confirmation=request.POST.get("confirmation", ""),
                reason=request.POST.get("reason", ""),
                by=by,
                now=now,
            )
            provisioning.request_delivery([target.service_id], by=by)
            messages.success(request, gettext("A plan is made. Nothing is removed before somebody has approved it."))
        case "call_off":
            unprovisioning.withdraw(target.pk, by=by, now=now)
            messages.success(request, gettext("Called off. The deliveries are paused until you resume them."))
        case _:
            raise BadRequest


def _lines(report: unprovisioning.Report) -> list[tuple[str, str, str, str]]:
    kinds = {**report.held, **report.removed, **report.left}
    return [
        (
            word(KINDS, kind).capitalize(),
            number(report.held.get(kind, 0)),
            number(report.removed.get(kind, 0)),
            number(report.left.get(kind, 0)),
        )
        for kind in kinds
    ]
