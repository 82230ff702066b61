"""What changes in the register, a licence, an agreement or a date changes the accounts, and nothing else does."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kateder.core import feed
from kateder.core.models import Finding, Plan, PlanState
from kateder.governance import api as governance
from kateder.governance.api import Display, Field, FieldChoice, Level, ProtectedRule
from kateder.provisioning import api as provisioning
from kateder.provisioning.api import Account, RunState
from kateder.provisioning.models import TargetObject
from kateder.provisioning.runs import windows
from kateder.register.api import set_local_protection
from tests.cast import TODAY
from tests.deliveries import Delivery


def test_a_newcomer_has_an_account_after_one_run(delivery: Delivery) -> None:
    delivery.first()
    (newcomer,) = delivery.join(1)
    ended = delivery.run()
    assert (ended.state, ended.planned) == (
        RunState.SUCCEEDED,
        {"create User": 1, "update StudentGroup": 1},
    )
    with delivery.inside():
        assert provisioning.account_state(delivery.offer.service.id, newcomer).state == Account.READY
    assert delivery.is_right()


def test_who_leaves_is_removed_with_a_receipt(delivery: Delivery) -> None:
    delivery.first()
    people = delivery.join(2)
    delivery.run()
    delivery.leave(people[:1])
    ended = delivery.run()
    assert ended.planned == {"update StudentGroup": 1, "remove User": 1}
    with delivery.inside():
        newest = provisioning.receipts(person_id=people[0]).first()
        assert newest is not None
        assert (newest.action, newest.http_status) == ("remove", 204)
    assert delivery.is_right()


def test_a_membership_that_begins_tomorrow_acts_tomorrow_without_any_change(delivery: Delivery) -> None:
    delivery.first()
    delivery.leave([delivery.cast["elsa"]], last_day=TODAY)
    assert delivery.run().total == 0
    ended = delivery.run(today=TODAY + timedelta(days=1))
    assert ended.state == RunState.WAITING
    with delivery.inside():
        assert Plan.objects.get(id=ended.plan_id).summary["remove StudentGroup"] == 1


def test_who_became_protected_is_removed_at_once_though_the_rest_is_held(delivery: Delivery) -> None:
    delivery.first()
    people = delivery.join(15)
    assert delivery.run().state == RunState.SUCCEEDED
    delivery.leave(people)
    delivery.join(15)
    delivery.protect("elsa")
    ended = delivery.run()
    assert (ended.state, ended.planned) == (RunState.WAITING, {"remove User": 1})
    assert delivery.state("elsa").state == Account.NONE
    assert len(delivery.provider.store().resources["Users"]) == 16
    with delivery.inside():
        assert Plan.objects.get(id=ended.plan_id).held_by[0]["measure"] == "churn"


def test_with_a_rule_the_name_of_who_became_protected_goes_at_once_though_the_rest_is_held(delivery: Delivery) -> None:
    names = [FieldChoice(Field.GIVEN_NAME, "Tilltal", "3.1"), FieldChoice(Field.FAMILY_NAME, "Tilltal", "3.1")]
    with delivery.inside():
        governance.set_policy(
            delivery.offer.service.id,
            level=Level.FIELDS,
            display=Display.FULL_NAME,
            fields=names,
            protected_rule=ProtectedRule.ALIAS,
            by=delivery.offer.by,
        )
    delivery.first()
    people = delivery.join(15)
    assert delivery.run().state == RunState.SUCCEEDED
    assert "Elsa Åberg" in str(delivery.provider.store().resources["Users"])
    delivery.leave(people)
    delivery.join(15)
    delivery.protect("elsa")
    ended = delivery.run()
    assert (ended.state, ended.planned) == (RunState.WAITING, {"update User": 1})
    assert "Elsa Åberg" not in str(delivery.provider.store().resources["Users"])


def test_local_protection_acts_like_that_of_the_population_register(delivery: Delivery) -> None:
    delivery.first()
    with delivery.inside():
        set_local_protection(delivery.cast["elsa"], protected=True, rule="school", actor=delivery.offer.by)
    delivery.run()
    assert delivery.state("elsa").state == Account.NONE


def test_with_a_rule_a_protected_pupil_has_an_account_under_an_alias(delivery: Delivery) -> None:
    with delivery.inside():
        governance.set_policy(
            delivery.offer.service.id,
            level=Level.PAIRWISE,
            protected_rule=ProtectedRule.ALIAS,
            by=delivery.offer.by,
        )
    delivery.first()
    assert delivery.state("sami").state == Account.READY


def test_a_swap_of_the_same_number_is_held_as_churn_and_not_netted(delivery: Delivery) -> None:
    delivery.first()
    people = delivery.join(18)
    assert delivery.run().state == RunState.SUCCEEDED
    delivery.leave(people)
    delivery.join(18)
    before = len(delivery.provider.given())
    ended = delivery.run()
    assert ended.state == RunState.WAITING
    assert len(delivery.provider.given()) == before


def test_a_plan_that_waits_is_kept_while_nothing_moves_and_replaced_when_something_does(
    delivery: Delivery,
) -> None:
    first = delivery.run()
    again = delivery.run()
    assert again.plan_id == first.plan_id
    delivery.join(1)
    third = delivery.run()
    assert third.plan_id != first.plan_id
    with delivery.inside():
        assert Plan.objects.get(id=first.plan_id).state == PlanState.SUPERSEDED


def test_an_approval_holds_for_exactly_the_plan_that_was_seen(delivery: Delivery) -> None:
    delivery.run()
    delivery.approve()
    delivery.join(1)
    ended = delivery.run()
    assert ended.state == RunState.WAITING
    assert delivery.provider.given() == []


def test_without_automatic_approval_every_plan_waits(delivery: Delivery) -> None:
    delivery.first()
    delivery.join(1)
    assert delivery.run(approve_within_limits=False).state == RunState.WAITING


def test_an_ended_agreement_stops_creations_and_changes_but_not_removals(delivery: Delivery) -> None:
    delivery.first()
    people = delivery.join(2)
    delivery.run()
    delivery.end_agreement(notice_days=30)
    delivery.join(3)
    delivery.leave(people[:1])
    before = len(delivery.provider.given())
    ended = delivery.run()
    assert (ended.state, ended.planned) == (RunState.SUCCEEDED, {"remove User": 1})
    assert [entry.method for entry in delivery.provider.given()[before:]] == ["DELETE"]


def test_after_the_notice_everything_is_to_be_removed_and_a_person_says_so(delivery: Delivery) -> None:
    delivery.first()
    delivery.end_agreement()
    assert delivery.run().state == RunState.WAITING
    delivery.approve()
    assert delivery.run().state == RunState.SUCCEEDED
    assert delivery.held() == {}


def test_an_agreement_that_ends_during_a_run_lets_only_the_window_under_way_through(
    delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivery.join(30)
    delivery.run()
    delivery.approve()
    monkeypatch.setattr("kateder.provisioning.delivery.engine.WINDOW", 10)
    record = windows.Windows.record

    def then_end(self: windows.Windows, results: object) -> None:
        record(self, results)  # type: ignore[arg-type]
        delivery.end_agreement()

    monkeypatch.setattr(windows.Windows, "record", then_end)
    delivery.run()
    # The first window's results are stored while the second is under way; the third is never sent.
    assert len(delivery.provider.given()) == 20


def test_a_person_protected_during_a_run_is_not_sent(delivery: Delivery, monkeypatch: pytest.MonkeyPatch) -> None:
    delivery.join(12)
    delivery.run()
    delivery.approve()
    monkeypatch.setattr("kateder.provisioning.delivery.engine.WINDOW", 2)
    given = windows.Windows.next_window
    done: list[bool] = []

    def protect_first(self: windows.Windows, size: int) -> object:
        if not done:
            done.append(True)
            delivery.protect("elsa")
        return given(self, size)

    monkeypatch.setattr(windows.Windows, "next_window", protect_first)
    assert delivery.run().state == RunState.SUCCEEDED
    assert delivery.state("elsa").state == Account.NONE
    assert delivery.is_right()


def test_a_paused_target_gets_nothing_and_goes_on_afterwards(delivery: Delivery) -> None:
    delivery.first()
    delivery.join(1)
    with delivery.inside():
        provisioning.set_state(delivery.target.id, provisioning.TargetState.PAUSED, by=delivery.offer.by)
    before = len(delivery.provider.given())
    assert delivery.run().stopped_by == "paused"
    assert len(delivery.provider.given()) == before
    with delivery.inside():
        provisioning.set_state(delivery.target.id, provisioning.TargetState.ACTIVE, by=delivery.offer.by)
    assert delivery.run().state == RunState.SUCCEEDED


def test_a_refused_pupil_fails_the_run_is_a_finding_and_heals(delivery: Delivery) -> None:
    delivery.first()
    (newcomer,) = delivery.join(1)
    delivery.provider.order({"match": "POST /Users", "do": "answer", "status": 400})
    assert delivery.run().state == RunState.FAILED
    with delivery.inside():
        (found,) = Finding.objects.filter(closed_at=None, scope=f"delivery:{delivery.target.id}")
        assert (found.owner, found.subject_type) == ("provider", "User")
        state = provisioning.account_state(delivery.offer.service.id, newcomer)
        assert (state.state, state.code) == (Account.FAILED, "http_400")
    delivery.provider.order()
    assert delivery.run().state == RunState.SUCCEEDED
    with delivery.inside():
        assert not Finding.objects.filter(closed_at=None, scope=f"delivery:{delivery.target.id}").exists()
    assert delivery.is_right()


def test_a_refused_pupil_does_not_hold_back_the_class(delivery: Delivery) -> None:
    people = delivery.join(3)
    delivery.run()
    delivery.approve()
    # The fourth POST of a user and every one after it: whoever comes then is refused in this run.
    delivery.provider.order(
        {"match": "POST /Users", "do": "answer", "status": 400, "times": 1},
        {"match": "PUT /Users", "do": "answer", "status": 400},
        {"match": "POST /StudentGroups", "do": "answer", "status": 500, "times": 1},
    )
    assert delivery.run().state == RunState.SUCCEEDED
    (group,) = delivery.provider.store().resources["StudentGroups"].values()
    assert len(group["studentMemberships"]) == len(people) + 1
    assert delivery.is_right()


def test_while_a_teacher_is_refused_the_pupils_have_their_group(delivery: Delivery) -> None:
    delivery.run()
    delivery.approve()
    delivery.provider.order({"match": "POST /Employments", "do": "answer", "status": 400})
    assert delivery.run().state == RunState.FAILED
    assert delivery.held() == {
        "Organisations": 1,
        "SchoolUnits": 1,
        "Users": 2,
        "StudentGroups": 1,
        "Activities": 1,
    }
    delivery.provider.order()
    assert delivery.run().state == RunState.SUCCEEDED
    assert delivery.is_right()


def test_a_removal_that_is_not_confirmed_is_a_finding_with_an_owner(delivery: Delivery) -> None:
    delivery.first()
    people = delivery.join(1)
    delivery.run()
    delivery.leave(people)
    delivery.provider.order({"match": "DELETE", "do": "answer", "status": 400})
    assert delivery.run().state == RunState.FAILED
    with delivery.inside():
        found = Finding.objects.get(closed_at=None, rule="provisioning.removal_unconfirmed")
        assert found.owner == "provider"
        state = provisioning.account_state(delivery.offer.service.id, people[0])
        assert state.state == Account.LEAVING
    delivery.provider.order()
    assert delivery.run().state == RunState.SUCCEEDED
    assert delivery.is_right()


def test_the_feed_is_not_moved_by_a_delivery(delivery: Delivery) -> None:
    with delivery.inside():
        before = feed.position()
    delivery.first()
    with delivery.inside():
        assert feed.position() == before


def test_an_approval_is_used_once_and_not_kept_for_a_later_surprise(
    delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivery.first()
    people = delivery.join(18)
    delivery.run()
    delivery.leave(people)
    delivery.join(18)
    assert delivery.run().state == RunState.WAITING
    delivery.approve()
    monkeypatch.setattr(windows.Windows, "next_window", lambda self, size: [])
    delivery.run()
    monkeypatch.undo()
    delivery.leave(people, last_day=TODAY + timedelta(days=100))
    assert delivery.run().state == RunState.SUCCEEDED
    with delivery.inside():
        assert not TargetObject.objects.exclude(sanctioned="").exists()
