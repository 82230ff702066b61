"""What a server lists puts our memory right: ours is adopted or mended, what is not ours is never touched."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from typer.testing import CliRunner

from kateder.provisioning import api as provisioning
from kateder.provisioning.api import RunState
from kateder.provisioning.commands.healing import app
from kateder.provisioning.egil import listing
from kateder.provisioning.healing import rebuilding
from kateder.provisioning.models import TargetObject
from kateder.provisioning.ways.contract import Unlistable
from tests.behind import ask
from tests.cast import TODAY
from tests.deliveries import QUICK, Delivery


def rebuild(delivery: Delivery) -> provisioning.DeliveryRun:
    return rebuilding.rebuild(delivery.target.id, actor=delivery.actor, today=TODAY, patience=QUICK)


def healed(run: provisioning.DeliveryRun) -> dict[str, int]:
    """What was healed; other tests have left objects at the provider that are not ours."""
    assert run.healed["listed"] >= 0
    return {name: count for name, count in run.healed.items() if name not in {"listed", "foreign"}}


def forget(delivery: Delivery, **which: Any) -> None:
    with delivery.inside():
        TargetObject.objects.filter(**which).delete()


def test_a_server_that_holds_what_we_believe_changes_nothing(delivery: Delivery) -> None:
    delivery.first()
    ended = rebuild(delivery)
    assert (ended.state, ended.total, healed(ended)) == (RunState.SUCCEEDED, 0, {})


def test_what_we_had_forgotten_is_adopted_and_not_sent_again(delivery: Delivery) -> None:
    delivery.first()
    forget(delivery)
    ended = rebuild(delivery)
    assert (ended.state, ended.total, healed(ended)) == (RunState.SUCCEEDED, 0, {"adopted": 7})
    assert delivery.is_right()
    assert delivery.state("elsa").state == provisioning.Account.READY


def test_what_the_server_lost_is_sent_again(delivery: Delivery) -> None:
    delivery.first()
    with delivery.inside():
        elsa = TargetObject.objects.get(resource_type="User", root_id=delivery.cast["elsa"])
    ask(delivery.provider, "DELETE", f"/Users/{elsa.released_id}")
    assert not delivery.is_right()
    ended = rebuild(delivery)
    assert (ended.state, ended.planned, healed(ended)) == (
        RunState.SUCCEEDED,
        {"create User": 1},
        {"missing": 1},
    )
    assert delivery.is_right()


def test_what_is_otherwise_than_we_believe_is_corrected(delivery: Delivery) -> None:
    """A target that was restored from an old backup."""
    delivery.first()
    (group,) = delivery.provider.store().resources["StudentGroups"].values()
    ask(delivery.provider, "PUT", f"/StudentGroups/{group['externalId']}", group | {"displayName": "Gammalt namn"})
    ended = rebuild(delivery)
    assert (ended.state, ended.planned, healed(ended)) == (
        RunState.SUCCEEDED,
        {"update StudentGroup": 1},
        {"changed": 1},
    )
    assert delivery.is_right()


def test_what_we_did_not_put_there_is_counted_and_never_touched(delivery: Delivery) -> None:
    delivery.first()
    before = rebuild(delivery).healed.get("foreign", 0)
    strange = str(uuid4())
    schemas = list(listing.ResourceType.USER.schemas)
    body = {"schemas": schemas, "externalId": strange, "userName": "admin", "displayName": "Leverantörens eget"}
    assert ask(delivery.provider, "POST", "/Users", body) == 201
    sent = len(delivery.provider.given())
    ended = rebuild(delivery)
    assert (ended.state, ended.total, ended.healed["foreign"]) == (RunState.SUCCEEDED, 0, before + 1)
    assert {entry.method for entry in delivery.provider.given()[sent:]} == {"GET"}
    assert strange in delivery.provider.store().resources["Users"]


def test_an_account_of_ours_that_nobody_should_have_is_removed(delivery: Delivery) -> None:
    delivery.first()
    people = delivery.join(2)
    delivery.run()
    forget(delivery, root_id__in=people)
    delivery.leave(people)
    delivery.run()
    assert len(delivery.provider.store().resources["Users"]) == 4
    ended = rebuild(delivery)
    assert (ended.planned, ended.healed["adopted"]) == ({"remove User": 2}, 2)
    assert delivery.is_right()


def test_the_limits_hold_for_a_rebuild_as_for_any_plan(delivery: Delivery) -> None:
    delivery.first()
    people = delivery.join(21)
    with delivery.inside():
        provisioning.change_target(delivery.target.id, by=delivery.offer.by, limits={"max_count": 30})
    delivery.run()
    for person in list(delivery.provider.store().resources["Users"]):
        ask(delivery.provider, "DELETE", f"/Users/{person}")
    with delivery.inside():
        provisioning.change_target(delivery.target.id, by=delivery.offer.by, limits={"max_count": 20})
    ended = rebuild(delivery)
    assert (ended.state, ended.healed["missing"]) == (RunState.WAITING, len(people) + 2)
    delivery.approve()
    assert delivery.run().state == RunState.SUCCEEDED
    assert delivery.is_right()


def test_a_server_that_lists_nothing_makes_us_forget_nothing(delivery: Delivery) -> None:
    delivery.first()
    delivery.provider.order({"match": "GET", "do": "answer", "status": 404})
    (left,) = delivery.join(1)
    delivery.leave([left])
    rebuild(delivery)
    delivery.provider.order()
    delivery.leave([delivery.cast["elsa"]])
    delivery.run()
    delivery.approve()
    delivery.run()
    assert delivery.is_right()


@pytest.mark.parametrize("status", [400, 403, 500])
def test_a_server_that_cannot_be_asked_fails_the_run_and_changes_nothing(delivery: Delivery, status: int) -> None:
    delivery.first()
    with delivery.inside():
        before = list(TargetObject.objects.order_by("id").values())
    delivery.provider.order({"match": "GET /Activities", "do": "answer", "status": status})
    ended = rebuild(delivery)
    assert (ended.state, ended.stopped_by, ended.healed) == (RunState.FAILED, f"http_{status}", {})
    with delivery.inside():
        assert list(TargetObject.objects.order_by("id").values()) == before


def test_a_server_that_is_busy_is_asked_again(delivery: Delivery) -> None:
    delivery.first()
    delivery.provider.order(
        {"match": "GET /Users", "do": "answer", "status": 429, "retry_after": "0", "times": 1},
        {"match": "GET /StudentGroups", "do": "drop_before", "times": 1},
    )
    assert healed(rebuild(delivery)) == {}


def test_a_dry_run_says_the_same_and_changes_nothing(delivery: Delivery) -> None:
    delivery.first()
    forget(delivery, resource_type="User")
    found = rebuilding.compare(delivery.target.id, actor=delivery.actor)
    assert (found.found["adopted"], found.agrees) == (2, False)
    with delivery.inside():
        assert not TargetObject.objects.filter(resource_type="User").exists()


def test_a_run_says_what_it_healed_by_itself(delivery: Delivery) -> None:
    """An object deleted behind our back, one that we did not know of, one that was gone already."""
    delivery.first()
    (gone,) = delivery.join(1)
    delivery.run()
    (group,) = delivery.provider.store().resources["StudentGroups"]
    with delivery.inside():
        left = TargetObject.objects.get(root_id=gone)
        TargetObject.objects.filter(root_id=delivery.cast["elsa"]).delete()
    ask(delivery.provider, "DELETE", f"/StudentGroups/{group}")
    ask(delivery.provider, "DELETE", f"/Users/{left.released_id}")
    delivery.leave([gone])
    ended = delivery.run(everything=True)
    assert ended.state == RunState.SUCCEEDED
    assert ended.healed == {"missing": 1, "adopted": 1, "gone": 1, "missed": 1}
    assert delivery.is_right()


def test_one_object_is_there_or_not(delivery: Delivery) -> None:
    delivery.first()
    with delivery.inside():
        door = provisioning_door(delivery)
        elsa = TargetObject.objects.get(resource_type="User", root_id=delivery.cast["elsa"]).released_id
    assert rebuilding.ways.of("egil").is_there(door, "User", elsa, "") is True  # type: ignore[attr-defined]
    assert rebuilding.ways.of("egil").is_there(door, "User", uuid4(), "") is False  # type: ignore[attr-defined]


def provisioning_door(delivery: Delivery) -> Any:
    return rebuilding.ways.door_of(delivery.target)


class TestPages:
    """Servers list in their own ways."""

    def test_a_list_that_is_none_is_refused(self) -> None:
        with pytest.raises(Unlistable):
            listing._page("hello")

    def test_members_that_a_server_adds_are_not_differences(self) -> None:
        ours = {"schemas": list(listing.ResourceType.USER.schemas), "externalId": "x", "userName": "x"}
        theirs = ours | {"id": "x", "meta": {"version": 1}, "active": True, "displayName": None}
        kind = listing.ResourceType.USER
        assert listing._content(kind, ours) == listing._content(kind, theirs)

    def test_a_reference_that_was_made_an_address_is_the_same(self) -> None:
        unit = str(UUID(int=1))
        ours = {"externalId": "x", "employedAt": {"value": unit, "$ref": f"SchoolUnits/{unit}"}}
        theirs = orjson.loads(orjson.dumps(ours))
        theirs["employedAt"]["$ref"] = f"https://a.test/scim/SchoolUnits/{unit}"
        kind = listing.ResourceType.EMPLOYMENT
        assert listing._content(kind, ours) == listing._content(kind, theirs)


def test_the_command_says_what_differs_and_then_puts_it_right(delivery: Delivery) -> None:
    delivery.first()
    forget(delivery, resource_type="Activity")
    slug = delivery.cast.authority.slug

    def target(*arguments: str) -> tuple[int, dict[str, Any]]:
        result = CliRunner().invoke(app, [*arguments, "rakneresan", "--authority", slug, "--json"])
        return result.exit_code, orjson.loads(result.stdout)

    code, shown = target("rebuild", "--dry-run")
    assert (code, shown["agrees"], shown["adopted"]) == (1, False, 1)
    delivery.leave([delivery.cast["elsa"]])  # what is wanted on the real day is not the point here
    assert target("rebuild")[1]["healed"]["adopted"] == 1
