"""The ledger: appended to, folded, never changed. Every figure comes from here."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from kateder.core import db
from kateder.core.tenancy import current_authority_id
from kateder.licences.seats import Change, Event, Seat

HELD: Final = """
SELECT lot_id, person_id, event, date FROM (
  SELECT DISTINCT ON (e.lot_id, e.person_id) e.lot_id, e.person_id, e.event, e.date
    FROM licences_ledgerentry e
   WHERE e.lot_id = ANY(%(lots)s) AND e.date <= %(on)s AND e.event <> 'correction'
     AND (%(everybody)s OR e.person_id = ANY(%(people)s))
     AND e.id <> ALL (ARRAY(
           SELECT c.corrects_id FROM licences_ledgerentry c
            WHERE c.lot_id = ANY(%(lots)s) AND c.date <= %(on)s AND c.event = 'correction'))
   ORDER BY e.lot_id, e.person_id, e.id DESC
) AS latest WHERE event IN ('seat_taken', 'seat_leaving')
"""
_COUNT: Final = f"SELECT lot_id, count(*) FROM ({HELD}) AS held GROUP BY lot_id"
_APPEND: Final = """
INSERT INTO licences_ledgerentry (authority_id, lot_id, person_id, event, cause, date, at, by)
SELECT %(authority)s, new.lot_id, new.person_id, new.event, new.cause, %(today)s, %(now)s, %(by)s
  FROM unnest(%(lots)s::uuid[], %(people)s::uuid[], %(events)s::text[], %(causes)s::text[])
       AS new (lot_id, person_id, event, cause)
"""


@dataclass(frozen=True, slots=True)
class Seats:
    """Seats of a lot on a day. `total` and `free` are None when the lot is unlimited."""

    total: int | None
    taken: int

    @property
    def free(self) -> int | None:
        """Seats left, never below zero: an alert lot may have given more than it has."""
        return None if self.total is None else max(self.total - self.taken, 0)


def held(lot_ids: Collection[UUID], *, on: date, people: Collection[UUID] | None = None) -> list[Seat]:
    """Fold the ledger into the seats that are had on a day: the latest uncorrected entry of each holds."""
    with db.cursor() as cursor:
        cursor.execute(HELD, _values(lot_ids, on, people))
        return [
            Seat(lot, person, day if event == Event.SEAT_LEAVING.value else None) for lot, person, event, day in cursor
        ]


def taken(lot_ids: Collection[UUID], *, on: date) -> dict[UUID, int]:
    """Count the seats of each lot that are had on a day; lots without any are left out."""
    with db.cursor() as cursor:
        cursor.execute(_COUNT, _values(lot_ids, on, None))
        return dict(cursor.fetchall())


def append(changes: Iterable[Change], *, today: date, now: datetime, by: str) -> None:
    """Write what happened, in order. The caller has locked the lots."""
    rows = list(changes)
    values = {
        "authority": current_authority_id(),
        "today": today,
        "now": now,
        "by": by,
        "lots": [row.lot_id for row in rows],
        "people": [row.person_id for row in rows],
        "events": [row.event.value for row in rows],
        "causes": [row.why.value for row in rows],
    }
    with db.cursor() as cursor:
        cursor.execute(_APPEND, values)


def _values(lot_ids: Collection[UUID], on: date, people: Collection[UUID] | None) -> dict[str, object]:
    return {
        "lots": list(lot_ids),
        "on": on,
        "everybody": people is None,
        "people": db.uuids(people or ()),
    }
