"""Connections that outlive a run: a handshake costs more than what one changed pupil is about.

One set per target, of the process's own loop. They are used again only by a run that would have opened exactly the
same: the same address, and the same TLS context, which is our certificate and the pins (`trust.client_context`).
Anything else closes them first; a target belongs to one authority, and so do its connections. What is idle is closed by
`aiohttp` after `IDLE_SECONDS`, and nothing is used for longer than `LONGEST_SECONDS`: keys and dates are looked at in
handshakes only.

A server may close an idle connection just as it is used. Nothing new is needed for that: `aiohttp` asks once more where
HTTP lets it (GET, PUT, DELETE), and a POST is an answer that never came, which the engine sends again.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

import aiohttp

from kateder.provisioning.delivery import loop as one_loop

IDLE_SECONDS: Final = 30.0
LONGEST_SECONDS: Final = 300.0

Open = Callable[[], aiohttp.ClientSession]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Whose connections they are, and all that decides what they are."""

    target_id: UUID | None
    """None: nobody's in particular, and not kept."""
    base_uri: str
    context: ssl.SSLContext
    connections: int
    seconds: float


@dataclass(slots=True, kw_only=True)
class _Kept:
    place: Place
    session: aiohttp.ClientSession
    opened_at: float
    used_at: float
    users: int = 0
    is_over: bool = False


@dataclass(slots=True)
class Keeper:
    """The sessions of one loop; used within it only."""

    _kept: dict[UUID | None, _Kept] = field(default_factory=dict)

    @asynccontextmanager
    async def session(self, place: Place, *, opened: Open) -> AsyncIterator[aiohttp.ClientSession]:
        """Give the session that is open to exactly this place, or a new one; it stays open afterwards."""
        now = asyncio.get_running_loop().time()
        await self._let_go(now)
        kept = self._kept.get(place.target_id)
        if kept is not None and (kept.place != place or now - kept.opened_at > LONGEST_SECONDS):
            await self._end(kept)
            kept = None
        if kept is None:
            kept = self._kept[place.target_id] = _Kept(place=place, session=opened(), opened_at=now, used_at=now)
        kept.users += 1
        try:
            yield kept.session
        finally:
            kept.users -= 1
            kept.used_at = asyncio.get_running_loop().time()
            if kept.is_over and not kept.users:
                await kept.session.close()

    async def close(self) -> None:
        """Close everything that nobody uses."""
        for kept in list(self._kept.values()):
            await self._end(kept)

    async def _let_go(self, now: float) -> None:
        for kept in [one for one in self._kept.values() if not one.users and now - one.used_at > IDLE_SECONDS]:
            await self._end(kept)

    async def _end(self, kept: _Kept) -> None:
        # While one is being closed, somebody else may have ended or replaced the next.
        if self._kept.get(kept.place.target_id) is kept:
            del self._kept[kept.place.target_id]
        kept.is_over = True
        if not kept.users:
            await kept.session.close()


_keeper = Keeper()


@asynccontextmanager
async def session(place: Place, *, opened: Open) -> AsyncIterator[aiohttp.ClientSession]:
    """Give a session to a place; kept open in the loop of deliveries, closed after use in any other."""
    if place.target_id is not None and one_loop.is_shared():
        one_loop.before_end(_keeper.close)
        async with _keeper.session(place, opened=opened) as found:
            yield found
    else:
        async with opened() as found:
            yield found
