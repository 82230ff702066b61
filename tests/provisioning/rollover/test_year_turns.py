"""The year turns without an import: what was looked at beforehand is what happens on the day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from tests.cast import SPRING, TODAY, Cast
from tests.deliveries import Delivery
from tests.register.changing import create

from kateder.core import clock, feed
from kateder.core.models import AuditEvent, Authority, Finding
from kateder.licences import api as licences
from kateder.licences.models import LedgerEntry
from kateder.provisioning import tasks
from kateder.provisioning.api import RunState
from kateder.provisioning.models import Consequence, Rollover
from kateder.provisioning.rollover import event, freezing, readiness
from kateder.provisioning.rollover.outlook import days_between, look_ahead
from kateder.register.api import Entity

AUTUMN = date(2027, 8, 17)
NEXT_SPRING = date(2028, 6, 9)


def next_year(cast: Cast) -> UUID:
    """Load next year's class 6B: Elsa goes on, Olle joins, Sami does not come back. Gives the new class."""
    dates: dict[str, Any] = {"start_date": AUTUMN, "end_date": NEXT_SPRING}
    class_6b = create(
        Entity.GROUP, display_name="6B", group_type="Klass", organisation_id=cast["bjork"], school_type="GR", **dates
    )
    for name, year in (("elsa", 6), ("olle", 7)):
        create(Entity.MEMBERSHIP, person_id=cast[name], group_id=class_6b, **dates)
        create(
            Entity.ENROLMENT, person_id=cast[name], enroled_at_id=cast["bjork"], school_type="GR", school_year=year,
            cancelled=False, **dates,
        )  # fmt: skip
    return class_6b


def hand_out(delivery: Delivery, class_6b: UUID) -> None:
    """Order for the new year and hand out to the new class from its first day."""
    lot = delivery.offer.lot(start_date=AUTUMN, end_date=NEXT_SPRING, quantity=1)
    delivery.offer.assign(lot, class_6b, start=AUTUMN)


def tick(delivery: Delivery, day: date) -> list[UUID]:
    with delivery.inside():
        authority = Authority.objects.get(pk=delivery.cast.authority.pk)
        return tasks.tick_in(authority, today=day, now=clock.now())


def names(cast: Cast, people: Any) -> set[str]:
    known = {root: name for name, root in cast.ids.items()}
    return {known[root] for root in people}


@pytest.fixture
def turned(delivery: Delivery) -> Delivery:
    """Everything of this year is delivered; next year's class is loaded, frozen deliveries."""
    tick(delivery, TODAY)
    delivery.first()
    with delivery.inside():
        event.begin(AUTUMN, today=TODAY, by=delivery.actor)
        freezing.freeze(
            reason="Läsårsskifte", remind_date=AUTUMN, today=TODAY, by=delivery.actor, rollover=event.current()
        )
        hand_out(delivery, next_year(delivery.cast))
    return delivery


def test_looking_says_who_gets_and_who_loses_at_which_school(turned: Delivery) -> None:
    with turned.inside():
        event.look(today=TODAY)
        (one,) = Consequence.objects.all()
        assert one.unit_id == turned.cast["bjork"]
        assert names(turned.cast, one.gets) == {"olle"}
        assert names(turned.cast, one.loses) == {"tove"}
        assert one.keeps == 1
        (lot,) = Rollover.objects.get().lots
        assert (lot["taken"], lot["quantity"]) == (2, 1)


def test_looking_changes_nothing(turned: Delivery) -> None:
    with turned.inside():
        before = (feed.position(), LedgerEntry.objects.count(), AuditEvent.objects.count(), Finding.objects.count())
        look_ahead(day=AUTUMN, today=TODAY)
        after = (feed.position(), LedgerEntry.objects.count(), AuditEvent.objects.count(), Finding.objects.count())
    assert after == before


def test_what_was_looked_at_is_what_happens_without_an_import(turned: Delivery) -> None:
    """Day by day through a summer in which nothing is read."""
    with turned.inside():
        outlook = look_ahead(day=AUTUMN, today=TODAY)
        before = {one.person_id for one in licences.entitled(turned.offer.service.id, today=TODAY)}
    for day in (SPRING, SPRING + timedelta(days=1), AUTUMN - timedelta(days=1), AUTUMN):
        tick(turned, day)
    with turned.inside():
        after = {one.person_id for one in licences.entitled(turned.offer.service.id, today=AUTUMN)}
    (change,) = outlook.changes
    sami = {turned.cast["sami"]}
    assert after - before - sami == set(change.gets)
    assert before - after - sami == set(change.loses)


def test_old_class_ends_and_new_class_begins_on_their_days(turned: Delivery) -> None:
    def entitled(day: date) -> set[str]:
        with turned.inside():
            return turned.offer.entitled(today=day)

    assert "elsa" in entitled(SPRING)
    assert entitled(SPRING + timedelta(days=1)) == set()
    assert entitled(AUTUMN - timedelta(days=1)) == set()
    assert entitled(AUTUMN) == {"elsa", "olle"}


def test_services_keep_their_accounts_over_the_summer_and_are_told_once_released(turned: Delivery) -> None:
    accounts = turned.held()["Users"]
    tick(turned, SPRING + timedelta(days=1))
    assert turned.run(today=SPRING + timedelta(days=1)).state == RunState.FROZEN
    assert turned.held()["Users"] == accounts
    with turned.inside():
        event.release(by=turned.actor)
    assert tick(turned, AUTUMN) == [turned.target.id]
    if turned.run(today=AUTUMN).state == RunState.WAITING:
        turned.approve()
        turned.run(today=AUTUMN)
    assert turned.is_right(today=AUTUMN)
    with turned.inside():
        assert event.current() is None
        assert not Consequence.objects.exists()


def test_a_missed_summer_is_caught_up_under_its_own_dates(turned: Delivery) -> None:
    tick(turned, AUTUMN)
    with turned.inside():
        events = LedgerEntry.objects.filter(person_id=turned.cast["elsa"]).order_by("id").values_list("event", "date")
        assert list(events)[-2:] == [("seat_released", SPRING + timedelta(days=1)), ("seat_taken", AUTUMN)]


def test_only_days_on_which_something_moves_are_lived_through(turned: Delivery) -> None:
    with turned.inside():
        assert days_between(today=TODAY, day=AUTUMN) == [SPRING + timedelta(days=1), AUTUMN]


def test_a_school_is_ready_when_every_pupil_has_a_class_on_the_day(turned: Delivery) -> None:
    with turned.inside():
        (bjork,) = [unit for unit in readiness.units(day=AUTUMN, today=TODAY) if unit.id == turned.cast["bjork"]]
        assert (bjork.pupils_now, bjork.pupils_then, bjork.without_class, bjork.new_classes) == (3, 2, 0, 1)
        assert bjork.is_ready
        create(
            Entity.ENROLMENT, person_id=turned.cast["nils"], enroled_at_id=turned.cast["bjork"], school_type="GR",
            school_year=10, cancelled=False, start_date=AUTUMN,
        )  # fmt: skip
        (bjork,) = [unit for unit in readiness.units(day=AUTUMN, today=TODAY) if unit.id == turned.cast["bjork"]]
        assert (bjork.without_class, bjork.is_ready) == (1, False)


def test_what_was_looked_at_is_stale_when_something_moves(turned: Delivery) -> None:
    with turned.inside():
        found = event.look(today=TODAY)
        assert event.is_current(found)
        create(Entity.MEMBERSHIP, person_id=turned.cast["nils"], group_id=turned.cast["class_5b"], start_date=AUTUMN)
        assert not event.is_current(found)


def test_leaving_lets_go_what_was_frozen_for_it(turned: Delivery) -> None:
    with turned.inside():
        event.leave(by=turned.actor)
        assert not freezing.frozen().exists()
        event.begin(AUTUMN, today=TODAY, by=turned.actor)


def test_one_rollover_at_a_time_and_only_to_a_coming_day(turned: Delivery) -> None:
    with turned.inside():
        with pytest.raises(event.RolloverUnderWay):
            event.begin(AUTUMN, today=TODAY, by=turned.actor)
        event.leave(by=turned.actor)
        for day in (TODAY, TODAY + timedelta(days=500)):
            with pytest.raises(event.BadFirstDay):
                event.begin(day, today=TODAY, by=turned.actor)
