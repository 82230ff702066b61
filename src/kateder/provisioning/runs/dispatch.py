"""From the feed to the deliveries within a fraction of a second: PostgreSQL tells of a commit, one process listens.

Nothing rests on it: the tick each minute asks for the same deliveries. Of all workers one is listening, chosen by an
advisory lock that its connection holds; when it dies, another one takes its place within `TAKE_OVER_SECONDS`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any
from uuid import UUID

import psycopg
import structlog
from django.db import DatabaseError, close_old_connections
from procrastinate.contrib.django.utils import connector_params

from kateder.core import clock
from kateder.core.feed import CHANNEL
from kateder.core.tenancy import within
from kateder.provisioning.planning import unconcerned
from kateder.provisioning.runs import due
from kateder.provisioning.tasks import ask

log = structlog.get_logger()
LOCK = 0x6B617464
GATHER_SECONDS = 0.03
"""A change is often several commits; those that follow this closely are looked at together."""
REST_SECONDS = 0.25
"""However many commits there are, we look no more often than this."""
TAKE_OVER_SECONDS = 2.0
QUIET_SECONDS = 30.0
"""After this long without a word we ask the connection whether it is still there."""

Look = Callable[[UUID], object]


def look(authority_id: UUID) -> list[UUID]:
    """Ask for the deliveries that the feed of one authority makes due; gives their targets."""
    close_old_connections()
    try:
        with within(authority_id):
            return ask(unconcerned.pass_over(due.moved(now=clock.now()), today=clock.today()))
    finally:
        close_old_connections()


async def listen(*, look: Look = look) -> None:
    """Look at each authority whose feed moves, for as long as the process lives; a lost database is waited for."""
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(**connector_params(), autocommit=True) as connection:
                await _our_turn(connection)
                await connection.execute(f"LISTEN {CHANNEL}".encode())
                log.info("dispatch.listening")
                # What was committed while nobody listened.
                everybody = await (await connection.execute("SELECT id FROM core_authority")).fetchall()
                await _look_at((authority_id for (authority_id,) in everybody), look=look)
                await _follow(connection, look=look)
        except psycopg.OperationalError:
            log.warning("dispatch.no_database")
        await asyncio.sleep(TAKE_OVER_SECONDS)


async def _our_turn(connection: psycopg.AsyncConnection[tuple[Any, ...]]) -> None:
    while True:
        cursor = await connection.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        if await cursor.fetchone() == (True,):
            return
        await asyncio.sleep(TAKE_OVER_SECONDS)


async def _follow(connection: psycopg.AsyncConnection[tuple[Any, ...]], *, look: Look) -> None:
    while True:
        moved = {UUID(one.payload) async for one in connection.notifies(timeout=QUIET_SECONDS, stop_after=1)}
        if not moved:
            await connection.execute("SELECT 1")
            continue
        moved |= {UUID(one.payload) async for one in connection.notifies(timeout=GATHER_SECONDS)}
        await _look_at(moved, look=look)
        await asyncio.sleep(REST_SECONDS)


async def _look_at(moved: Iterable[UUID], *, look: Look) -> None:
    for authority_id in moved:
        try:
            await asyncio.get_running_loop().run_in_executor(None, partial(look, authority_id))
        except DatabaseError as error:
            # The tick looks again within a minute; the neighbours are not to wait for it.
            log.warning("dispatch.failed", authority=str(authority_id), reason=type(error).__name__)
