"""Licences: what was ordered, who pays, how many seats are taken, and the ledger behind every figure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import formats
from django.utils.translation import gettext

from kateder.core.actors import Role
from kateder.licences.api import AssignedKind, LotStatus, Seats, assignments, lots, seats
from kateder.licences.models import Assignment, LedgerEntry, Lot
from kateder.portal.doors import Asked, door
from kateder.portal.paging import page_of
from kateder.portal.periods import days_left, period
from kateder.portal.words import CAUSES, number, word
from kateder.register import access
from kateder.register.models import Group, Organisation, Person

SOON: Final = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Line:
    """One lot in words."""

    id: UUID
    name: str
    number: str
    seats: str
    taken: int
    total: int | None
    taken_words: str
    free_words: str
    period: str
    ends_soon: str
    payer: str
    cost: str
    on_shortage: str


@door(Role.ADMINISTRATOR, Role.PRINCIPAL)
def licences(request: Asked) -> HttpResponse:
    """Every lot with its seats, those that end first at the top."""
    page = page_of(request, lots(today=request.today))
    lines = [_line(status, today=request.today) for status in page.rows]
    # The ledger names people of other schools too; cost and seats are a principal's business.
    may_open = request.actor.has(Role.ADMINISTRATOR)
    return render(request, "portal/authority/licences.html", {"lots": lines, "page": page, "may_open": may_open})


@door(Role.ADMINISTRATOR)
def lot(request: Asked, lot_id: UUID) -> HttpResponse:
    """One lot: to whom it was given, and its ledger."""
    found = get_object_or_404(Lot.objects.select_related("service", "resource"), pk=lot_id)
    entries = LedgerEntry.objects.filter(lot=found).order_by("-id")
    page = page_of(request, entries)
    context = {
        "lot": _line(LotStatus(found, seats(lot_id, request.today)), today=request.today),
        "assignments": _assignments(assignments().filter(lot=found)),
        "entries": _entries(page.rows, request=request),
        "page": page,
    }
    return render(request, "portal/authority/lot.html", context)


def _line(status: LotStatus, *, today: date) -> Line:
    held, taken = status.lot, status.seats
    ends = held.end_date
    named = held.service or held.resource
    return Line(
        id=held.pk,
        name=getattr(named, "title", "") or getattr(named, "name", ""),
        number=held.number,
        seats=_seats(taken),
        taken=taken.taken,
        total=taken.total,
        taken_words=number(taken.taken),
        free_words=gettext("unlimited") if taken.free is None else number(taken.free),
        period=period(held.start_date, ends),
        ends_soon=days_left(ends, today=today) if ends and today <= ends <= today + SOON else "",
        payer=held.payer,
        cost=_cost(held),
        on_shortage=held.get_on_shortage_display(),
    )


def _seats(taken: Seats) -> str:
    if taken.total is None:
        return gettext("%(taken)s, unlimited") % {"taken": number(taken.taken)}
    return gettext("%(taken)s of %(total)s") % {"taken": number(taken.taken), "total": number(taken.total)}


def _cost(held: Lot) -> str:
    if held.price is None:
        return ""
    if held.quantity is None:
        each = formats.number_format(held.price, decimal_pos=0, force_grouping=True)
        return gettext("%(each)s %(currency)s a seat") % {"each": each, "currency": held.currency}
    whole = formats.number_format(held.price * held.quantity, decimal_pos=0, force_grouping=True)
    return f"{whole} {held.currency}"


def _assignments(found: QuerySet[Assignment]) -> list[dict[str, str]]:
    rows = list(found[:200])
    names = _names({row.subject_id for row in rows})
    return [
        {
            "name": names.get(row.subject_id, gettext("no longer in the register")),
            "kind": _kind(row),
            "period": period(row.start_date, row.end_date),
        }
        for row in rows
    ]


def _kind(row: Assignment) -> str:
    kind = AssignedKind(row.kind)
    if kind is AssignedKind.YEAR and row.school_year is not None:
        return gettext("School year %(year)s") % {"year": row.school_year}
    return str(kind.label)


def _names(ids: set[UUID]) -> Mapping[UUID, str]:
    groups = Group.objects.filter(pk__in=ids).values_list("pk", "display_name")
    units = Organisation.objects.filter(pk__in=ids).values_list("pk", "display_name")
    # A person's own assignment is shown without the name: the lot's page is about seats.
    people = ((pk, gettext("A person")) for pk in Person.objects.filter(pk__in=ids).values_list("pk", flat=True))
    return dict([*groups, *units, *people])


def _entries(rows: Sequence[LedgerEntry], *, request: Asked) -> list[dict[str, str]]:
    people = Person.objects.in_bulk([row.person_id for row in rows])
    return [
        {
            "date": formats.date_format(row.date, "j F Y"),
            "name": access.shown_name(people[row.person_id], request.actor, today=request.today)
            if row.person_id in people
            else gettext("no longer in the register"),
            "event": row.get_event_display(),
            "cause": word(CAUSES, row.cause),
        }
        for row in rows
    ]
