"""A freeze holds everything back but what is urgent, reminds of itself, and lets all of it go when it ends."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from tests.cast import TODAY
from tests.deliveries import Delivery

from kateder.core import clock, quality
from kateder.core.models import Authority, Finding
from kateder.provisioning import api as provisioning
from kateder.provisioning import tasks
from kateder.provisioning.api import RunState
from kateder.provisioning.models import Freeze
from kateder.provisioning.rollover import freezing


def freeze(delivery: Delivery, *, days: int = 14) -> list[Freeze]:
    with delivery.inside():
        return freezing.freeze(
            reason="Läsårsskifte", remind_date=TODAY + timedelta(days=days), today=TODAY, by=delivery.actor
        )


def thaw(delivery: Delivery) -> int:
    with delivery.inside():
        return freezing.thaw(by=delivery.actor)


def test_nothing_is_sent_while_frozen_and_all_of_it_afterwards(delivery: Delivery) -> None:
    delivery.first()
    held = delivery.held()
    freeze(delivery)
    delivery.join(2)
    assert delivery.run().state == RunState.FROZEN
    assert delivery.held() == held
    assert thaw(delivery) == 1
    assert delivery.run().state == RunState.SUCCEEDED
    assert delivery.is_right()


def test_who_becomes_protected_is_removed_though_frozen(delivery: Delivery) -> None:
    delivery.first()
    freeze(delivery)
    delivery.join(2)
    accounts = delivery.held()["Users"]
    delivery.protect("elsa")
    assert delivery.run().state == RunState.FROZEN
    assert delivery.held()["Users"] == accounts - 1
    assert delivery.state("elsa").state == provisioning.Account.NONE


def test_an_ended_agreement_is_not_prolonged_by_a_freeze(delivery: Delivery) -> None:
    delivery.first()
    freeze(delivery)
    delivery.end_agreement()
    delivery.run()
    if delivery.held():
        delivery.approve()
        delivery.run()
    assert delivery.held() == {}


def test_frozen_target_is_due_again_when_it_is_let_go(delivery: Delivery) -> None:
    def due() -> list[UUID]:
        with delivery.inside():
            authority = Authority.objects.get(pk=delivery.cast.authority.pk)
            return tasks.tick_in(authority, today=TODAY, now=clock.now())

    due()
    delivery.first()
    freeze(delivery)
    delivery.join(1)
    assert due() == [delivery.target.id]
    delivery.run()
    assert due() == []
    thaw(delivery)
    assert due() == [delivery.target.id]


def test_a_target_is_frozen_once(delivery: Delivery) -> None:
    assert len(freeze(delivery)) == 1
    assert freeze(delivery) == []


def test_a_freeze_reminds_of_itself_on_its_day(delivery: Delivery) -> None:
    freeze(delivery, days=3)
    for days, expected in ((2, 0), (3, 1)):
        with delivery.inside():
            quality.sweep(today=TODAY + timedelta(days=days))
            assert Finding.objects.filter(rule="provisioning.frozen", closed_at=None).count() == expected
    thaw(delivery)
    with delivery.inside():
        quality.sweep(today=TODAY + timedelta(days=3))
        assert not Finding.objects.filter(rule="provisioning.frozen", closed_at=None).exists()


@pytest.mark.parametrize("reason", ["", "  ", "Gäller 20150309-2383"])
def test_a_freeze_has_a_reason_without_numbers(delivery: Delivery, reason: str) -> None:
    with pytest.raises(freezing.FreezeNeedsReason), delivery.inside():
        freezing.freeze(reason=reason, remind_date=TODAY, today=TODAY, by=delivery.actor)


def test_protected_identity_that_a_service_still_holds_is_found_and_gone_when_removed(delivery: Delivery) -> None:
    delivery.first()
    delivery.protect("elsa")
    with delivery.inside():
        quality.sweep(today=TODAY)
        found = Finding.objects.get(rule="protection.reached_service", closed_at=None)
        assert found.subject_id == str(delivery.cast["elsa"])
    delivery.run()
    with delivery.inside():
        quality.sweep(today=TODAY)
        assert not Finding.objects.filter(rule="protection.reached_service", closed_at=None).exists()
