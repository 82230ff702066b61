"""A pool is what one seat opens: a service, or a resource that has no service. Here it is seen whole."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import Q

from kateder.catalogue.models import Resource
from kateder.governance.api import Holder
from kateder.licences import ledger
from kateder.licences.models import Lot
from kateder.licences.reach import Reach, reached
from kateder.licences.seats import LotTerms, OnShortage, Seat, Seating, seat


@dataclass(slots=True)
class Pool:
    """One pool on one day: its lots, whom they and its free resources reach, and who sits where."""

    id: UUID
    lots: dict[UUID, Lot] = field(default_factory=dict)
    reaches: list[Reach] = field(default_factory=list)
    seating: Seating = field(default_factory=Seating)

    def takes_seat(self, reach: Reach) -> bool:
        """Say whether a reach needs a seat: free resources never, a teacher's copy if the lot says so."""
        if reach.lot_id is None:
            return False
        return reach.role is Holder.PUPIL or self.lots[reach.lot_id].teachers_take_seats

    def opens(self, reach: Reach) -> bool:
        """Say whether what was assigned is open to the person."""
        return not self.takes_seat(reach) or reach.person_id in self.seating.seated


def terms(lot: Lot) -> LotTerms:
    """Read the terms of a lot that decide about seats."""
    return LotTerms(lot.id, lot.quantity, lot.start_date, lot.end_date, OnShortage(lot.on_shortage), lot.grace_days)


def pool_id(lot: Lot) -> UUID:
    """Give the pool of a lot; `lot.resource` is at hand."""
    if lot.service_id is not None:
        return lot.service_id
    resource = lot.resource
    assert resource is not None  # noqa: S101  a constraint of the table
    return resource.service_id or resource.id


def pools(
    *,
    today: date,
    service_id: UUID | None = None,
    people: Collection[UUID] | None = None,
    lock: bool = False,
) -> Iterator[Pool]:
    """Seat every pool as of today, in memory: what `settle` would write, without writing it.

    With `people` only they are looked at; the others count only where a hard stop could refuse one of them.
    With `lock` the lots are locked until the transaction ends.
    """
    for pool, held in _read(today, service_id=service_id, people=people, lock=lock):
        contested = set() if people is None else _contested(pool, held)
        if people is not None and contested:
            yield _only(people, _among_rivals(pool, contested, people, today))
        else:
            _seat(pool, held, today)
            yield pool


def _read(
    today: date, *, service_id: UUID | None, people: Collection[UUID] | None, lock: bool = False
) -> Iterator[tuple[Pool, list[Seat]]]:
    found = _with_lots(today, service_id, lock=lock)
    by_lot = {lot_id: pool for pool in found.values() for lot_id in pool.lots}
    free: dict[UUID, Pool] = {}
    for reach in reached(today=today, service_id=service_id, people=people):
        pool = by_lot[reach.lot_id] if reach.lot_id is not None else _free_pool(reach, found, free)
        pool.reaches.append(reach)
    seats = defaultdict(list)
    for one in ledger.held(list(by_lot), on=today, people=people):
        seats[by_lot[one.lot_id].id].append(one)
    return ((pool, seats[pool.id]) for pool in found.values())


def _with_lots(today: date, service_id: UUID | None, *, lock: bool) -> dict[UUID, Pool]:
    lots = Lot.objects.filter(start_date__lte=today).select_related("resource").order_by("id")
    if service_id is not None:
        lots = lots.filter(Q(service_id=service_id) | Q(resource__service_id=service_id))
    found: dict[UUID, Pool] = {}
    for lot in lots.select_for_update(of=("self",)) if lock else lots:
        found.setdefault(pool_id(lot), Pool(pool_id(lot))).lots[lot.id] = lot
    return found


def _free_pool(reach: Reach, found: dict[UUID, Pool], free: dict[UUID, Pool]) -> Pool:
    assert reach.resource_id is not None  # noqa: S101  a constraint of the table
    if reach.resource_id not in free:
        resource = Resource.objects.get(id=reach.resource_id)
        key = resource.service_id or resource.id
        free[reach.resource_id] = found.setdefault(key, Pool(key))
    return free[reach.resource_id]


def _contested(pool: Pool, seats: list[Seat]) -> set[UUID]:
    """Give the limited hard stops that reach somebody who does not sit in a lot that reaches them."""
    sits = {(one.lot_id, one.person_id) for one in seats}
    needs = [reach for reach in pool.reaches if pool.takes_seat(reach)]
    safe = {reach.person_id for reach in needs if (reach.lot_id, reach.person_id) in sits}
    lots = {reach.lot_id for reach in needs if reach.person_id not in safe and reach.lot_id is not None}
    return {lot_id for lot_id in lots if _stops(pool.lots[lot_id])}


def _stops(lot: Lot) -> bool:
    return lot.on_shortage == OnShortage.HARD_STOP and lot.quantity is not None


def _among_rivals(pool: Pool, contested: set[UUID], people: Collection[UUID], today: date) -> Pool:
    """Seat those who compete for the same seats, and only them: a class, not the authority."""
    while True:
        rivals = {reach.person_id for reach in reached(today=today, lot_ids=contested)} | set(people)
        rivals |= {one.person_id for one in ledger.held(contested, on=today)}
        same = (pair for pair in _read(today, service_id=_service(pool), people=rivals) if pair[0].id == pool.id)
        wider, seats = next(same)
        more = {reach.lot_id for reach in wider.reaches if reach.lot_id and _stops(wider.lots[reach.lot_id])}
        if more <= contested:
            _seat(wider, seats, today)
            return wider
        contested = contested | more


def _seat(pool: Pool, seats: list[Seat], today: date) -> None:
    by_lot: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for reach in pool.reaches:
        if reach.lot_id is not None and pool.takes_seat(reach):
            by_lot[reach.lot_id].add(reach.person_id)
    pool.seating = seat([terms(lot) for lot in pool.lots.values()], reached=by_lot, held=seats, today=today)


def _service(pool: Pool) -> UUID | None:
    lot = next(iter(pool.lots.values()))
    return lot.service_id or (lot.resource.service_id if lot.resource else None)


def _only(people: Collection[UUID], pool: Pool) -> Pool:
    wanted = set(people)
    seating = Seating(
        seated={p: lot for p, lot in pool.seating.seated.items() if p in wanted},
        refused={p: lot for p, lot in pool.seating.refused.items() if p in wanted},
    )
    return Pool(pool.id, pool.lots, [r for r in pool.reaches if r.person_id in wanted], seating)
