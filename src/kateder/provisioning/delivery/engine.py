"""Drive a delivery: window by window, so that a kill at any point loses nothing.

The intents of a window are stored before anything of it is sent, its results after. What a killed run
leaves behind are at most one window's intents: the next plan sends those again, and the exchange copes with
whatever of them had already taken effect.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from itertools import groupby
from typing import Protocol
from uuid import UUID

from kateder.protocols.reconcile import Action
from kateder.provisioning.delivery.operations import Answer, Exchange, Kind, Operation, Outcome, Result
from kateder.provisioning.delivery.patience import Pace, Patience

WINDOW = 500
CONNECTIONS = 16


class DeliveryStore(Protocol):
    """Where the operations of a run come from and their results go."""

    def next_window(self, size: int) -> Sequence[Operation]:
        """Store the intents of the next operations, in order of phase, and give them; empty at the end."""

    def record(self, results: Sequence[Result]) -> None:
        """Store the results of the window that was given last."""


def deliver(
    store: DeliveryStore,
    *,
    connect: Callable[[], AbstractAsyncContextManager[Exchange]],
    connections: int = CONNECTIONS,
    patience: Patience | None = None,
) -> str:
    """Send everything the store gives, at most `connections` at a time.

    Gives the code of what stopped the run, or nothing when every operation had its turn. Blocks; the
    store is called between the windows, never while something is under way.
    """
    pace = Pace(patience or Patience())
    missing: set[UUID] = set()
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        exchange = runner.run(stack.enter_async_context(connect()))
        try:
            while not pace.stopped_by and (window := store.next_window(WINDOW)):
                sending = _send_window(window, exchange, pace=pace, connections=connections, missing=missing)
                store.record(runner.run(sending))
        finally:
            runner.run(stack.aclose())
    return pace.stopped_by


async def _send_window(
    window: Sequence[Operation], exchange: Exchange, *, pace: Pace, connections: int, missing: set[UUID]
) -> list[Result]:
    results: list[Result] = []
    for _, batch in groupby(window, key=lambda operation: operation.phase):
        operations = iter(list(batch))
        lanes = (_lane(operations, exchange, pace=pace, missing=missing) for _ in range(connections))
        for lane in await asyncio.gather(*lanes):
            results.extend(lane)
    return results


async def _lane(operations: Iterator[Operation], exchange: Exchange, *, pace: Pace, missing: set[UUID]) -> list[Result]:
    results: list[Result] = []
    for operation in operations:
        if operation.action is not Action.REMOVE and not missing.isdisjoint(operation.depends_on):
            result = Result(operation=operation, outcome=Outcome.HELD_BACK, code="held_back")
        else:
            result = await _send(operation, exchange, pace=pace)
        if operation.action is Action.CREATE and result.outcome is not Outcome.ACKNOWLEDGED:
            missing.add(operation.released_id)
        results.append(result)
    return results


async def _send(operation: Operation, exchange: Exchange, *, pace: Pace) -> Result:
    attempts = waits = 0
    while await pace.clearance():
        answer = await exchange(operation)
        attempts += 1
        if answer.kind is Kind.DONE:
            pace.succeeded()
            return _result(operation, Outcome.ACKNOWLEDGED, answer, attempts)
        if answer.kind is Kind.REFUSED:
            return _result(operation, Outcome.FAILED, answer, attempts)
        if answer.retry_after is not None and waits < pace.patience.waits:
            waits += 1
            pace.hold(answer)
            continue
        if answer.kind is Kind.SHUT_OUT or attempts - waits >= pace.patience.attempts:
            pace.gave_up(answer)
            return _result(operation, Outcome.FAILED, answer, attempts)
        await asyncio.sleep(pace.patience.delay(operation, attempt=attempts - waits))
    outcome = Outcome.FAILED if attempts else Outcome.NOT_SENT
    return Result(operation=operation, outcome=outcome, code=pace.stopped_by, attempts=attempts)


def _result(operation: Operation, outcome: Outcome, answer: Answer, attempts: int) -> Result:
    return Result(
        operation=operation,
        outcome=outcome,
        http_status=answer.http_status,
        code=answer.code,
        attempts=attempts,
    )
