"""Whoever is never to be sent is nowhere: removed at once where they are, and made nowhere."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from kateder.core import clock, feed
from kateder.core.models import AuditEvent, User
from kateder.provisioning import api as provisioning
from kateder.provisioning import tasks
from kateder.provisioning.api import Account, RunState
from kateder.provisioning.healing import never_send
from kateder.provisioning.models import NeverSend
from kateder.signin.launch import CannotBeOpened, launch
from kateder.signin.release import NotAllowed, released
from tests.cast import TODAY
from tests.deliveries import Delivery


def withhold(delivery: Delivery, name: str, *, until: date | None = None, everywhere: bool = False) -> NeverSend:
    with delivery.inside():
        return never_send.begin(
            delivery.cast[name],
            service_id=None if everywhere else delivery.offer.service.id,
            reason="Beslut BUN 2026/77",
            until=until,
            by=delivery.offer.by,
            today=TODAY,
            now=clock.now(),
        )


@pytest.mark.parametrize("everywhere", [False, True])
def test_the_account_goes_at_once_though_the_rest_is_held(delivery: Delivery, everywhere: bool) -> None:
    delivery.first()
    people = delivery.join(15)
    delivery.run()
    delivery.leave(people)
    delivery.join(15)
    withhold(delivery, "elsa", everywhere=everywhere)
    ended = delivery.run()
    assert (ended.state, ended.planned) == (RunState.WAITING, {"remove User": 1})
    assert delivery.state("elsa").state == Account.WITHHELD


def test_no_account_is_made_and_no_group_tells_of_them(delivery: Delivery) -> None:
    withhold(delivery, "elsa")
    delivery.first()
    assert len(delivery.provider.store().resources["Users"]) == 1
    (group,) = delivery.provider.store().resources.get("StudentGroups", {"": {}}).values() or ({},)
    assert not group.get("studentMemberships")


def test_another_service_is_not_meant(delivery: Delivery) -> None:
    withhold(delivery, "elsa")
    with delivery.inside():
        assert never_send.withheld(delivery.cast["elsa"]) == frozenset()


def test_a_decision_that_ends_brings_the_account_back(delivery: Delivery) -> None:
    decided = withhold(delivery, "elsa")
    delivery.first()
    with delivery.inside():
        never_send.end(decided.id, by=delivery.offer.by, now=clock.now())
    delivery.run()
    assert delivery.state("elsa").state == Account.READY
    assert delivery.is_right()


def test_its_last_day_acts_by_itself_and_the_feed_tells(delivery: Delivery) -> None:
    withhold(delivery, "elsa", until=TODAY)
    delivery.first()
    with delivery.inside():
        assert never_send.end_passed(today=TODAY, now=clock.now()) == 0
        before = feed.position()
        tasks.tick_in(delivery.cast.authority, today=TODAY + timedelta(days=1), now=clock.now())
        told = [change for change in feed.since(before) if delivery.cast["elsa"] in change.ids]
    assert [change.cause for change in told] == ["never_send"]
    delivery.run(today=TODAY + timedelta(days=1))
    assert delivery.state("elsa").state == Account.READY


def test_who_is_never_sent_is_not_launched_either(delivery: Delivery) -> None:
    delivery.first()
    withhold(delivery, "elsa")
    delivery.run()
    with delivery.inside(), pytest.raises(CannotBeOpened):
        launch(delivery.cast["elsa"], resource_id=delivery.offer.resource.id, issuer="https://hub.test", today=TODAY)


def test_nor_told_of_at_sign_in(delivery: Delivery) -> None:
    withhold(delivery, "elsa")
    user = User(username="elsa", person_id=delivery.cast["elsa"])
    with delivery.inside(), pytest.raises(NotAllowed):
        released(user, service_id=delivery.offer.service.id, today=TODAY)


def test_it_is_audited_and_needs_a_reason(delivery: Delivery) -> None:
    with delivery.inside(), pytest.raises(never_send.ReasonMissing):
        never_send.begin(delivery.cast["elsa"], reason=" ", by=delivery.offer.by, today=TODAY, now=clock.now())
    withhold(delivery, "elsa")
    with pytest.raises(never_send.AlreadyNeverSent):
        withhold(delivery, "elsa")
    with delivery.inside():
        event = AuditEvent.objects.get(event="provisioning.never_send_begun")
        assert event.subject_id == str(delivery.cast["elsa"])
        assert "BUN" not in str(event.details)


def test_a_decision_that_ends_before_it_begins_is_refused(delivery: Delivery) -> None:
    with pytest.raises(never_send.DayHasPassed):
        withhold(delivery, "elsa", until=TODAY - timedelta(days=1))


def test_states_of_many_are_told_apart(delivery: Delivery) -> None:
    delivery.first()
    withhold(delivery, "elsa")
    with delivery.inside():
        people = [delivery.cast["elsa"], delivery.cast["tove"]]
        states = provisioning.account_states(delivery.offer.service.id, people)
    assert [states[one].state for one in people] == [Account.LEAVING, Account.READY]
