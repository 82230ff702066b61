"""A large plan is staged in the session's own table, and is the plan that it would have been in memory."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from kateder.core import db
from kateder.core.tenancy import within
from kateder.governance.api import Cause, CauseKind
from kateder.protocols.reconcile import Action
from kateder.provisioning.api import RunState
from kateder.provisioning.delivery.operations import Operation
from kateder.provisioning.planning import pieces, preparing
from kateder.provisioning.planning.staging import Staging
from kateder.provisioning.planning.step import InMemory, Step
from kateder.provisioning.planning.touching import Touched
from kateder.provisioning.runs import running, windows
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


@pytest.mark.parametrize("large", [0, pieces.LARGE])
def test_a_register_that_moves_under_a_first_delivery_has_only_what_moved_planned_again(
    delivery: Delivery, monkeypatch: pytest.MonkeyPatch, large: int
) -> None:
    monkeypatch.setattr(pieces, "LARGE", large)
    monkeypatch.setattr("kateder.provisioning.delivery.engine.WINDOW", 5)
    looked_at: list[int | None] = []
    planned, given, stored = preparing.prepare, windows.Windows.next_window, 0

    def prepare(*args: Any, touched: Touched | None = None, **options: Any) -> object:
        looked_at.append(None if touched is None else len(touched.people))
        return planned(*args, touched=touched, **options)

    def next_window(self: windows.Windows, size: int) -> object:
        nonlocal stored
        stored += 1
        if stored in {3, 5}:
            delivery.join(1)
        return given(self, size)

    delivery.join(30)
    delivery.run()
    delivery.approve()
    monkeypatch.setattr(running, "prepare", prepare)
    monkeypatch.setattr(windows.Windows, "next_window", next_window)
    ended = delivery.run()
    assert (ended.state, ended.done) == (RunState.SUCCEEDED, 39)
    assert delivery.is_right()
    everything, *again = looked_at
    assert everything is None
    assert len(again) == 2
    # Whoever joins a class touches the class and its teacher, and nobody else in it.
    assert all(people is not None and people < 5 for people in again)
