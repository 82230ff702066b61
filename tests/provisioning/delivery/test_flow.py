"""Deliveries find out what a target bears, and stay below it; the lanes stay full whatever one object does."""

from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import pairwise
from uuid import uuid4

import pytest

from kateder.protocols.reconcile import Action
from kateder.provisioning.delivery.engine import WINDOW, deliver
from kateder.provisioning.delivery.flow import Flow
from kateder.provisioning.delivery.operations import Operation, Outcome, Result
from kateder.provisioning.delivery.patience import Patience
from kateder.provisioning.egil.exchange import connector
from tests.limited_server import Bearing, limited

QUICK = Patience(attempts=8, first_delay=0.02, longest_wait=3.0, failures_in_a_row=50)


class Store:
    """Users in memory; notes when each result came, and fails when too many intents are open."""

    def __init__(self, count: int, *, seconds: float = 0.0) -> None:
        self._left = [
            Operation(action=Action.CREATE, resource_type="User", position=4, released_id=uuid4(), body=b"{}")
            for _ in range(count)
        ]
        self.first = self._left[:8]
        self._seconds = seconds
        self.open = 0
        self.results: list[Result] = []
        self.records = 0

    def next_window(self, size: int) -> Sequence[Operation]:
        window, self._left = self._left[:size], self._left[size:]
        self.open += len(window)
        assert self.open <= 2 * WINDOW
        return window

    def record(self, results: Sequence[Result]) -> None:
        time.sleep(self._seconds)
        self.open -= len(results)
        self.records += 1
        self.results.extend(results)

    @property
    def all_done(self) -> bool:
        return not self.open and all(one.outcome is Outcome.ACKNOWLEDGED for one in self.results)


def send(bearing: Bearing, count: int, *, flow: Flow, seconds: float = 0.0) -> Store:
    store = Store(count, seconds=seconds)
    with limited(bearing) as server:
        connect = connector(server.address, context=server.context, connections=flow.ceiling, seconds=5.0)
        assert deliver(store, connect=connect, patience=QUICK, flow=flow) == ""
    assert store.all_done
    assert len(store.results) == count
    return store


def test_a_target_that_bears_it_is_given_as_much_as_it_may_have_and_no_more() -> None:
    bearing, flow = Bearing(latency=0.01), Flow(ceiling=16)
    send(bearing, 300, flow=flow)
    assert (bearing.most, flow.limit) == (16, 16)


def test_a_run_starts_where_the_last_one_ended() -> None:
    first = Bearing(latency=0.05)
    send(first, 12, flow=Flow(ceiling=16, start=12))
    assert first.most == 12


def test_a_target_that_says_too_much_is_asked_less_and_loses_nothing() -> None:
    bearing, flow = Bearing(latency=0.01, at_once=3), Flow(ceiling=16)
    send(bearing, 400, flow=flow)
    assert flow.limit <= 5
    assert bearing.refused < 80


def test_retry_after_is_kept_to_by_everybody() -> None:
    bearing = Bearing(latency=0.01, per_second=60, retry_after="1")
    send(bearing, 100, flow=Flow(ceiling=8))
    times = sorted(bearing.times)
    longest = max(later - earlier for earlier, later in pairwise(times))
    assert bearing.refused
    assert longest >= 0.9


def test_no_more_requests_a_second_are_sent_than_the_target_may_be_sent() -> None:
    bearing = Bearing(per_second=50)
    began = time.monotonic()
    send(bearing, 60, flow=Flow(ceiling=16, per_second=50))
    assert bearing.refused == 0
    assert time.monotonic() - began >= 59 / 50


def test_answers_that_come_later_and_later_are_a_reason_to_ease_off() -> None:
    bearing, flow = Bearing(latency=0.04, slow_beyond=3), Flow(ceiling=32)
    send(bearing, 300, flow=flow)
    assert flow.limit < 16


@pytest.mark.parametrize("every", [7])
def test_dropped_connections_lose_nothing(every: int) -> None:
    send(Bearing(latency=0.002, drop_every=every), 100, flow=Flow(ceiling=4))


def test_one_slow_answer_holds_up_nothing_but_itself() -> None:
    bearing = Bearing(latency=0.002, slow={3: 3.0})
    store = send(bearing, 700, flow=Flow(ceiling=8, start=8))
    # All the others are answered and stored before it, though they are many windows.
    assert store.results[-1].operation in store.first
    assert max(bearing.times) - min(bearing.times) < 3.0


def test_results_are_stored_many_at_a_time() -> None:
    store = send(Bearing(), 1000, flow=Flow(ceiling=16, start=16), seconds=0.01)
    assert store.records <= 12
