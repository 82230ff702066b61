"""Whose a lot is: the school units that it has been handed out to, or to whose groups, years and people."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from uuid import UUID

from kateder.licences.models import AssignedKind, Assignment, Lot
from kateder.register.models import Group


def units_of_lots(*, today: date) -> dict[UUID, set[UUID]]:
    """The school units of every lot's assignments that hold today or later; people are of no unit."""
    current = Assignment.objects.filter(lot__isnull=False).exclude(end_date__lt=today).exclude(kind=AssignedKind.PERSON)
    rows = list(current.values_list("lot_id", "kind", "subject_id"))
    groups = {subject for _, kind, subject in rows if kind == AssignedKind.GROUP}
    unit_of = dict(Group.objects.filter(id__in=groups).values_list("id", "organisation_id"))
    units: dict[UUID, set[UUID]] = defaultdict(set)
    for lot_id, kind, subject in rows:
        unit = unit_of.get(subject) if kind == AssignedKind.GROUP else subject
        if unit is not None:
            units[lot_id].add(unit)
    return units


def lots_of_others(unit_id: UUID, *, today: date) -> set[UUID]:
    """The lots that a school unit may not hand out by itself: counted seats that other schools alone have been given.

    Lots without a limit, those nobody has yet and those the unit has a part in are for its teachers to hand out; about
    the others the authority decides (N9).
    """
    units = units_of_lots(today=today)
    counted = set(Lot.objects.filter(id__in=units, quantity__isnull=False).values_list("id", flat=True))
    return {lot_id for lot_id in counted if unit_id not in units[lot_id]}
