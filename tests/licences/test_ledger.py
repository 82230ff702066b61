"""The ledger: every figure comes from it, nothing in it is changed, nobody is given the last seat twice."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connections, transaction
from django.db.models import QuerySet
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.cast import SCHOOL_YEAR, SPRING, TODAY, Cast
from tests.licences.people import LONG_AGO, crowd, leave
from tests.offer import Offer, make_offer

from kateder.core import feed
from kateder.core.findings import open_findings
from kateder.core.tenancy import within
from kateder.licences import api as licences
from kateder.licences.api import AssignedKind, OnShortage
from kateder.licences.models import Assignment, LedgerEntry, Lot
from kateder.licences.seats import Event
from kateder.register.models import GroupMembership


def settle(today: date = TODAY) -> licences.Settled:
    return licences.settle(today=today, cause="test")


def events(lot: Lot) -> list[tuple[str, str]]:
    rows = LedgerEntry.objects.filter(lot=lot).order_by("id")
    return [(row.event, row.cause) for row in rows]


def folded(lot: Lot, *, on: date) -> int:
    """Count the seats of a lot with a loop: the slow, plain reading of the ledger."""
    corrected = {row.corrects_id for row in LedgerEntry.objects.filter(lot=lot, event=Event.CORRECTION, date__lte=on)}
    state: dict[UUID, str] = {}
    for row in LedgerEntry.objects.filter(lot=lot, date__lte=on).order_by("id"):
        if row.event != Event.CORRECTION and row.id not in corrected:
            state[row.person_id] = row.event
    return sum(event != Event.SEAT_RELEASED for event in state.values())


def test_settling_writes_who_took_a_seat_once(offer: Offer) -> None:
    offer.allow()
    lot = offer.lot(quantity=10)
    offer.assign(lot, "class_5b")
    assert settle().taken == 2
    again = settle()
    assert (again.taken, again.released, again.leaving) == (0, 0, 0)
    assert events(lot) == [("seat_taken", "assigned")] * 2
    assert licences.seats(lot.id, TODAY) == licences.Seats(10, 2)


def test_a_teachers_copy_takes_a_seat_only_if_the_lot_says_so(offer: Offer) -> None:
    offer.allow()
    for takes, taken in ((False, 2), (True, 3)):
        lot = offer.lot(teachers_take_seats=takes)
        given_out = offer.assign(lot, "class_5b")
        settle()
        assert licences.seats(lot.id, TODAY).taken == taken
        licences.withdraw_at_once(given_out.id, today=TODAY, by=offer.by)
        settle()


def test_nobody_can_change_or_remove_what_the_ledger_says(offer: Offer) -> None:
    offer.allow()
    offer.assign(offer.lot(), "class_5b")
    settle()
    for change in (
        lambda rows: rows.update(event="seat_released"),
        lambda rows: rows.delete(),
    ):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            change(LedgerEntry.objects.all())


def test_a_correction_is_a_new_row_that_takes_an_entry_back_from_its_day(offer: Offer) -> None:
    offer.allow()
    lot = offer.lot()
    offer.assign(lot, "elsa", to=AssignedKind.PERSON)
    settle()
    entry = LedgerEntry.objects.get(lot=lot)
    later = TODAY + timedelta(days=3)
    licences.correct(entry.id, reason="wrong_lot", today=later, by=offer.by)
    assert licences.seats(lot.id, TODAY).taken == 1, "as it was"
    assert licences.seats(lot.id, later).taken == 0
    assert LedgerEntry.objects.get(id=entry.id).event == "seat_taken"
    with pytest.raises(licences.AlreadyCorrected):
        licences.correct(entry.id, reason="again", today=later, by=offer.by)


def test_a_release_that_is_taken_back_gives_the_seat_again_and_is_reported_as_a_shortage(offer: Offer) -> None:
    offer.allow()
    lot = offer.lot(quantity=1, on_shortage=OnShortage.HARD_STOP)
    mine = offer.assign(lot, "elsa", to=AssignedKind.PERSON)
    settle()
    licences.withdraw_at_once(mine.id, today=TODAY, by=offer.by)
    offer.assign(lot, "olle", to=AssignedKind.PERSON)
    settle()
    assert offer.entitled() == {"olle"} or settle().taken == 1
    offer.assign(lot, "elsa", to=AssignedKind.PERSON)
    entry = LedgerEntry.objects.get(lot=lot, event=Event.SEAT_RELEASED)
    licences.correct(entry.id, reason="released_by_mistake", today=TODAY, by=offer.by)
    assert dict(settle().short) == {lot.id: 1}
    assert offer.entitled() == {"elsa", "olle"}


def test_what_the_day_before_said_stays_after_somebody_left(offer: Offer) -> None:
    offer.allow()
    lot = offer.lot()
    offer.assign(lot, "class_5b")
    settle()
    tomorrow = TODAY + timedelta(days=1)
    leave(offer.cast, "elsa", last_day=TODAY)
    settle(tomorrow)
    assert [licences.seats(lot.id, day).taken for day in (TODAY, tomorrow)] == [2, 1]


def test_who_leaves_a_class_keeps_the_seat_through_the_grace_period_only(offer: Offer) -> None:
    offer.allow()
    lot = offer.lot(grace_days=2)
    offer.assign(lot, "class_5b")
    settle()
    leave(offer.cast, "elsa", last_day=TODAY)
    kept = []
    for n in range(1, 5):
        day = TODAY + timedelta(days=n)
        settle(day)
        kept.append("elsa" in offer.entitled(today=day))
    assert kept == [True, True, False, False]
    assert events(lot)[-2:] == [("seat_leaving", "left"), ("seat_released", "left")]


def test_the_seat_comes_from_the_lot_that_ends_first_and_moves_when_that_ends(offer: Offer) -> None:
    offer.allow()
    late, soon = offer.lot(), offer.lot(end_date=TODAY)
    for lot in (late, soon):
        offer.assign(lot, "class_5b")
    settle()
    assert [licences.seats(lot.id, TODAY).taken for lot in (late, soon)] == [0, 2]
    tomorrow = TODAY + timedelta(days=1)
    settle(tomorrow)
    assert [licences.seats(lot.id, tomorrow).taken for lot in (late, soon)] == [2, 0]
    assert events(soon)[-1] == ("seat_released", "lot_ended")


def test_a_shortage_lets_the_pupil_in_and_alerts_until_it_is_over(offer: Offer) -> None:
    offer.allow()
    lot = offer.lot(quantity=1, on_shortage=OnShortage.ALERT)
    offer.assign(lot, "class_5b")
    assert dict(settle().short) == {lot.id: 1}
    assert {"elsa", "sami"} <= offer.entitled()
    found = open_findings().get(rule="licences.lot_exceeded")
    assert found.params == {"number": lot.number, "over": 1}
    licences.change_lot(lot.id, quantity=2, end_date=SPRING, on_shortage=OnShortage.ALERT, today=TODAY, by=offer.by)
    settle()
    assert not open_findings().filter(rule="licences.lot_exceeded").exists()


def test_a_hard_stop_refuses_and_says_so(offer: Offer) -> None:
    offer.allow()
    lot = offer.lot(quantity=1, on_shortage=OnShortage.HARD_STOP)
    offer.assign(lot, "class_5b")
    assert settle().refused == 1
    assert len({"elsa", "sami"} & offer.entitled()) == 1
    assert open_findings().get(rule="licences.lot_full").params["refused"] == 1


def test_terms_are_frozen_while_somebody_has_a_seat_but_more_seats_may_be_bought(offer: Offer) -> None:
    offer.allow()
    lot = offer.lot(quantity=5)
    offer.assign(lot, "class_5b")
    settle()

    def change(quantity: int | None, end_date: date | None) -> None:
        licences.change_lot(
            lot.id, quantity=quantity, end_date=end_date, on_shortage=OnShortage.ALERT, today=TODAY, by=offer.by
        )

    for quantity, end_date in ((4, SPRING), (5, SPRING - timedelta(days=1)), (5, None)):
        with pytest.raises(licences.LotInUse):
            change(quantity, end_date)
    change(6, SPRING)
    change(None, SPRING)


def test_a_settling_that_changes_something_is_in_the_feed_and_another_is_not(offer: Offer) -> None:
    offer.allow()
    lot = offer.lot()
    offer.assign(lot, "class_5b")
    before = feed.position()
    settle()
    (change,) = feed.since(before)
    assert (change.entity, change.ids) == (feed.Entity.LOT, (lot.id,))
    settle()
    assert feed.position() == change.position


def test_a_pool_is_a_service_so_two_resources_of_it_use_one_seat(offer: Offer) -> None:
    offer.allow()
    whole, single = offer.lot(service_id=offer.service.id, resource_id=None), offer.lot()
    for lot in (whole, single):
        offer.assign(lot, "class_5b")
    settle()
    assert sum(licences.seats(lot.id, TODAY).taken for lot in (whole, single)) == 2


def test_two_processes_at_once_never_give_the_last_seat_twice(cast: Cast) -> None:
    with within(cast.authority.id):
        offer = make_offer(cast)
        offer.allow()
        lot = offer.lot(quantity=1, on_shortage=OnShortage.HARD_STOP)
        offer.assign(lot, "bjork", to=AssignedKind.UNIT)

    def meanwhile() -> None:
        try:
            with within(cast.authority.id):
                settle()
        finally:
            connections.close_all()

    other = threading.Thread(target=meanwhile)
    with within(cast.authority.id):
        assert settle().taken == 1
        other.start()
        other.join(timeout=1)
        assert other.is_alive(), "it waits for the first one to commit"
    other.join()
    with within(cast.authority.id):
        assert LedgerEntry.objects.count() == 1
        assert licences.seats(lot.id, TODAY).taken == 1


steps = st.lists(
    st.one_of(
        st.tuples(st.just("join"), st.integers(0, 5), st.integers(0, 2)),
        st.tuples(st.just("leave"), st.integers(0, 5), st.integers(0, 2)),
        st.tuples(st.just("assign"), st.integers(0, 2), st.integers(0, 2)),
        st.tuples(st.just("withdraw"), st.integers(0, 8), st.just(0)),
        st.tuples(st.just("correct"), st.integers(0, 20), st.just(0)),
        st.tuples(st.just("days"), st.integers(1, 40), st.just(0)),
    ),
    min_size=3,
    max_size=12,
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=steps,
    quantities=st.tuples(*[st.none() | st.integers(0, 3)] * 3),
    hard=st.tuples(*[st.booleans()] * 3),
    grace=st.integers(0, 3),
)
def test_after_any_history_the_figures_are_the_ledgers_and_the_rules_hold(
    cast: Cast,
    steps: list[tuple[str, int, int]],
    quantities: tuple[int | None, ...],
    hard: tuple[bool, ...],
    grace: int,
) -> None:
    with within(cast.authority.id):
        offer = make_offer(cast, slug=f"s-{uuid4().hex[:8]}")
        offer.allow()
        pupils, groups = crowd(cast, pupils=6, groups=3)
        lots = [
            offer.lot(
                quantity=quantity,
                end_date=TODAY + timedelta(days=30 * (n + 1)),
                on_shortage=OnShortage.HARD_STOP if hard[n] else OnShortage.ALERT,
                grace_days=grace,
            )
            for n, quantity in enumerate(quantities)
        ]
        today = TODAY
        for action, one, other in steps:
            if action == "join":
                _membership(pupils[one], groups[other]).update(start_date=today, end_date=None)
            elif action == "leave":
                yesterday = today - timedelta(days=1)
                _membership(pupils[one], groups[other]).update(start_date=LONG_AGO, end_date=yesterday)
            elif action == "assign":
                offer.assign(lots[one], groups[other], start=SCHOOL_YEAR)
            elif action == "withdraw":
                given_out = list(Assignment.objects.filter(lot__in=lots).order_by("assigned_at", "id"))
                if given_out:
                    licences.withdraw_at_once(given_out[one % len(given_out)].id, today=today, by=offer.by)
            elif action == "correct":
                _correct_some(offer, lots, one, today)
            else:
                today += timedelta(days=one)
            _asked_alone_or_together(offer, pupils[:2], today)
            settle(today)
            _rules_hold(offer, lots, today)


def _membership(person: UUID, group: UUID) -> QuerySet[GroupMembership]:
    return GroupMembership.objects.filter(person_id=person, group_id=group)


def _asked_alone_or_together(offer: Offer, pupils: list[UUID], today: date) -> None:
    listed = {one.person_id for one in licences.entitled(offer.service.id, today=today)}
    for pupil in pupils:
        alone = licences.entitlement_of(pupil, service_id=offer.service.id, today=today)
        assert (alone is not None) is (pupil in listed)


def _correct_some(offer: Offer, lots: list[Lot], number: int, today: date) -> None:
    # A release that is taken back may rightly exceed a hard stop: it has a test of its own.
    kinds = [Event.SEAT_TAKEN, Event.SEAT_LEAVING]
    open_to = LedgerEntry.objects.filter(lot__in=lots, corrections__isnull=True, event__in=kinds)
    entries = list(open_to.order_by("id"))
    if entries:
        licences.correct(entries[number % len(entries)].id, reason="test", today=today, by=offer.by)


def _rules_hold(offer: Offer, lots: list[Lot], today: date) -> None:
    seated: Counter[UUID] = Counter()
    for lot in lots:
        figure = licences.seats(lot.id, today)
        assert figure.taken == folded(lot, on=today)
        if lot.on_shortage == OnShortage.HARD_STOP and lot.quantity is not None:
            assert figure.taken <= lot.quantity
        if lot.end_date is not None and today > lot.end_date:
            assert figure.taken == 0
        seated.update(_holders(lot))
    assert all(count == 1 for count in seated.values()), "one person, one seat"
    assert seated.keys() == {one.person_id for one in licences.entitled(offer.service.id, today=today)}
    assert settle(today).taken == 0, "a second settling changes nothing"


def _holders(lot: Lot) -> set[UUID]:
    from kateder.licences.ledger import held

    return {seat.person_id for seat in held([lot.id], on=date.max)}
