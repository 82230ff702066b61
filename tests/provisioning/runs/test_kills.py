"""A run that ends at any point, before or after any of its steps, leaves nothing that the next run does not mend."""

from __future__ import annotations

from types import ModuleType

import pytest

from kateder.core import db, leases, plans
from kateder.core.models import Plan, PlanState
from kateder.provisioning.api import DeliveryRun, RunState
from kateder.provisioning.models import TargetObject
from kateder.provisioning.planning import memory
from kateder.provisioning.runs import findings, progress, running
from tests.deliveries import Delivery

POINTS = [
    (progress, "begin"),
    (running, "prepare"),
    (memory, "sanction"),
    (plans, "mark_applied"),
    (progress, "planned"),
    (memory, "intend"),
    (memory, "keep_results"),
    (progress, "advance"),
    (progress, "end"),
    (findings, "keep"),
]


class Killed(BaseException):
    """What nobody catches."""


def kill_at(monkeypatch: pytest.MonkeyPatch, module: ModuleType, name: str, *, after: bool, call: int = 1) -> None:
    """Let a function end the run at its `call`-th call, before or after it has done its work."""
    real = getattr(module, name)
    calls: list[None] = []

    def dying(*arguments: object, **named: object) -> object:
        calls.append(None)
        if len(calls) != call:
            return real(*arguments, **named)
        if after:
            real(*arguments, **named)
        raise Killed

    monkeypatch.setattr(module, name, dying)


def mend(delivery: Delivery, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run again; what a person has approved is not asked about again."""
    monkeypatch.undo()
    with delivery.inside():
        waits = Plan.objects.filter(subject_id=delivery.target.id, state=PlanState.WAITING).exists()
    assert not waits
    assert delivery.run().state == RunState.SUCCEEDED
    assert delivery.is_right()
    with delivery.inside():
        assert not TargetObject.objects.exclude(intent="", sanctioned="", failure="").exists()


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(("module", "name"), POINTS, ids=[name for _, name in POINTS])
def test_a_first_delivery_that_was_killed_goes_on_without_asking_again(
    delivery: Delivery, monkeypatch: pytest.MonkeyPatch, module: ModuleType, name: str, after: bool
) -> None:
    delivery.run()
    delivery.approve()
    kill_at(monkeypatch, module, name, after=after)
    with pytest.raises(Killed):
        delivery.run()
    mend(delivery, monkeypatch)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("name", ["intend", "keep_results"])
@pytest.mark.parametrize("call", [2, 3])
def test_killed_between_windows_it_ends_in_exactly_the_right_state(
    delivery: Delivery, monkeypatch: pytest.MonkeyPatch, name: str, call: int, after: bool
) -> None:
    delivery.first()
    people = delivery.join(9)
    delivery.run()
    delivery.leave(people[:5])
    delivery.join(4)
    monkeypatch.setattr("kateder.provisioning.delivery.engine.WINDOW", 3)
    kill_at(monkeypatch, memory, name, after=after, call=call)
    with pytest.raises(Killed):
        delivery.run()
    mend(delivery, monkeypatch)


def test_who_left_after_a_kill_is_removed_though_nobody_acknowledged_them(
    delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivery.first()
    people = delivery.join(3)
    kill_at(monkeypatch, memory, "keep_results", after=False)
    with pytest.raises(Killed):
        delivery.run()
    assert len(delivery.provider.store().resources["Users"]) > 2
    delivery.leave(people)
    mend(delivery, monkeypatch)
    assert len(delivery.provider.store().resources["Users"]) == 2


def test_a_killed_run_is_shown_as_interrupted(delivery: Delivery, monkeypatch: pytest.MonkeyPatch) -> None:
    delivery.first()
    delivery.join(1)
    kill_at(monkeypatch, memory, "intend", after=True)
    with pytest.raises(Killed):
        delivery.run()
    monkeypatch.undo()
    delivery.run()
    with delivery.inside():
        states = list(DeliveryRun.objects.order_by("started_at").values_list("state", flat=True))
    assert states[-2:] == [RunState.INTERRUPTED, RunState.SUCCEEDED]


def test_a_holder_that_was_thought_dead_writes_nothing(delivery: Delivery, monkeypatch: pytest.MonkeyPatch) -> None:
    """The fence: a run whose lease another has taken is refused at its next write."""
    delivery.first()
    delivery.join(1)
    real = memory.intend

    def overtaken(*arguments: object) -> None:
        real(*arguments)  # type: ignore[arg-type]
        with db.cursor() as cursor:
            cursor.execute("UPDATE core_lease SET fence = fence + 1 WHERE key = %s", [f"target:{delivery.target.id}"])

    monkeypatch.setattr(memory, "intend", overtaken)
    with pytest.raises(leases.LeaseLost):
        delivery.run()
    monkeypatch.undo()
    with delivery.inside(), db.cursor() as cursor:
        cursor.execute("UPDATE core_lease SET expires_at = now() WHERE key = %s", [f"target:{delivery.target.id}"])
    mend(delivery, monkeypatch)
