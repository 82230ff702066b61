"""Nothing leaves but what the allow-list of the service holds, field by field, byte by byte."""

from __future__ import annotations

import ast
from pathlib import Path
from uuid import UUID, uuid4

import orjson
import pytest

from kateder.core.models import Finding
from kateder.governance import api as governance
from kateder.governance.api import AllowList, Display, Field, FieldChoice, Level
from kateder.protocols.reconcile import Action
from kateder.provisioning import exit as one_exit
from kateder.provisioning.api import RunState
from kateder.provisioning.delivery.operations import Operation
from kateder.provisioning.egil import project
from kateder.provisioning.egil.way import EGIL
from kateder.provisioning.planning import preparing
from kateder.provisioning.planning.preparing import prepare
from kateder.provisioning.planning.wanted import Wanted
from tests.cast import TODAY
from tests.deliveries import Delivery

SOURCE = Path(one_exit.__file__).parents[1]


def pupil(delivery: Delivery) -> tuple[Wanted, AllowList]:
    with delivery.inside():
        plan, allow_list = prepare(delivery.target.id, today=TODAY)
        wanted = preparing.wanted_at(delivery.offer.service.id, way=EGIL, settings={}, today=TODAY)
    assert plan.steps
    return next(one for one in wanted if one.root_id == delivery.cast["elsa"]), allow_list


def leaves(one: Wanted, allow_list: AllowList, *, released_id: UUID | None = None, **other: object) -> bool:
    body = orjson.dumps(orjson.loads(one.body) | other)
    operation = Operation(
        action=Action.CREATE,
        resource_type=one.resource_type,
        position=one.position,
        released_id=released_id or one.released_id,
        body=body,
    )
    return one_exit.may_leave(operation, allow_list)


def test_only_what_was_released_may_leave(delivery: Delivery) -> None:
    one, allow_list = pupil(delivery)
    assert leaves(one, allow_list)
    assert not leaves(one, allow_list, displayName="Elsa")
    assert not leaves(one, allow_list, userName="elsa@edu.bjorkviken.example")
    assert not leaves(one, allow_list, name={"givenName": "Elsa"})
    assert not leaves(one, allow_list, emails=[{"value": "elsa@bjorkviken.example"}])
    assert not leaves(one, allow_list, externalId=str(uuid4()))
    assert not leaves(one, allow_list, externalId=str(one.root_id))
    assert not leaves(one, allow_list, released_id=uuid4())
    assert not leaves(one, allow_list, nickName="x")


def test_approved_fields_leave_and_others_still_do_not(delivery: Delivery) -> None:
    with delivery.inside():
        names = [
            FieldChoice(field, purpose="so that the teacher sees the name", clause="4.2")
            for field in (Field.GIVEN_NAME, Field.FAMILY_NAME)
        ]
        governance.set_policy(
            delivery.offer.service.id,
            level=Level.FIELDS,
            display=Display.FULL_NAME,
            fields=names,
            by=delivery.offer.by,
        )
    one, allow_list = pupil(delivery)
    assert orjson.loads(one.body)["displayName"] == "Elsa Åberg"
    assert leaves(one, allow_list)
    assert not leaves(one, allow_list, emails=[{"value": "elsa@bjorkviken.example"}])
    assert not leaves(one, allow_list, displayName="20150309-2385")


def test_a_projection_that_says_too_much_is_stopped_at_the_exit(
    delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivery.run()
    delivery.approve()
    real = project._text

    def careless(fields: object, field: Field) -> str | None:
        return "Elsa" if field is Field.GIVEN_NAME else real(fields, field)  # type: ignore[arg-type]

    monkeypatch.setattr(project, "_text", careless)
    delivery.run()
    delivery.approve()
    ended = delivery.run()
    assert ended.state == RunState.FAILED
    assert b"Elsa" not in delivery.provider.everything()
    with delivery.inside():
        found = Finding.objects.filter(closed_at=None, rule="provisioning.not_delivered")
        assert {(one.owner, one.params["code"]) for one in found if one.subject_type == "User"} == {
            ("it", one_exit.STOPPED)
        }


def test_ways_are_opened_at_the_exit_and_nowhere_else() -> None:
    """A way's `connect` is what opens it: it is called once, and its result goes straight into `guarded`.

    Ways that take everything at once are given it in one place, which looks at all of it first.
    """
    calls = [
        (path.relative_to(SOURCE).as_posix(), node.func.attr)
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"connect", "replace"}
        and "door" in ast.unparse(node)
    ]
    assert sorted(calls) == [("provisioning/runs/replacing.py", "replace"), ("provisioning/runs/running.py", "connect")]
    running = (SOURCE / "provisioning" / "runs" / "running.py").read_text()
    assert "connect=one_exit.guarded(way.connect(door), allow_list=found.allow_list)" in running


def test_what_leaves_over_the_network_leaves_by_the_exchange_alone() -> None:
    """A notification beside it names kinds of things (SS 12000 subscriptions) and never anything of a person."""
    users = {
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*.py")
        if "import aiohttp" in path.read_text() and not path.is_relative_to(SOURCE / "demo" / "provider")
    }
    exchanges = {
        "provisioning/delivery/http.py",
        "provisioning/delivery/kept.py",  # keeps an exchange's connections, and asks for nothing
        "provisioning/egil/exchange.py",
        "provisioning/ss12000/posting.py",
        "bench/limits.py",
    }
    # Of SCIM 2.0 only `wire` sends, what its exchange gives it; lists are read, and tokens asked for.
    scim = {f"provisioning/scim2/{name}.py" for name in ("authorising", "exchange", "listing", "wire")}
    assert users <= exchanges | scim | {"provisioning/egil/listing.py"}
