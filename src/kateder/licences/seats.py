"""Who sits where: pure rules that turn who is reached into changes of the ledger.

One person uses one seat per pool (a service, or a resource that has no service), from the lot
that ends first, however many groups reach them (domain rule 9).
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class OnShortage(TextChoices):
    """What a lot says about a person for whom there is no seat (domain rule 10)."""

    HARD_STOP = "hard_stop", _("Nobody more gets in")
    ALERT = "alert", _("Lets the pupil in and alerts")


class Event(TextChoices):
    """What a row of the ledger says. `seat_leaving` starts the grace period; the seat is kept."""

    SEAT_TAKEN = "seat_taken", _("Seat taken")
    SEAT_LEAVING = "seat_leaving", _("Grace period begun")
    SEAT_RELEASED = "seat_released", _("Seat given back")
    CORRECTION = "correction", _("Correction")


class Why(StrEnum):
    """The cause that a row of the ledger states."""

    ASSIGNED = "assigned"
    RETURNED = "returned"
    LEFT = "left"
    MOVED = "moved"
    LOT_ENDED = "lot_ended"


@dataclass(frozen=True, slots=True)
class LotTerms:
    """The terms of a lot that decide about seats. `quantity` None is unlimited."""

    id: UUID
    quantity: int | None
    start_date: date
    end_date: date | None
    on_shortage: OnShortage
    grace_days: int

    def holds(self, today: date) -> bool:
        """Say whether the lot can be used today; both dates are inclusive."""
        return self.start_date <= today and (self.end_date is None or today <= self.end_date)

    @property
    def order(self) -> tuple[date, date, UUID]:
        """Sort first what ends first."""
        return (self.end_date or date.max, self.start_date, self.id)


@dataclass(frozen=True, slots=True)
class Seat:
    """A seat that somebody has according to the ledger."""

    lot_id: UUID
    person_id: UUID
    leaving_since: date | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A row that the ledger needs."""

    event: Event
    lot_id: UUID
    person_id: UUID
    why: Why


@dataclass(slots=True)
class Seating:
    """What `seat` found for one pool."""

    changes: list[Change] = field(default_factory=list)
    seated: dict[UUID, UUID] = field(default_factory=dict)
    """Person to lot, those in their grace period included."""
    refused: dict[UUID, UUID] = field(default_factory=dict)
    """Person to the hard-stop lot that had no seat left."""
    short: Counter[UUID] = field(default_factory=Counter)
    """Lot to the number of seats given beyond its quantity."""


def seat(
    lots: Collection[LotTerms],
    *,
    reached: Mapping[UUID, Collection[UUID]],
    held: Iterable[Seat],
    today: date,
) -> Seating:
    """Seat everybody whom a current lot of one pool reaches today.

    `reached` is lot to persons. Who has a seat keeps it while the same lot reaches them; newcomers
    are seated in the order of their ids, so that two processes agree. Running it again on the
    ledger that it asked for changes nothing.
    """
    current = sorted((lot for lot in lots if lot.holds(today)), key=lambda lot: lot.order)
    lots_of: dict[UUID, list[LotTerms]] = {}
    for lot in current:
        for person_id in reached.get(lot.id, ()):
            lots_of.setdefault(person_id, []).append(lot)
    result = Seating()
    _keep_or_release(result, {lot.id: lot for lot in current}, lots_of, held, today)
    taken = Counter(result.seated.values())
    for person_id in sorted(lots_of.keys() - result.seated.keys()):
        _seat_newcomer(result, person_id, lots_of[person_id], taken)
    for lot in current:
        if lot.quantity is not None and taken[lot.id] > lot.quantity:
            result.short[lot.id] = taken[lot.id] - lot.quantity
    return result


def _keep_or_release(
    result: Seating,
    current: Mapping[UUID, LotTerms],
    lots_of: Mapping[UUID, list[LotTerms]],
    held: Iterable[Seat],
    today: date,
) -> None:
    def order(had: Seat) -> tuple[bool, tuple[date, date, UUID]]:
        lot = current.get(had.lot_id)
        return (lot is None, (date.max, date.max, had.lot_id) if lot is None else lot.order)

    for had in sorted(held, key=order):
        lot = current.get(had.lot_id)
        reaching = lots_of.get(had.person_id, ())
        if lot is None:
            _note(result, Event.SEAT_RELEASED, had, Why.LOT_ENDED)
        elif had.person_id in result.seated:
            _note(result, Event.SEAT_RELEASED, had, Why.MOVED)
        elif lot in reaching:
            result.seated[had.person_id] = lot.id
            if had.leaving_since is not None:
                _note(result, Event.SEAT_TAKEN, had, Why.RETURNED)
        elif reaching:
            _note(result, Event.SEAT_RELEASED, had, Why.MOVED)
        else:
            _leave(result, had, lot, today)


def _leave(result: Seating, had: Seat, lot: LotTerms, today: date) -> None:
    since = had.leaving_since or today
    if today >= since + timedelta(days=lot.grace_days):
        _note(result, Event.SEAT_RELEASED, had, Why.LEFT)
        return
    result.seated[had.person_id] = lot.id
    if had.leaving_since is None:
        _note(result, Event.SEAT_LEAVING, had, Why.LEFT)


def _seat_newcomer(result: Seating, person_id: UUID, reaching: list[LotTerms], taken: Counter[UUID]) -> None:
    free = (lot for lot in reaching if lot.quantity is None or taken[lot.id] < lot.quantity)
    letting_in = (lot for lot in reaching if lot.on_shortage is OnShortage.ALERT)
    lot = next(free, None) or next(letting_in, None)
    if lot is None:
        result.refused[person_id] = reaching[0].id
        return
    taken[lot.id] += 1
    result.seated[person_id] = lot.id
    result.changes.append(Change(Event.SEAT_TAKEN, lot.id, person_id, Why.ASSIGNED))


def _note(result: Seating, event: Event, had: Seat, why: Why) -> None:
    result.changes.append(Change(event, had.lot_id, had.person_id, why))
