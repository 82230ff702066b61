"""A target that is down is asked again at growing intervals, and at once when a person says so."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from kateder.core import clock
from kateder.provisioning import api as provisioning
from kateder.provisioning import tasks
from kateder.provisioning.api import RunState, Target
from kateder.provisioning.runs import due, trouble
from tests.deliveries import Delivery

DOWN = {"do": "answer", "status": 503}


def target(delivery: Delivery) -> Target:
    with delivery.inside():
        return Target.objects.get(id=delivery.target.id)


def due_at(delivery: Delivery, now: datetime) -> bool:
    with delivery.inside():
        return delivery.target.id in {*due.everything(now=now), *due.moved(now=now)}


def waits(delivery: Delivery) -> timedelta:
    found = target(delivery)
    assert found.retry_at is not None
    return found.retry_at - clock.now()


@pytest.fixture
def down(delivery: Delivery) -> Delivery:
    """A target that held everything and then went down while somebody joined the class."""
    delivery.first()
    delivery.join(1)
    delivery.provider.order(DOWN)
    assert delivery.run().state == RunState.FAILED
    return delivery


def test_intervals_grow_until_the_longest_and_what_it_was_down_since_stays(down: Delivery) -> None:
    since, before = target(down).down_since, waits(down)
    assert timedelta(seconds=45) < before <= timedelta(minutes=1)
    for _ in range(2):
        down.run()
        assert waits(down) > 1.9 * before
        before = waits(down)
    assert target(down).down_since == since
    with down.inside():
        Target.objects.filter(id=down.target.id).update(troubles=trouble.DOUBLINGS)
    down.run()
    assert waits(down) <= trouble.LONGEST


def test_a_target_that_is_down_is_left_alone_whatever_changes_until_its_time_has_come(down: Delivery) -> None:
    down.join(1)
    assert not due_at(down, clock.now())
    asked = len(down.provider.given())
    tasks.DELIVER.run(authority_id=str(down.cast.authority.id), target_id=str(down.target.id))
    assert len(down.provider.given()) == asked
    assert due_at(down, clock.now() + timedelta(minutes=1))


def test_a_person_who_asks_is_not_made_to_wait(down: Delivery) -> None:
    with down.inside():
        provisioning.request_delivery([down.offer.service.id])
    assert not due_at(down, clock.now())
    with down.inside():
        provisioning.request_delivery([down.offer.service.id], by=down.offer.by)
    assert due_at(down, clock.now())


def test_all_is_forgotten_when_a_delivery_succeeds(down: Delivery) -> None:
    down.provider.order()
    assert down.run().state == RunState.SUCCEEDED
    found = target(down)
    assert (found.down_since, found.troubles, found.retry_at) == (None, 0, None)


def test_a_target_that_asks_to_be_left_alone_is_for_as_long_as_it_said(delivery: Delivery) -> None:
    delivery.first()
    delivery.join(1)
    delivery.provider.order({"do": "answer", "status": 503, "retry_after": "7200"})
    assert delivery.run().stopped_by == "asked_to_wait"
    assert timedelta(minutes=119) < waits(delivery) <= timedelta(hours=2)


def test_a_refused_object_holds_up_nothing_that_changes(delivery: Delivery) -> None:
    delivery.first()
    delivery.provider.order({"match": "POST", "do": "answer", "status": 400})
    delivery.join(1)
    delivery.run()
    assert target(delivery).down_since is None
    assert not due_at(delivery, clock.now())
    delivery.join(1)
    assert due_at(delivery, clock.now())
