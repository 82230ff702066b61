"""Drive a delivery: window by window, so that a kill at any point loses nothing.

The intents of a window are stored before anything of it is sent, its results after; while one window is under
way, the results of the one before are stored and the intents of the next. What a killed run leaves behind are
at most two windows' intents: the next plan sends those again, and the exchange copes with whatever of them had
already taken effect.
"""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager, contextmanager
from itertools import groupby
from typing import Any, Protocol, TypeVar
from uuid import UUID

from kateder.protocols.reconcile import Action
from kateder.provisioning.delivery.operations import Answer, Exchange, Kind, Operation, Outcome, Result
from kateder.provisioning.delivery.patience import Pace, Patience

T = TypeVar("T")
Start = Callable[[Coroutine[Any, Any, T]], "Future[T]"]

WINDOW = 250
"""Two windows are open at a time: never more than 500 intents without a result."""
CONNECTIONS = 16
GOODBYE = 0.1  # seconds


class DeliveryStore(Protocol):
    """Where the operations of a run come from and their results go; called from one thread."""

    def next_window(self, size: int) -> Sequence[Operation]:
        """Store the intents of the next operations, in order of phase, and give them; empty at the end."""

    def record(self, results: Sequence[Result]) -> None:
        """Store the results of a window."""


def deliver(
    store: DeliveryStore,
    *,
    connect: Callable[[], AbstractAsyncContextManager[Exchange]],
    connections: int = CONNECTIONS,
    patience: Patience | None = None,
) -> str:
    """Send everything the store gives, at most `connections` at a time.

    Gives the code of what stopped the run, or nothing when every operation had its turn. Blocks.
    """
    pace = Pace(patience or Patience())
    missing: set[UUID] = set()
    done: Sequence[Result] = ()
    with _beside() as start:
        opened = connect()
        exchange = start(opened.__aenter__()).result()
        try:
            ahead = store.next_window(WINDOW)
            while ahead:
                under_way = start(_send_window(ahead, exchange, pace=pace, connections=connections, missing=missing))
                if done:
                    store.record(done)
                ahead = () if pace.stopped_by else store.next_window(WINDOW)
                done = under_way.result()
            if done:
                store.record(done)
        finally:
            start(_close(opened)).result()
    return pace.stopped_by


@contextmanager
def _beside() -> Iterator[Start[Any]]:
    """Run an event loop in a thread of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="delivery", daemon=True)
    thread.start()
    try:
        yield lambda coroutine: asyncio.run_coroutine_threadsafe(coroutine, loop)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _close(opened: AbstractAsyncContextManager[Exchange]) -> None:
    """End what is under way, if the run was broken off, and then the connections."""
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
    await opened.__aexit__(None, None, None)
    # TLS says goodbye in the background; the loop has to live until it has.
    await asyncio.sleep(GOODBYE if left else 0)


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
        remote_id=answer.remote_id,
    )
