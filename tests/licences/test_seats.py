"""The rules of seats, over random lots, people and days."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from kateder.licences.seats import Event, LotTerms, OnShortage, Seat, Seating, Why, seat

DAY = date(2026, 8, 17)
PEOPLE = [UUID(int=n) for n in range(1, 9)]
LOTS = [UUID(int=n) for n in range(101, 104)]


def a_lot(
    number: int = 0,
    *,
    quantity: int | None = None,
    start: int = 0,
    end: int | None = 300,
    on_shortage: OnShortage = OnShortage.HARD_STOP,
    grace_days: int = 0,
) -> LotTerms:
    end_date = None if end is None else DAY + timedelta(days=end)
    start_date = DAY + timedelta(days=start)
    return LotTerms(LOTS[number], quantity, start_date, end_date, on_shortage, grace_days)


class Ledger:
    """The ledger as a fold over changes, the way the database folds it."""

    def __init__(self) -> None:
        self.held: dict[tuple[UUID, UUID], Seat] = {}

    def write(self, seating: Seating, today: date) -> None:
        for change in seating.changes:
            key = (change.lot_id, change.person_id)
            if change.event is Event.SEAT_RELEASED:
                del self.held[key]
            else:
                since = today if change.event is Event.SEAT_LEAVING else None
                self.held[key] = Seat(*key, since)

    def run(self, lots: list[LotTerms], reached: Mapping[UUID, set[UUID]], today: date = DAY) -> Seating:
        seating = seat(lots, reached=reached, held=list(self.held.values()), today=today)
        self.write(seating, today)
        return seating


lots_of_a_pool = st.tuples(
    *(
        st.builds(
            a_lot,
            st.just(number),
            quantity=st.none() | st.integers(0, 5),
            start=st.integers(-5, 10),
            end=st.none() | st.integers(0, 30),
            on_shortage=st.sampled_from(OnShortage),
            grace_days=st.integers(0, 5),
        )
        for number in range(3)
    )
)
reach = st.fixed_dictionaries({lot: st.sets(st.sampled_from(PEOPLE)) for lot in LOTS})
days = st.lists(st.tuples(st.integers(1, 6), reach), min_size=1, max_size=8)


@given(lots_of_a_pool, days)
def test_every_day_each_person_has_at_most_one_seat_and_nobody_reached_is_forgotten(
    lots: tuple[LotTerms, ...], history: list[tuple[int, dict[UUID, set[UUID]]]]
) -> None:
    ledger, today = Ledger(), DAY
    for step, reached in history:
        today += timedelta(days=step)
        seating = ledger.run(list(lots), reached, today)
        seats_per_person = Counter(person for _, person in ledger.held)
        assert all(number == 1 for number in seats_per_person.values())
        assert {p: lot for lot, p in ledger.held} == seating.seated
        due = {p for lot in lots if lot.holds(today) for p in reached[lot.id]}
        assert due <= seating.seated.keys() | seating.refused.keys()
        assert not seating.seated.keys() & seating.refused.keys()


@given(lots_of_a_pool, days)
def test_a_hard_stop_is_never_exceeded_and_an_alert_never_refuses(
    lots: tuple[LotTerms, ...], history: list[tuple[int, dict[UUID, set[UUID]]]]
) -> None:
    ledger, today = Ledger(), DAY
    for step, reached in history:
        today += timedelta(days=step)
        seating = ledger.run(list(lots), reached, today)
        taken = Counter(lot for lot, _ in ledger.held)
        for lot in lots:
            if lot.on_shortage is OnShortage.HARD_STOP and lot.quantity is not None:
                assert taken[lot.id] <= lot.quantity
            over = taken[lot.id] - (lot.quantity if lot.quantity is not None else 99)
            assert seating.short.get(lot.id, 0) == max(over, 0)
        for person in seating.refused:
            open_to = [lot for lot in lots if lot.holds(today) and person in reached[lot.id]]
            assert all(lot.on_shortage is OnShortage.HARD_STOP for lot in open_to)
            assert all(taken[lot.id] >= (lot.quantity or 0) for lot in open_to)


@given(lots_of_a_pool, days)
def test_settling_again_the_same_day_changes_nothing(
    lots: tuple[LotTerms, ...], history: list[tuple[int, dict[UUID, set[UUID]]]]
) -> None:
    ledger, today = Ledger(), DAY
    for step, reached in history:
        today += timedelta(days=step)
        first = ledger.run(list(lots), reached, today)
        again = ledger.run(list(lots), reached, today)
        assert again.changes == []
        assert (again.seated, again.refused) == (first.seated, first.refused)


@given(lots_of_a_pool, days)
def test_whoever_is_reached_by_the_lot_of_their_seat_keeps_that_seat(
    lots: tuple[LotTerms, ...], history: list[tuple[int, dict[UUID, set[UUID]]]]
) -> None:
    ledger, today = Ledger(), DAY
    for step, reached in history:
        today += timedelta(days=step)
        before = set(ledger.held)
        seating = ledger.run(list(lots), reached, today)
        for lot in lots:
            for person in reached[lot.id]:
                if lot.holds(today) and (lot.id, person) in before:
                    assert seating.seated[person] == lot.id


def test_a_pupil_in_three_groups_with_the_same_resource_uses_one_seat() -> None:
    reached = {LOTS[0]: [PEOPLE[0], PEOPLE[0], PEOPLE[0]]}
    seating = seat([a_lot(quantity=1)], reached=reached, held=[], today=DAY)
    assert [c.event for c in seating.changes] == [Event.SEAT_TAKEN]


def test_the_seat_comes_from_the_lot_that_ends_first_while_it_has_one() -> None:
    late, soon = a_lot(0, end=200), a_lot(1, end=100, quantity=1)
    everybody = {PEOPLE[0], PEOPLE[1]}
    seating = seat([late, soon], reached={late.id: everybody, soon.id: everybody}, held=[], today=DAY)
    assert seating.seated == {PEOPLE[0]: soon.id, PEOPLE[1]: late.id}


def test_a_lot_holds_on_its_first_and_last_day_and_not_beyond() -> None:
    lot = a_lot(end=2)
    on = [n for n in range(-1, 4) if lot.holds(DAY + timedelta(days=n))]
    assert on == [0, 1, 2]


def test_a_shortage_lets_the_pupil_in_unless_the_lot_is_a_hard_stop() -> None:
    for on_shortage, seated in ((OnShortage.ALERT, 2), (OnShortage.HARD_STOP, 1)):
        lot = a_lot(quantity=1, on_shortage=on_shortage)
        seating = seat([lot], reached={lot.id: set(PEOPLE[:2])}, held=[], today=DAY)
        assert len(seating.seated) == seated
        assert len(seating.refused) == 2 - seated


def test_who_leaves_keeps_the_seat_for_exactly_the_grace_period() -> None:
    ledger, lot = Ledger(), a_lot(grace_days=3)
    ledger.run([lot], {lot.id: {PEOPLE[0]}})
    kept = [bool(ledger.run([lot], {}, DAY + timedelta(days=n)).seated) for n in range(1, 6)]
    assert kept == [True, True, True, False, False]


def test_who_comes_back_within_the_grace_period_has_never_lost_the_seat() -> None:
    ledger, lot = Ledger(), a_lot(grace_days=3)
    ledger.run([lot], {lot.id: {PEOPLE[0]}})
    ledger.run([lot], {}, DAY + timedelta(days=1))
    back = ledger.run([lot], {lot.id: {PEOPLE[0]}}, DAY + timedelta(days=2))
    assert [(c.event, c.why) for c in back.changes] == [(Event.SEAT_TAKEN, Why.RETURNED)]
    later = ledger.run([lot], {}, DAY + timedelta(days=10))
    assert later.seated == {PEOPLE[0]: lot.id}


def test_a_lot_that_ended_gives_no_grace() -> None:
    ledger, lot = Ledger(), a_lot(end=1, grace_days=30)
    ledger.run([lot], {lot.id: {PEOPLE[0]}})
    over = ledger.run([lot], {lot.id: {PEOPLE[0]}}, DAY + timedelta(days=2))
    assert [(c.event, c.why) for c in over.changes] == [(Event.SEAT_RELEASED, Why.LOT_ENDED)]
