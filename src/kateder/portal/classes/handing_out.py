"""Handing out: from the class page, one click on a cover."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext, ngettext

from kateder.catalogue.models import Resource, ResourceKind
from kateder.core.actors import Role
from kateder.core.identifiers import sort_key
from kateder.governance.api import verdict
from kateder.licences.api import AssignedKind, LotStatus, assign, assignments, lots, lots_of_others, withdraw_at_once
from kateder.licences.models import Assignment
from kateder.portal.books import line as said_of
from kateder.portal.doors import Asked, door
from kateder.portal.paging import page_of
from kateder.portal.words import number
from kateder.register import access
from kateder.register.api import members
from kateder.register.models import Group


@dataclass(frozen=True, slots=True)
class Choice:
    """One cover to hand out: a lot, of one resource or of a whole service, or a free resource."""

    value: str
    title: str
    subject_code: str
    line: str
    also: str
    """More words by which it is found: the titles on the service."""
    can_give: bool
    tone: str
    state: str
    taken_back: str = ""

    @property
    def lot_id(self) -> UUID | None:
        """The lot, unless it is a free resource."""
        kind, _separator, wanted = self.value.partition(":")
        return UUID(wanted) if kind == "lot" else None


@door(Role.TEACHER, Role.PRINCIPAL, Role.ADMINISTRATOR)
def hand_out(request: Asked, group_id: UUID) -> HttpResponse:
    """Show what can be handed out to a class; a POST hands out (`give`) or takes back (`take`)."""
    visible = access.groups_in_charge(request.actor, today=request.today)
    group = get_object_or_404(visible, pk=group_id)
    size = members(group_id, today=request.today).count()
    others = (
        set() if request.actor.has(Role.ADMINISTRATOR) else lots_of_others(group.organisation_id, today=request.today)
    )
    offered = [one for one in choices(group_id, size=size, today=request.today) if one.lot_id not in others]
    if request.method == "POST":
        return _give_or_take(request, group, offered)
    text = request.GET.get("q", "").strip()
    found = [one for one in offered if _matches(one, text)]
    page = page_of(request, found, size=48)
    context = {"group": group, "address": request.path, "choices": page.rows, "page": page, "q": text}
    return render(request, "portal/classes/assign.html", context)


def choices(group_id: UUID, *, size: int, today: date) -> list[Choice]:
    """What is ordered and holds today, and what is free; for a class of `size` pupils."""
    given = _given(group_id, today=today)
    on_service: dict[UUID, list[Resource]] = {}
    free = []
    for resource in Resource.objects.select_related("service").order_by("title", "pk"):
        if resource.service_id is not None:
            on_service.setdefault(resource.service_id, []).append(resource)
        if resource.kind == ResourceKind.FREE:
            free.append(resource)
    stopped = _stopped(on_service, today=today)
    found = [_lot(status, on_service, size) for status in lots(today=today) if _holds(status, today)]
    found += [_one(f"resource:{one.pk}", one, ("ok", gettext("Free to use"))) for one in free]
    judged = [_judged(choice, service_id, given, stopped) for choice, service_id in found]
    return sorted(judged, key=lambda one: (sort_key(one.title), one.value))


def _holds(status: LotStatus, today: date) -> bool:
    lot = status.lot
    return lot.start_date <= today and (lot.end_date is None or today <= lot.end_date)


def _lot(status: LotStatus, on_service: Mapping[UUID, Sequence[Resource]], size: int) -> tuple[Choice, UUID | None]:
    lot, seats = status.lot, _seats(status, size)
    if lot.resource is not None:
        return _one(f"lot:{lot.pk}", lot.resource, seats)
    assert lot.service is not None  # noqa: S101  a constraint of the table
    titles = [resource.title for resource in on_service.get(lot.service.pk, ())]
    said = ngettext("The whole service, %(n)s resource", "The whole service, %(n)s resources", len(titles))
    line = f"{said % {'n': number(len(titles))}} · {lot.number}"
    choice = Choice(f"lot:{lot.pk}", lot.service.name, "", line, " ".join(titles), True, *seats)
    return choice, lot.service.pk


def _one(value: str, resource: Resource, seats: tuple[str, str]) -> tuple[Choice, UUID | None]:
    code = resource.subject_code or resource.subject_name
    return Choice(value, resource.title, code, said_of(resource), "", True, *seats), resource.service_id


def _judged(
    choice: Choice, service_id: UUID | None, given: Mapping[str, Assignment], stopped: Mapping[UUID, str]
) -> Choice:
    """The same with what stands in the way: it is handed out already, or the service may not be used."""
    if choice.value in given:
        back = str(given[choice.value].pk)
        return replace(choice, can_give=False, tone="ok", state=gettext("Handed out"), taken_back=back)
    if service_id is not None and service_id in stopped:
        return replace(choice, can_give=False, tone="bad", state=stopped[service_id])
    return choice


def _seats(status: LotStatus, size: int) -> tuple[str, str]:
    free = status.seats.free
    if free is None:
        return "ok", gettext("Enough for everybody")
    words = ngettext("%(n)s seat free", "%(n)s seats free", free) % {"n": number(free)}
    return ("ok" if free >= size else "warn"), words


def _stopped(services: Iterable[UUID], *, today: date) -> dict[UUID, str]:
    """Services that may not be used, with the reason."""
    found = {}
    for service_id in services:
        judged = verdict(service_id, today=today)
        if not judged.may_keep and judged.reason is not None:
            reason = str(judged.reason.label)
            found[service_id] = reason[:1].upper() + reason[1:]
    return found


def _given(group_id: UUID, *, today: date) -> dict[str, Assignment]:
    held = assignments(subjects=[group_id]).filter(kind=AssignedKind.GROUP, start_date__lte=today)
    current = held.exclude(end_date__lt=today)
    return {f"lot:{one.lot_id}" if one.lot_id else f"resource:{one.resource_id}": one for one in current}


def _matches(choice: Choice, text: str) -> bool:
    return f" {sort_key(text)}" in f" {sort_key(f'{choice.title} {choice.line} {choice.also}')}"


def _give_or_take(request: Asked, group: Group, offered: Sequence[Choice]) -> HttpResponse:
    back = HttpResponseRedirect(f"/klasser/{group.pk}/")
    if taken := request.POST.get("take"):
        held = get_object_or_404(assignments(subjects=[group.pk]), pk=taken)
        withdraw_at_once(held.pk, today=request.today, by=request.actor)
        messages.success(request, gettext("Taken back. It is gone from the pupils' shelves."))
        return back
    if request.POST.get("give") not in {one.value for one in offered}:
        raise BadRequest
    kind, _separator, wanted = request.POST["give"].partition(":")
    assign(
        to=AssignedKind.GROUP,
        subject_id=group.pk,
        start_date=request.today,
        by=request.actor,
        lot_id=UUID(wanted) if kind == "lot" else None,
        resource_id=UUID(wanted) if kind == "resource" else None,
    )
    messages.success(request, gettext("Handed out. It is on the pupils' shelves now."))
    return back
