"""Decide that a person is never sent to a service, or to any; and end such a decision."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext

from kateder.catalogue.models import Service
from kateder.core import clock
from kateder.core.actors import Role
from kateder.portal.doors import Asked, door
from kateder.provisioning.healing import never_send
from kateder.provisioning.models import NeverSend
from kateder.register import access


@door(Role.ADMINISTRATOR)
def never(request: Asked, person_id: UUID) -> HttpResponse:
    """The decisions about one person, and a form for another. A look at a protected person is noted."""
    person = access.look_at(request.actor, person_id, today=request.today, purpose="never_send")
    if request.method == "POST":
        _post(request, person_id)
        return HttpResponseRedirect(request.path)
    context = {
        "person_id": person_id,
        "name": person.full_name,
        "standing": never_send.standing(person_id),
        "ended": NeverSend.objects.filter(person_id=person_id, ended_at__isnull=False)
        .select_related("service")
        .order_by("-ended_at"),
        "services": Service.objects.order_by("name", "pk"),
        "today": request.today,
    }
    return render(request, "portal/accounts/never.html", context)


def _post(request: Asked, person_id: UUID) -> None:
    post = request.POST
    if post.get("end"):
        found = get_object_or_404(NeverSend, pk=_uuid(post["end"]), person_id=person_id)
        never_send.end(found.pk, by=request.actor, now=clock.now())
        messages.success(request, gettext("Ended. The account comes back with the next delivery."))
        return
    service = get_object_or_404(Service, pk=_uuid(post["service"])) if post.get("service") else None
    never_send.begin(
        person_id,
        service_id=service.pk if service else None,
        reason=post.get("reason", ""),
        until=_day(post.get("until", "")),
        by=request.actor,
        today=request.today,
        now=clock.now(),
    )
    messages.success(request, gettext("Decided. An account that is there is removed now, before anything else."))


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise BadRequest from None


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadRequest from None
