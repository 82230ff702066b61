"""A large plan is staged in the session's own table, and is the plan that it would have been in memory."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from kateder.core import db
from kateder.core.tenancy import within
from kateder.governance.api import Cause, CauseKind
from kateder.protocols.reconcile import Action
from kateder.provisioning.api import RunState
from kateder.provisioning.delivery.operations import Operation
from kateder.provisioning.planning import pieces
from kateder.provisioning.planning.staging import Staging
from kateder.provisioning.planning.step import InMemory, Step
from tests.cast import Cast
from tests.deliveries import Delivery

CREATION = Step(
    operation=Operation(
        action=Action.CREATE,
        resource_type="User",
        position=3,
        released_id=UUID(int=7),
        body='{"displayName":"Åsa"}'.encode(),
        content_hash=b"new",
        depends_on=frozenset({UUID(int=1), UUID(int=2)}),
        uncertain=True,
    ),
    root_id=UUID(int=70),
    label="Åsa",
    uncertain=True,
    sanctioned=True,
    causes=(Cause(CauseKind.UNIT, UUID(int=4), None, None),),
)
REMOVAL = Step(
    operation=Operation(
        action=Action.REMOVE, resource_type="User", position=3, released_id=UUID(int=8), remote_id="r8"
    ),
    root_id=None,
    old_hash=b"old",
)


@pytest.fixture
def staged_from_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every authority is a large one."""
    monkeypatch.setattr(pieces, "LARGE", 0)
    monkeypatch.setattr(pieces, "PIECE", 1)


def test_staged_steps_come_back_as_they_were_in_sending_order(cast: Cast) -> None:
    later = replace(CREATION, operation=replace(CREATION.operation, released_id=UUID(int=9)))
    staged, listed = Staging(), InMemory()
    with within(cast.authority.id):
        for part in ([REMOVAL, later], [], [CREATION]):
            staged.extend(iter(part))
            listed.extend(part)
        steps = staged.in_order()
        assert list(steps) == list(listed.in_order()) == [CREATION, later, REMOVAL]
        assert (steps[1], list(steps[1:])) == (later, [later, REMOVAL])


@pytest.mark.usefixtures("staged_from_one")
def test_a_staged_first_delivery_ends_as_wanted_and_leaves_no_table(delivery: Delivery) -> None:
    first = delivery.first()
    assert (first.state, first.counts) == (RunState.SUCCEEDED, {"acknowledged": 7})
    assert first.planned["create User"] == delivery.held()["Users"] == 2
    assert delivery.is_right()
    with delivery.inside(), db.cursor() as cursor:
        assert cursor.execute("SELECT to_regclass('staged_step')").fetchone() == (None,)
