"""Drive a delivery: what is about to be sent is stored before, what came of it after, and the lanes stay full.

The intents of a window are stored before anything of it is sent; while it is on its way, the results of what went
before are stored and the intents of the next. What a killed run leaves behind are at most two windows' intents: the
next plan sends those again, and the exchange copes with whatever of them had already taken effect.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager, contextmanager, suppress
from typing import Protocol

from kateder.provisioning.delivery import loop as one_loop
from kateder.provisioning.delivery.flow import Flow
from kateder.provisioning.delivery.line import Line
from kateder.provisioning.delivery.operations import Exchange, Operation, Result
from kateder.provisioning.delivery.patience import Pace, Patience

WINDOW = 500
"""Two windows are open at a time: never more than 1,000 intents without a result."""
CONNECTIONS = 16
STORE_SECONDS = 0.25
"""Results wait no longer than this to be stored, few as they may be."""


class DeliveryStore(Protocol):
    """Where the operations of a run come from and their results go; called from one thread."""

    def next_window(self, size: int) -> Sequence[Operation]:
        """Store the intents of the next operations, in order of phase, and give them; empty at the end."""

    def record(self, results: Sequence[Result]) -> None:
        """Store some results."""


def deliver(
    store: DeliveryStore,
    *,
    connect: Callable[[], AbstractAsyncContextManager[Exchange]],
    connections: int = CONNECTIONS,
    patience: Patience | None = None,
    flow: Flow | None = None,
) -> str:
    """Send everything the store gives, at most `connections` at a time, or as `flow` says.

    Gives the code of what stopped the run, or of what the target failed at from first to last; nothing when every
    operation had its turn. Blocks.
    """
    pace = Pace(patience or Patience())
    chosen = flow or Flow(ceiling=connections, start=connections)
    with _under_way(connect, pace=pace, flow=chosen) as (line, session):
        _feed(store, line, pace=pace, session=session)
    chosen.asked_to_wait = pace.asked_to_wait
    return pace.end


def _feed(store: DeliveryStore, line: Line, *, pace: Pace, session: "Future[None]") -> None:
    most, without_result, more = 2 * WINDOW, 0, True
    while True:
        # Half a window is little, but lanes that idle while one slow answer is waited for are less.
        while more and most - without_result >= WINDOW // 2:
            window = () if pace.stopped_by else store.next_window(min(WINDOW, most - without_result))
            more = bool(window)
            without_result += len(window)
            one_loop.shared().call_soon_threadsafe(line.add, window)
        if not without_result:
            return
        if done := line.take(within=STORE_SECONDS):
            for start in range(0, len(done), WINDOW):
                store.record(done[start : start + WINDOW])
            without_result -= len(done)
        elif session.done():
            session.result()


@contextmanager
def _under_way(
    connect: Callable[[], AbstractAsyncContextManager[Exchange]], *, pace: Pace, flow: Flow
) -> Iterator[tuple[Line, "Future[None]"]]:
    """Connect, and keep the lanes going until the block ends; what is still under way then is broken off."""
    leave = asyncio.Event()
    opened: Future[Line] = Future()

    async def session() -> None:
        async with connect() as exchange:
            line = Line(exchange, pace=pace, flow=flow, enough=WINDOW)
            lanes = asyncio.create_task(line.run())
            opened.set_result(line)
            leaving = asyncio.create_task(leave.wait())
            await asyncio.wait({lanes, leaving}, return_when=asyncio.FIRST_COMPLETED)
            lanes.cancel()
            leaving.cancel()
            with suppress(asyncio.CancelledError):
                await lanes

    def not_opened(ended: "Future[None]") -> None:
        if not opened.done():
            opened.set_exception(ended.exception() or RuntimeError("not opened"))

    held = asyncio.run_coroutine_threadsafe(session(), one_loop.shared())
    held.add_done_callback(not_opened)
    try:
        yield opened.result(), held
    finally:
        one_loop.shared().call_soon_threadsafe(leave.set)
        held.result()
