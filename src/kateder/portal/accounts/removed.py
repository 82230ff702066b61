"""Removals at a service: asked for, answered, verified by reading back, or confirmed by the provider in writing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext, ngettext

from kateder.core import clock
from kateder.core.actors import Role
from kateder.portal.accounts.places import tabs, target_at
from kateder.portal.doors import Asked, door, refuse
from kateder.portal.paging import page_of
from kateder.portal.words import number
from kateder.provisioning.healing import rebuilding, removals, verifying
from kateder.provisioning.models import Found, Removal, Target


@dataclass(frozen=True, slots=True)
class Line:
    """One removal with where it stands."""

    released_id: UUID
    asked_at: datetime
    answered_at: datetime | None
    tone: str
    state: str
    note: str


@door(Role.ADMINISTRATOR, Role.OFFICER)
def removals_page(request: Asked, service_id: UUID) -> HttpResponse:
    """What was removed and whether it is proved; an administrator notes what the provider has confirmed."""
    target = target_at(service_id)
    if request.method == "POST":
        return _post(request, target)
    rows = Removal.objects.filter(target=target)
    page = page_of(request, rows.order_by("closed_at", "-asked_at", "id"))
    counted = rows.aggregate(
        asked=Count("id"),
        answered=Count("id", filter=Q(answered_at__isnull=False)),
        verified=Count("id", filter=Q(verified_at__isnull=False)),
        confirmed=Count("id", filter=Q(confirmed_at__isnull=False)),
    )
    context = {
        "service": target.service,
        "tabs": tabs(request, target),
        "page": page,
        "lines": [_line(row) for row in page.rows],
        "counts": {name: number(count) for name, count in counted.items()},
        "unproved": removals.unproved(target.pk).count(),
        "may_confirm": request.actor.has(Role.ADMINISTRATOR),
        "can_verify": rebuilding.can_list(target),
        "remind_days": verifying.REMIND_AFTER.days,
    }
    return render(request, "portal/accounts/removals.html", context)


def _post(request: Asked, target: Target) -> HttpResponse:
    if not request.actor.has(Role.ADMINISTRATOR):
        refuse(request, request.actor)
    if request.POST.get("do") == "verify":
        verifying.ask([target.pk])
        messages.success(request, gettext("The service is asked. Look again in a minute."))
    else:
        note = request.POST.get("note", "")
        count = removals.confirm(target.pk, note=note, by=request.actor, now=clock.now())
        verifying.remind(target, now=clock.now())
        text = ngettext("%(n)s removal is confirmed.", "%(n)s removals are confirmed.", count)
        messages.success(request, text % {"n": number(count)})
    return HttpResponseRedirect(request.path)


def _line(row: Removal) -> Line:
    tone, state = _state(row)
    return Line(row.released_id, row.asked_at, row.answered_at, tone, state, row.note)


def _state(row: Removal) -> tuple[str, str]:
    if row.verified_at:
        return "ok", gettext("Verified gone")
    if row.confirmed_at:
        return "ok", gettext("Confirmed in writing")
    if row.closed_at:
        return "none", gettext("Has an account again")
    if row.found == Found.THERE:
        return "bad", gettext("Still there")
    if row.answered_at is None:
        return "warn", gettext("Asked to be removed")
    return "warn", gettext("Not proved")
