"""The operations of a run on their way: through as many lanes as the target bears, in order of their phases.

What refers to an object waits until that one has its answer, and what is removed waits for everything of the phases
before; nothing else waits for anything, so that one slow answer holds up only what needs it.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Sequence
from uuid import UUID

from kateder.protocols.reconcile import Action
from kateder.provisioning.delivery.flow import Flow
from kateder.provisioning.delivery.operations import Answer, Exchange, Kind, Operation, Outcome, Result
from kateder.provisioning.delivery.patience import Pace


class Line:
    """Takes operations and gives results. `add` and `run` belong to the loop, `take` to the thread that stores.

    `enough` results are worth storing without waiting for more.
    """

    def __init__(self, exchange: Exchange, *, pace: Pace, flow: Flow, enough: int) -> None:
        self._enough = enough
        self._exchange = exchange
        self._pace = pace
        self._flow = flow
        self._waiting: deque[Operation] = deque()
        self._under_way: set[UUID] = set()
        self._phase = 0
        self._missing: set[UUID] = set()
        self._resting: deque[asyncio.Future[None]] = deque()
        self._results: deque[Result] = deque()
        self._news = threading.Event()

    def add(self, operations: Sequence[Operation]) -> None:
        """Take more operations, of the same or later phases."""
        self._waiting.extend(operations)
        self._wake_one()

    async def run(self) -> None:
        """Keep the lanes going until cancelled, or until one fails."""
        lanes = [asyncio.create_task(self._lane()) for _ in range(self._flow.ceiling)]
        try:
            await asyncio.gather(*lanes)
        finally:
            for lane in lanes:
                lane.cancel()
            await asyncio.gather(*lanes, return_exceptions=True)

    def take(self, *, within: float) -> list[Result]:
        """Give the results there are: many at once, or all of them, or what has come after so many seconds."""
        self._news.wait(within)
        self._news.clear()
        return [self._results.popleft() for _ in range(len(self._results))]

    async def _lane(self) -> None:
        while True:
            operation = self._next()
            if operation is None:
                rest = asyncio.get_running_loop().create_future()
                self._resting.append(rest)
                await rest
                continue
            self._wake_one()
            result = await self._carry_out(operation)
            self._under_way.discard(operation.released_id)
            self._results.append(result)
            if len(self._results) >= self._enough or not (self._waiting or self._under_way):
                self._news.set()

    def _next(self) -> Operation | None:
        if not self._waiting or len(self._under_way) >= self._flow.limit:
            return None
        first = self._waiting[0]
        if first.action is Action.REMOVE:
            if self._under_way and self._phase != first.phase:
                return None
        elif not self._under_way.isdisjoint(first.depends_on):
            return None
        self._phase = first.phase
        self._under_way.add(first.released_id)
        return self._waiting.popleft()

    def _wake_one(self) -> None:
        """Each lane that finds something to do wakes the next one: as many as there is room for."""
        while self._resting and self._waiting and len(self._under_way) < self._flow.limit:
            rest = self._resting.popleft()
            if not rest.done():
                rest.set_result(None)
                return

    async def _carry_out(self, operation: Operation) -> Result:
        if operation.action is not Action.REMOVE and not self._missing.isdisjoint(operation.depends_on):
            result = Result(operation=operation, outcome=Outcome.HELD_BACK, code="held_back")
        else:
            result = await self._send(operation)
        if operation.action is Action.CREATE and result.outcome is not Outcome.ACKNOWLEDGED:
            self._missing.add(operation.released_id)
        return result

    async def _send(self, operation: Operation) -> Result:
        pace = self._pace
        attempts = waits = 0
        while (answer := await self._ask(operation)) is not None:
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

    async def _ask(self, operation: Operation) -> Answer | None:
        """Send it when it may be sent; None when the run has stopped."""
        flow = self._flow
        await flow.turn()
        if not await self._pace.clearance():
            flow.leave()
            return None
        await flow.spaced()
        loop = asyncio.get_running_loop()
        began = loop.time()
        answer = await self._exchange(operation)
        flow.answered(answer, began=began, now=loop.time())
        return answer


def _result(operation: Operation, outcome: Outcome, answer: Answer, attempts: int) -> Result:
    return Result(
        operation=operation,
        outcome=outcome,
        http_status=answer.http_status,
        code=answer.code,
        attempts=attempts,
        remote_id=answer.remote_id,
        is_lost=answer.is_lost,
    )
