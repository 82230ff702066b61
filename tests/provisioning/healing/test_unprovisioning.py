"""A service that is left is emptied whole, by a plan that a person approves, and the report says what is proved."""

from __future__ import annotations

import pytest

from kateder.core import clock
from kateder.provisioning import api as provisioning
from kateder.provisioning.api import RunState, TargetState
from kateder.provisioning.healing import unprovisioning
from kateder.provisioning.models import Target
from kateder.provisioning.planning import memory
from tests.deliveries import Delivery
from tests.provisioning.runs.test_kills import Killed, kill_at


def begin(delivery: Delivery) -> None:
    with delivery.inside():
        unprovisioning.begin(
            delivery.target.id, confirmation="rakneresan", reason="Avtalet sägs upp", by=delivery.offer.by,
            now=clock.now(),
        )  # fmt: skip


def state(delivery: Delivery) -> str:
    with delivery.inside():
        return Target.objects.get(id=delivery.target.id).state


def test_nothing_goes_before_a_person_has_approved_whatever_the_limits_say(delivery: Delivery) -> None:
    delivery.first()
    with delivery.inside():
        generous = {"first_waits": False, "max_count": 1000, "max_share": 1.0}
        provisioning.change_target(delivery.target.id, by=delivery.offer.by, limits=generous)
    begin(delivery)
    sent = len(delivery.provider.given())
    assert delivery.run().state == RunState.WAITING
    assert len(delivery.provider.given()) == sent


def test_everything_goes_in_reverse_order_and_the_target_is_emptied(delivery: Delivery) -> None:
    delivery.first()
    begin(delivery)
    delivery.run()
    delivery.approve()
    sent = len(delivery.provider.given())
    assert delivery.run().state == RunState.SUCCEEDED
    assert delivery.held() == {}
    order = [entry.target.split("/")[1] for entry in delivery.provider.given()[sent:]]
    assert order == ["Activities", "Employments", "StudentGroups", "Users", "Users", "SchoolUnits", "Organisations"]
    assert state(delivery) == TargetState.EMPTIED


def test_new_accounts_are_not_made_meanwhile_nor_afterwards(delivery: Delivery) -> None:
    delivery.first()
    begin(delivery)
    delivery.join(2)
    delivery.run()
    delivery.approve()
    delivery.run()
    delivery.join(1)
    delivery.run()
    assert delivery.held() == {}


def test_killed_on_the_way_it_goes_on_without_asking_again(delivery: Delivery, monkeypatch: pytest.MonkeyPatch) -> None:
    delivery.first()
    begin(delivery)
    delivery.run()
    delivery.approve()
    monkeypatch.setattr("kateder.provisioning.delivery.engine.WINDOW", 2)
    kill_at(monkeypatch, memory, "keep_results", after=False, call=2)
    with pytest.raises(Killed):
        delivery.run()
    monkeypatch.undo()
    assert delivery.run().state == RunState.SUCCEEDED
    assert (delivery.held(), state(delivery)) == ({}, TargetState.EMPTIED)


def test_the_report_says_what_was_there_what_went_and_what_is_proved(delivery: Delivery) -> None:
    delivery.first()
    begin(delivery)
    delivery.run()
    delivery.approve()
    delivery.run()
    with delivery.inside():
        latest = unprovisioning.latest(delivery.target.id)
        assert latest is not None
        report = unprovisioning.report(latest)
    assert report.held == report.removed
    assert (report.left, report.asked, report.answered, report.verified, report.unproved) == ({}, 2, 2, 0, 2)
    assert report.approved_by == (delivery.offer.by.label,)
    assert report.ended_at is not None


def test_it_takes_the_services_own_name_typed_and_a_reason(delivery: Delivery) -> None:
    with delivery.inside():
        target, by, now = delivery.target.id, delivery.offer.by, clock.now()
        with pytest.raises(unprovisioning.NotConfirmed):
            unprovisioning.begin(target, confirmation="ja", reason="Slut", by=by, now=now)
        with pytest.raises(unprovisioning.WhyMissing):
            unprovisioning.begin(target, confirmation="rakneresan", reason="", by=by, now=now)


def test_called_off_it_leaves_the_target_paused_until_somebody_lets_it_go_on(delivery: Delivery) -> None:
    delivery.first()
    begin(delivery)
    with pytest.raises(unprovisioning.AlreadyBeingEmptied), delivery.inside():
        provisioning.set_state(delivery.target.id, TargetState.ACTIVE, by=delivery.offer.by)
    with delivery.inside():
        unprovisioning.withdraw(delivery.target.id, by=delivery.offer.by, now=clock.now())
    assert state(delivery) == TargetState.PAUSED
    with delivery.inside():
        provisioning.set_state(delivery.target.id, TargetState.ACTIVE, by=delivery.offer.by)
    assert delivery.run().state == RunState.SUCCEEDED
    assert delivery.is_right()
