"""A delivery gives a service exactly the accounts it should hold today, and nobody's name."""

from __future__ import annotations

import re

import pytest

from kateder.core import leases
from kateder.core.models import Finding, Plan
from kateder.governance import api as governance
from kateder.provisioning import api as provisioning
from kateder.provisioning.api import Account, RunState
from tests.cast import PERSONS, TODAY
from tests.deliveries import Delivery


def test_first_delivery_waits_for_a_person_and_sends_nothing(delivery: Delivery) -> None:
    ended = delivery.run()
    assert ended.state == RunState.WAITING
    assert delivery.provider.given() == []
    with delivery.inside():
        plan = Plan.objects.get(id=ended.plan_id)
        assert [hit["measure"] for hit in plan.held_by] == ["first"]
        assert plan.summary == {
            "create Organisation": 1,
            "create SchoolUnit": 1,
            "create User": 2,
            "create StudentGroup": 1,
            "create Employment": 1,
            "create Activity": 1,
        }


def test_approved_it_delivers_the_class_and_its_teacher(delivery: Delivery) -> None:
    assert delivery.first().state == RunState.SUCCEEDED
    assert delivery.held() == {
        "Organisations": 1,
        "SchoolUnits": 1,
        "Users": 2,
        "StudentGroups": 1,
        "Employments": 1,
        "Activities": 1,
    }
    assert delivery.state("elsa").state == Account.READY
    assert delivery.state("tove").state == Account.READY
    assert delivery.state("olle").state == Account.NONE


def test_what_was_acknowledged_has_a_receipt_and_is_not_sent_again(delivery: Delivery) -> None:
    first = delivery.first()
    with delivery.inside():
        assert provisioning.receipts(run_id=first.id).count() == 7
        about = provisioning.receipts(person_id=delivery.cast["elsa"]).get()
        assert (about.action, about.resource_type, about.http_status) == ("create", "User", 201)
    sent = len(delivery.provider.given())
    again = delivery.run()
    assert (again.state, again.total, len(delivery.provider.given())) == (RunState.SUCCEEDED, 0, sent)


def test_nobodys_name_number_or_address_reaches_the_provider(delivery: Delivery) -> None:
    delivery.first()
    everything = delivery.provider.everything().decode()
    for name, (given, family, _) in PERSONS.items():
        for word in (given, family):
            # As a word: an alias may be Ekorre where somebody is called Ek.
            assert not re.search(rf"(?<!\w){word}(?!\w)", everything)
        for piece in (f"{given}.{family}@".lower(), f"{name}@edu"):
            assert piece not in everything
    # As a word: the digits of a UUID may look like a number, but go on.
    assert not re.search(r"(?<![\w-])(19|20)?[0-9]{6}[-+][0-9]{4}(?![\w-])", everything)
    for root_id in delivery.cast.ids.values():
        assert str(root_id) not in everything


def test_a_protected_pupil_without_a_rule_is_neither_there_nor_in_the_group(delivery: Delivery) -> None:
    delivery.first()
    (group,) = delivery.provider.store().resources["StudentGroups"].values()
    assert len(group["studentMemberships"]) == 1
    assert delivery.state("sami").state == Account.NONE


def test_what_was_sent_for_one_person_can_be_shown(delivery: Delivery) -> None:
    delivery.first()
    with delivery.inside():
        sent = provisioning.sent_for(delivery.cast["elsa"], delivery.offer.service.id, today=TODAY)
        subject = governance.subject_of(delivery.offer.service.id, delivery.cast["elsa"], today=TODAY)
    user = next(one for one in sent if one.resource_type == "User")
    assert (user.is_current, user.body) == (True, delivery.provider.store().user(str(subject)))
    group = next(one for one in sent if one.resource_type == "StudentGroup")
    assert [member["value"] for member in group.body["studentMemberships"]] == [str(subject)]


def test_a_wrong_pin_fails_the_run_and_gives_the_impostor_nothing(delivery: Delivery) -> None:
    delivery.run()
    delivery.approve()
    with delivery.inside():
        provisioning.change_target(delivery.target.id, by=delivery.offer.by, pins=["A" * 43 + "="])
    ended = delivery.run()
    assert (ended.state, ended.stopped_by) == (RunState.FAILED, "not_the_pinned_server")
    assert delivery.provider.given() == []
    with delivery.inside():
        found = Finding.objects.get(rule="provisioning.stopped", closed_at=None)
        assert found.owner == "it"


def test_two_runs_at_once_are_one(delivery: Delivery) -> None:
    key = f"target:{delivery.target.id}"
    with leases.hold(delivery.cast.authority.id, key), pytest.raises(leases.LeaseHeld):
        delivery.run()


def test_a_delivery_inside_a_transaction_is_refused(delivery: Delivery) -> None:
    with delivery.inside(), pytest.raises(provisioning.DeliversOutsideTransactions):
        delivery.run()
