"""Connections that outlive a run are used again only by a run that would have opened the same."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from uuid import UUID, uuid4

import pytest

from kateder.protocols.matf.pinning import pinned_context
from kateder.protocols.reconcile import Action
from kateder.provisioning import api as provisioning
from kateder.provisioning.delivery import kept
from kateder.provisioning.delivery.engine import deliver
from kateder.provisioning.delivery.operations import Operation, Outcome, Result
from kateder.provisioning.egil.exchange import connector
from tests.deliveries import QUICK, Delivery
from tests.limited_server import Bearing, Limited, limited


@pytest.fixture(scope="module")
def running() -> Iterator[Limited]:
    with limited(Bearing()) as server:
        yield server


@pytest.fixture
def server(running: Limited) -> Limited:
    """Nobody has come yet."""
    running.bearing.connections.clear()
    return running


class Some:
    """A few operations."""

    def __init__(self, action: Action) -> None:
        self._waiting = [
            Operation(action=action, resource_type="User", position=1, released_id=uuid4(), body=b"{}")
            for _ in range(3)
        ]
        self.results: list[Result] = []

    def next_window(self, size: int) -> list[Operation]:
        window, self._waiting = self._waiting, []
        return window

    def record(self, results: Sequence[Result]) -> None:
        self.results.extend(results)


def send(server: Limited, target_id: UUID | None, *, action: Action = Action.UPDATE, **other: object) -> None:
    """One run of one connection."""
    chosen = {"context": server.context, "connections": 1, "seconds": 5.0} | other
    store = Some(action)
    connect = connector(server.address, target_id=target_id, **chosen)  # type: ignore[arg-type]
    assert deliver(store, connect=connect, connections=1, patience=QUICK) == ""
    assert [one.outcome for one in store.results] == [Outcome.ACKNOWLEDGED] * 3


def test_the_next_run_of_a_target_uses_the_connection_of_the_last(server: Limited) -> None:
    target = uuid4()
    send(server, target)
    send(server, target)
    assert len(server.bearing.connections) == 1


def test_no_target_uses_the_connection_of_another(server: Limited) -> None:
    send(server, uuid4())
    send(server, uuid4())
    send(server, None)
    send(server, None)
    assert len(server.bearing.connections) == 4


def test_a_connection_under_other_pins_is_closed_and_not_used(server: Limited) -> None:
    target = uuid4()
    send(server, target)
    (old,) = server.bearing.connections.values()
    wrong = pinned_context(["A" * 43 + "="], identity=None, now=lambda: pytest.fail("another key"))
    store = Some(Action.UPDATE)
    connect = connector(server.address, context=wrong, connections=1, seconds=5.0, target_id=target)
    assert deliver(store, connect=connect, connections=1, patience=QUICK) == "not_the_pinned_server"
    assert len(server.bearing.connections) == 1
    until = time.monotonic() + 5.0
    while not old.is_closing() and time.monotonic() < until:
        time.sleep(0.01)
    assert old.is_closing()


@pytest.mark.parametrize("action", [Action.CREATE, Action.UPDATE, Action.REMOVE])
def test_a_server_that_has_closed_an_idle_connection_is_asked_on_a_new_one(server: Limited, action: Action) -> None:
    target = uuid4()
    send(server, target, action=action)
    for transport in server.bearing.connections.values():
        transport.abort()
    send(server, target, action=action)
    assert len(server.bearing.connections) == 2


def test_no_connection_is_used_for_longer_than_it_may(server: Limited, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys and dates are looked at in handshakes only."""
    target = uuid4()
    send(server, target)
    monkeypatch.setattr(kept, "LONGEST_SECONDS", 0.0)
    send(server, target)
    assert len(server.bearing.connections) == 2


def test_other_pins_of_a_target_hold_for_its_next_run(delivery: Delivery) -> None:
    delivery.first()
    delivery.join(1)
    with delivery.inside():
        provisioning.change_target(delivery.target.id, pins=["A" * 43 + "="], by=delivery.offer.by)
    before = len(delivery.provider.given())
    assert delivery.run().stopped_by == "not_the_pinned_server"
    assert len(delivery.provider.given()) == before
    with delivery.inside():
        provisioning.change_target(delivery.target.id, pins=[delivery.provider.pin], by=delivery.offer.by)
    assert delivery.run().state == provisioning.RunState.SUCCEEDED
    assert delivery.is_right()
