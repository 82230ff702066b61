"""A target that is passed over is one at which a run would have found nothing to do."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from kateder.core import feed
from kateder.core.feed import Entity
from kateder.licences import api as licences
from kateder.provisioning.models import DeliveryRun, Target
from kateder.provisioning.planning import unconcerned
from kateder.provisioning.planning.comparing import DeliveryPlan
from tests.cast import TODAY, Cast
from tests.deliveries import Delivery
from tests.provisioning.moves import Town
from tests.provisioning.planning import test_incremental

town = test_incremental.town
SEEDS = range(3)


class Watched(test_incremental.Service):
    """Asks at each look whether it would have been passed over."""

    def __init__(self, town: Town) -> None:
        super().__init__(town)
        self.passed = 0

    def look(self, also: frozenset[UUID] = frozenset()) -> tuple[DeliveryPlan, int]:
        before = Target.objects.filter(id=self.target.id).values("known_position", "delivered_position").get()
        passed = not unconcerned.pass_over([self.target.id], today=self.town.today)
        Target.objects.filter(id=self.target.id).update(**before)
        plan, position = super().look(also)
        if passed:
            self.passed += 1
            assert not [*plan.steps, *plan.urgent, *plan.forgotten, *plan.outlived]
        return plan, position


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_was_to_be_done_at_what_is_passed_over(town: Town, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    monkeypatch.setattr(test_incremental, "Service", Watched)
    test_incremental.live_through(town, seed, length=10)


def pass_over(delivery: Delivery) -> bool:
    with delivery.inside():
        return not unconcerned.pass_over([delivery.target.id], today=TODAY)


def test_a_change_elsewhere_is_passed_over_without_a_run(delivery: Delivery, cast: Cast) -> None:
    delivery.first()
    with delivery.inside():
        runs = DeliveryRun.objects.count()
        feed.append({Entity.PERSON: [uuid4()]}, cause="test")
        licences.settle(today=TODAY, cause="test")
    assert pass_over(delivery)
    with delivery.inside():
        assert Target.objects.get(id=delivery.target.id).known_position == feed.position()
        assert DeliveryRun.objects.count() == runs
    assert delivery.is_right()


def test_a_newcomer_to_a_class_that_is_delivered_is_not_passed_over(delivery: Delivery) -> None:
    delivery.first()
    delivery.join(1)
    assert not pass_over(delivery)


def test_a_day_and_a_change_of_the_service_are_not_passed_over(delivery: Delivery) -> None:
    delivery.first()
    with delivery.inside():
        feed.append({Entity.SERVICE: [delivery.offer.service.id]}, cause="test")
    assert not pass_over(delivery)
    delivery.run()
    with delivery.inside():
        feed.append({Entity.DAY: [delivery.cast.authority.id]}, cause="test")
    assert not pass_over(delivery)


def test_what_is_left_to_do_is_not_passed_over(delivery: Delivery) -> None:
    delivery.first()
    delivery.provider.order({"match": "POST", "do": "answer", "status": 400})
    delivery.join(1)
    delivery.run()
    with delivery.inside():
        feed.append({Entity.PERSON: [uuid4()]}, cause="test")
    assert not pass_over(delivery)
