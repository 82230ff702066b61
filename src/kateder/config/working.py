"""What a worker does: jobs from several queues side by side, and listening for what the feed makes due.

Each queue has places of its own, so that what must be prompt never waits behind what takes long.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from procrastinate import App, PsycopgConnector
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params

from kateder.core import jobs
from kateder.provisioning.runs import dispatch

HEARTBEAT_SECONDS = 5.0
STALLED_SECONDS = 20.0
GRACE_SECONDS = 10
POLLING_SECONDS = 1.0
"""How often a worker looks for what no notification tells of: jobs that wait for a moment or for another one."""
DELIVERIES = 6
"""How many deliveries at a time; they mostly wait for the network."""
LONG_ONES = 2
"""How many deliveries that look at everything at a time: first ones, and each night's."""
BUILTIN = "builtin"  # Procrastinate's own

Places = Mapping[Sequence[str], int]


async def without_end(*, concurrency: int) -> None:
    """Work until SIGINT or SIGTERM; ends as well when a part of it ends, for the supervisor to start it again."""
    places: Places = {(jobs.DEFAULT, BUILTIN): concurrency, (jobs.DELIVERY,): DELIVERIES, (jobs.BULK,): LONG_ONES}
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(sum(places.values()) + 2))
    async with _open() as worker_app:
        await _together([dispatch.listen(), *(_work(worker_app, queues, count) for queues, count in places.items())])


async def everything_that_waits(*, concurrency: int) -> None:
    """Do the jobs that wait now, of every queue, and those that they ask for."""
    async with _open() as worker_app:
        await worker_app.run_worker_async(
            concurrency=concurrency, wait=False, listen_notify=False, delete_jobs="successful"
        )


def _open() -> contextlib.AbstractAsyncContextManager[App]:
    # Each queue listens on a connection of its own; the rest take jobs and note their ends.
    connector = PsycopgConnector(kwargs=connector_params(), min_size=2, max_size=8)
    worker_app: App = app.with_connector(connector)
    return worker_app.open_async()


def _work(worker_app: App, queues: Sequence[str], count: int) -> Coroutine[Any, Any, None]:
    return worker_app.run_worker_async(
        queues=list(queues),
        concurrency=count,
        delete_jobs="successful",
        fetch_job_polling_interval=POLLING_SECONDS,
        shutdown_graceful_timeout=GRACE_SECONDS,
        update_heartbeat_interval=HEARTBEAT_SECONDS,
        stalled_worker_timeout=STALLED_SECONDS,
        install_signal_handlers=False,
    )


async def _together(parts: Sequence[Coroutine[Any, Any, None]]) -> None:
    """Run the parts side by side until one ends or we are asked to stop; then let the others finish what they do."""
    stop = asyncio.Event()
    with _told(stop):
        tasks = [asyncio.create_task(part) for part in parts]
        asked = asyncio.create_task(stop.wait())
        await asyncio.wait([*tasks, asked], return_when=asyncio.FIRST_COMPLETED)
        for task in [*tasks, asked]:
            task.cancel()
        ends = await asyncio.gather(*tasks, return_exceptions=True)
    for end in ends:
        if isinstance(end, Exception):
            raise end


@contextlib.contextmanager
def _told(stop: asyncio.Event) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    numbers = (signal.SIGINT, signal.SIGTERM)
    for number in numbers:
        loop.add_signal_handler(number, stop.set)
    try:
        yield
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)
