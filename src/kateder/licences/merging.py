"""Two persons turned out to be one: what either was given, and the seats they sat in, are the one's."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from kateder.core import audit, clock, feed
from kateder.core.actors import Actor
from kateder.licences import ledger
from kateder.licences.models import AssignedKind, Assignment, Lot
from kateder.licences.seats import Change, Event, Why


def move(absorbed: UUID, *, to: UUID, today: date, by: Actor) -> list[str]:
    """Let what was assigned to one person be another's, and the seat with it; gives the assignments, to be undone.

    One person uses one seat (domain rule 9): where both sat in a lot, one seat is given back.
    """
    moved = _reassign(Assignment.objects.filter(kind=AssignedKind.PERSON, subject_id=absorbed), to=to)
    lots = [lot.pk for lot in Lot.objects.order_by("id").select_for_update()]
    seats = {
        person: {seat.lot_id for seat in ledger.held(lots, on=today, people=[person])} for person in (absorbed, to)
    }
    changes = [Change(Event.SEAT_RELEASED, lot, absorbed, Why.MOVED) for lot in sorted(seats[absorbed])]
    changes += [Change(Event.SEAT_TAKEN, lot, to, Why.MOVED) for lot in sorted(seats[absorbed] - seats[to])]
    if changes:
        ledger.append(changes, today=today, now=clock.now(), by=by.label)
    if moved or changes:
        audit.record("licences.moved", actor=by, subject_type="person", subject_id=to, absorbed=absorbed)
        feed.append(
            {feed.Entity.ASSIGNMENT: [UUID(one) for one in moved], feed.Entity.LOT: seats[absorbed]}, cause="merge"
        )
    return moved


def move_back(assignments: Collection[str], *, to: UUID, by: Actor) -> None:
    """Undo `move`; the seats follow when the ledger is next settled."""
    if _reassign(Assignment.objects.filter(pk__in=assignments), to=to):
        feed.append({feed.Entity.ASSIGNMENT: [UUID(one) for one in assignments]}, cause="unmerge")


def _reassign(found: QuerySet[Assignment], *, to: UUID) -> list[str]:
    ids = [str(pk) for pk in found.values_list("pk", flat=True)]
    Assignment.objects.filter(pk__in=ids).update(subject_id=to)
    return ids
