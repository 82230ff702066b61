"""A removal is proved: read back where the service can say, confirmed in writing where it cannot."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kateder.core import clock
from kateder.core.models import Finding
from kateder.provisioning import tasks
from kateder.provisioning.api import RunState
from kateder.provisioning.egil import listing
from kateder.provisioning.egil.way import EGIL
from kateder.provisioning.healing import removals, verifying
from kateder.provisioning.models import Found, Removal, TargetObject
from kateder.provisioning.ways import registry as ways
from tests.behind import ask
from tests.deliveries import Delivery

NOW = clock.now()


@pytest.fixture
def removed(delivery: Delivery) -> Delivery:
    """A delivery in which one account was made and removed again."""
    delivery.first()
    people = delivery.join(1)
    delivery.run()
    delivery.leave(people)
    delivery.run()
    return delivery


def only(delivery: Delivery) -> Removal:
    with delivery.inside():
        return Removal.objects.get(target=delivery.target)


def verify(delivery: Delivery, *, days: int = 0) -> dict[str, int]:
    now = clock.now() + timedelta(days=days)
    return verifying.verify(delivery.cast.authority.id, delivery.target.id, now=now)


def open_rules(delivery: Delivery) -> list[tuple[str, str, str]]:
    with delivery.inside():
        found = Finding.objects.filter(scope=f"removals:{delivery.target.id}", closed_at=None)
        return list(found.values_list("rule", "owner", "place"))


def test_a_removal_is_asked_for_answered_and_verified_by_reading_back(removed: Delivery) -> None:
    before = only(removed)
    assert before.answered_at is not None
    assert before.answered_at >= before.asked_at
    assert (before.found, before.closed_at) == (Found.UNASKED, None)
    assert verify(removed) == {"gone": 1}
    after = only(removed)
    assert (after.found, after.verified_at) == (Found.GONE, after.closed_at)
    assert after.closed_at is not None
    assert open_rules(removed) == []


def test_a_removal_that_was_not_answered_is_asked_and_nothing_more(delivery: Delivery) -> None:
    delivery.first()
    people = delivery.join(1)
    delivery.run()
    delivery.leave(people)
    delivery.provider.order({"match": "DELETE", "do": "answer", "status": 500})
    assert delivery.run().state == RunState.FAILED
    assert (only(delivery).answered_at, verify(delivery)) == (None, {})
    delivery.provider.order()
    assert delivery.run().state == RunState.SUCCEEDED
    assert verify(delivery) == {"gone": 1}


def test_a_server_that_has_nothing_to_remove_has_answered_and_proved_nothing(delivery: Delivery) -> None:
    delivery.first()
    people = delivery.join(1)
    delivery.run()
    with delivery.inside():
        account = TargetObject.objects.get(root_id=people[0]).released_id
    delivery.leave(people)
    delivery.provider.order({"match": "DELETE", "do": "drop_after", "times": 1})
    delivery.run()
    row = only(delivery)
    assert (row.released_id, row.verified_at) == (account, None)
    assert verify(delivery) == {"gone": 1}


def test_an_account_that_is_still_there_is_removed_once_more(removed: Delivery) -> None:
    account = only(removed).released_id
    schemas = list(listing.ResourceType.USER.schemas)
    body = {"schemas": schemas, "externalId": str(account), "userName": "x", "displayName": "x"}
    ask(removed.provider, "POST", "/Users", body)
    assert verify(removed) == {"there": 1}
    assert open_rules(removed) == [("provisioning.still_there", "provider", "")]
    assert removed.run().planned == {"remove User": 1}
    assert verify(removed) == {"gone": 1}
    assert open_rules(removed) == []
    assert removed.is_right()


class Mute:
    """EGIL, but with a server that cannot be asked what it has."""

    def __getattr__(self, name: str) -> object:
        if name in {"listed", "is_there"}:
            raise AttributeError(name)
        return getattr(EGIL, name)


def test_where_it_cannot_be_read_back_the_provider_is_reminded_until_somebody_confirms(
    removed: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ways.KINDS, "egil", Mute())  # type: ignore[arg-type]
    assert verify(removed) == {"unknown": 1}
    assert open_rules(removed) == []
    verify(removed, days=15)
    assert open_rules(removed) == [("provisioning.removal_unproved", "provider", "1")]
    verify(removed, days=29)
    assert open_rules(removed) == [("provisioning.removal_unproved", "provider", "2")]
    with removed.inside():
        by = removed.offer.by
        with pytest.raises(removals.NoteMissing):
            removals.confirm(removed.target.id, note=" ", by=by, now=clock.now())
        assert removals.confirm(removed.target.id, note="Brev 2026-09-30", by=by, now=clock.now()) == 1
    verify(removed, days=30)
    assert open_rules(removed) == []
    row = only(removed)
    assert (row.note, row.confirmed_by, row.verified_at) == ("Brev 2026-09-30", removed.offer.by.label, None)


def test_a_service_that_does_not_answer_is_asked_another_day(removed: Delivery) -> None:
    removed.provider.order({"match": "GET", "do": "answer", "status": 400})
    assert verify(removed) == {}
    assert only(removed).looked_at is None
    removed.provider.order()
    assert verify(removed) == {"gone": 1}


def test_who_has_an_account_again_has_nothing_to_be_proved(removed: Delivery) -> None:
    row = only(removed)
    with removed.inside():
        TargetObject.objects.create(
            target=removed.target, resource_type="User", released_id=row.released_id, content_hash=b"x" * 16
        )
    assert verify(removed) == {}
    row = only(removed)
    assert row.closed_at is not None
    assert row.verified_at is None


def test_the_tick_asks_for_what_has_not_been_read_back(removed: Delivery) -> None:
    with removed.inside():
        assert verifying.due(now=clock.now()) == [removed.target.id]
        tasks.tick_in(removed.cast.authority, today=clock.today(), now=clock.now())
    verify(removed)
    with removed.inside():
        assert verifying.due(now=clock.now()) == []
