"""A run looks at what has changed, unless that is not known; comparing everything finds what was missed."""

from __future__ import annotations

from datetime import timedelta

from kateder.core.models import Finding
from kateder.provisioning import api as provisioning
from kateder.provisioning.api import RunState
from kateder.provisioning.healing import doubting
from kateder.provisioning.models import Scope, Target, TargetObject
from kateder.provisioning.runs import nightly
from kateder.register.models import Person
from tests.cast import TODAY
from tests.deliveries import Delivery


def test_after_a_delivery_only_what_has_changed_is_looked_at(delivery: Delivery) -> None:
    assert delivery.first().scope == Scope.EVERYTHING
    delivery.join(1)
    ended = delivery.run()
    assert (ended.scope, ended.planned) == (Scope.CHANGES, {"create User": 1, "update StudentGroup": 1})
    assert delivery.is_right()


def test_a_new_day_is_looked_at_whole(delivery: Delivery) -> None:
    delivery.first()
    assert delivery.run(today=TODAY + timedelta(days=1)).scope == Scope.EVERYTHING


def test_a_plan_that_waits_is_found_again_by_the_changes_that_made_it(delivery: Delivery) -> None:
    delivery.first()
    delivery.join(30)
    waiting = delivery.run()
    assert (waiting.state, waiting.scope) == (RunState.WAITING, Scope.CHANGES)
    delivery.approve()
    ended = delivery.run()
    assert (ended.state, ended.scope) == (RunState.SUCCEEDED, Scope.CHANGES)
    assert delivery.is_right()


def test_what_was_refused_is_tried_again_and_its_class_with_it(delivery: Delivery) -> None:
    delivery.first()
    delivery.provider.order({"match": "POST /Users", "do": "answer", "status": 400})
    delivery.join(1)
    assert delivery.run().state == RunState.FAILED
    delivery.provider.order()
    ended = delivery.run()
    assert (ended.state, ended.scope) == (RunState.SUCCEEDED, Scope.CHANGES)
    assert delivery.is_right()


def test_a_run_that_broke_off_makes_the_next_one_look_at_everything(delivery: Delivery) -> None:
    delivery.first()
    delivery.join(12)
    delivery.provider.kill()
    try:
        assert delivery.run().state == RunState.FAILED
    finally:
        delivery.provider.start()
    ended = delivery.run()
    assert (ended.state, ended.scope) == (RunState.SUCCEEDED, Scope.EVERYTHING)
    assert delivery.is_right()


def test_other_settings_make_the_next_run_look_at_everything(delivery: Delivery) -> None:
    delivery.first()
    with delivery.inside():
        provisioning.change_target(delivery.target.id, by=delivery.offer.by, settings={})
    assert delivery.run().scope == Scope.EVERYTHING


def test_comparing_everything_finds_nothing_to_heal(delivery: Delivery) -> None:
    delivery.first()
    delivery.join(1)
    ended = delivery.run(everything=True)
    assert (ended.scope, ended.healed, ended.counts) == (Scope.EVERYTHING, {}, {"acknowledged": 2})
    with delivery.inside():
        assert Target.objects.get(id=delivery.target.id).compared_at is not None
        assert not Finding.objects.filter(rule="provisioning.missed_change").exists()


def test_what_the_changes_did_not_say_is_healed_and_is_a_finding_until_the_next_comparison(
    delivery: Delivery,
) -> None:
    delivery.first()
    with delivery.inside():
        # Behind the feed's back, as a fault of ours would be.
        Person.objects.filter(id=delivery.cast["elsa"]).update(person_status="Avliden")
    assert delivery.run(approve_within_limits=False).total == 0
    ended = delivery.run(everything=True)
    assert ended.healed["missed"] >= 1
    with delivery.inside():
        found = Finding.objects.get(rule="provisioning.missed_change", closed_at=None)
        assert found.params == {"count": ended.healed["missed"]}
    delivery.approve()
    delivery.run()
    assert delivery.run(everything=True).healed == {}
    with delivery.inside():
        assert not Finding.objects.filter(rule="provisioning.missed_change", closed_at=None).exists()


def test_each_night_every_active_target_is_asked_for_a_comparison(delivery: Delivery) -> None:
    with delivery.inside():
        assert nightly.compare_in(delivery.cast.authority) == [delivery.target.id]
        assert nightly.compare_in(delivery.cast.authority) == []
        provisioning.set_state(delivery.target.id, provisioning.TargetState.PAUSED, by=delivery.offer.by)
        assert nightly.compare_in(delivery.cast.authority) == []


def test_a_database_that_is_older_than_its_targets_looks_at_everything(delivery: Delivery) -> None:
    delivery.first()
    with delivery.inside():
        assert doubting.doubt_all() == TargetObject.objects.count() > 0
    assert delivery.run().scope == Scope.EVERYTHING
