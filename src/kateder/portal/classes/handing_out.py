"""Handing out: from the class page, one click on a cover."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
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
from kateder.licences.api import AssignedKind, LotStatus, assign, assignments, lots, withdraw_at_once
from kateder.licences.models import Assignment
from kateder.portal.doors import Asked, door
from kateder.portal.paging import page_of
from kateder.portal.shelf.books import line
from kateder.portal.words import number
from kateder.register import access
from kateder.register.api import members
from kateder.register.models import Group


@dataclass(frozen=True, slots=True)
class Choice:
    """One cover to hand out: a resource from a lot, or a free one."""

    value: str
    title: str
    subject_code: str
    line: str
    can_give: bool
    tone: str
    state: str
    taken_back: str = ""


@door(Role.TEACHER, Role.PRINCIPAL, Role.ADMINISTRATOR)
def hand_out(request: Asked, group_id: UUID) -> HttpResponse:
    """Show what can be handed out to a class; a POST hands out (`give`) or takes back (`take`)."""
    visible = access.visible_groups(request.actor, today=request.today)
    group = get_object_or_404(visible, pk=group_id)
    if request.method == "POST":
        return _give_or_take(request, group)
    text = request.GET.get("q", "").strip()
    size = members(group_id, today=request.today).count()
    found = [one for one in choices(group_id, size=size, today=request.today) if _matches(one, text)]
    page = page_of(request, found, size=48)
    context = {"group": group, "address": request.path, "choices": page.rows, "page": page, "q": text}
    return render(request, "portal/classes/assign.html", context)


def choices(group_id: UUID, *, size: int, today: date) -> list[Choice]:
    """What is ordered and holds today, and what is free; for a class of `size` pupils."""
    given = _given(group_id, today=today)
    resources = list(Resource.objects.select_related("service").order_by("title", "pk"))
    stopped = _stopped(resources, today=today)
    found = [*_from_lots(resources, given, size, stopped, today=today), *_free(resources, given, stopped)]
    return sorted(found, key=lambda one: (sort_key(one.title), one.value))


def _from_lots(
    resources: Sequence[Resource],
    given: Mapping[str, Assignment],
    size: int,
    stopped: Mapping[UUID, str],
    *,
    today: date,
) -> Iterator[Choice]:
    for status in lots(today=today):
        lot = status.lot
        if lot.start_date > today or (lot.end_date is not None and lot.end_date < today):
            continue
        for resource in resources:
            if resource.pk == lot.resource_id or (lot.service_id and resource.service_id == lot.service_id):
                yield _choice(f"lot:{lot.pk}", resource, given, stopped, _seats(status, size))


def _free(
    resources: Sequence[Resource], given: Mapping[str, Assignment], stopped: Mapping[UUID, str]
) -> Iterator[Choice]:
    for resource in resources:
        if resource.kind == ResourceKind.FREE:
            yield _choice(f"resource:{resource.pk}", resource, given, stopped, ("ok", gettext("Free to use")))


def _choice(
    value: str,
    resource: Resource,
    given: Mapping[str, Assignment],
    stopped: Mapping[UUID, str],
    seats: tuple[str, str],
) -> Choice:
    said = line(resource)
    if value in given:
        back = str(given[value].pk)
        return Choice(value, resource.title, resource.subject_code, said, False, "ok", gettext("Handed out"), back)
    if resource.service_id is not None and resource.service_id in stopped:
        return Choice(value, resource.title, resource.subject_code, said, False, "bad", stopped[resource.service_id])
    return Choice(value, resource.title, resource.subject_code, said, True, *seats)


def _seats(status: LotStatus, size: int) -> tuple[str, str]:
    free = status.seats.free
    if free is None:
        return "ok", gettext("Enough for everybody")
    words = ngettext("%(n)s seat free", "%(n)s seats free", free) % {"n": number(free)}
    return ("ok" if free >= size else "warn"), words


def _stopped(resources: Sequence[Resource], *, today: date) -> dict[UUID, str]:
    """Services that may not be used, with the reason."""
    found = {}
    for service_id in {resource.service_id for resource in resources if resource.service_id}:
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
    return f" {sort_key(text)}" in f" {sort_key(f'{choice.title} {choice.line}')}"


def _give_or_take(request: Asked, group: Group) -> HttpResponse:
    back = HttpResponseRedirect(f"/klasser/{group.pk}/")
    if taken := request.POST.get("take"):
        held = get_object_or_404(assignments(subjects=[group.pk]), pk=taken)
        withdraw_at_once(held.pk, today=request.today, by=request.actor)
        messages.success(request, gettext("Taken back. It is gone from the pupils' shelves."))
        return back
    kind, _separator, wanted = request.POST.get("give", "").partition(":")
    assign(
        to=AssignedKind.GROUP,
        subject_id=group.pk,
        start_date=request.today,
        by=request.actor,
        lot_id=_id(wanted) if kind == "lot" else None,
        resource_id=_id(wanted) if kind == "resource" else None,
    )
    messages.success(request, gettext("Handed out. It is on the pupils' shelves now."))
    return back


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise BadRequest from None
