"""Find an object of ours at a server by the id that we gave it: by filter, or by reading what there is."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from http import HTTPStatus
from typing import Any, Final

from kateder.protocols.scim.resources import items
from kateder.provisioning.delivery.operations import Answer
from kateder.provisioning.scim2.habits import Habits
from kateder.provisioning.scim2.wire import Wire

PAGE: Final = 200
MOST_PAGES: Final = 10_000
CANNOT_FILTER: Final = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.NOT_IMPLEMENTED})


class Refused(Exception):
    """A reply that ends an operation. Never leaves the exchange: it becomes the answer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.code)
        self.answer = answer


class Finder:
    """Looks things up at one server. Adopts nothing whose external id is not ours, whatever else is alike."""

    def __init__(self, wire: Wire, habits: Habits) -> None:
        self._wire, self._habits = wire, habits
        self._lock = asyncio.Lock()
        self._everything: dict[str, dict[str, str]] = {}
        self._read_at: dict[str, float] = {}

    async def find(self, kind: str, external_id: str, *, since: float = 0.0) -> str:
        """The server's own id of an object of ours, empty where it has none. Raises Refused, and what `Wire` does.

        It may have been made at `since` (the clock of `time.monotonic`): what was read before does not say that it is
        not there.
        """
        if self._habits.filters:
            query = {"filter": f'externalId eq "{external_id}"'}
            reply = await self._wire.request("GET", self._habits.endpoints[kind], query=query)
            if reply.is_good:
                # A server that does not know the filter may answer with everybody.
                return _own_id(items(reply.body, "Resources"), external_id) or await self._beyond(
                    kind, external_id, reply.body, since=since
                )
            if reply.status not in CANNOT_FILTER:
                raise Refused(reply.answer())
            self._habits.filters = False
        return await self._among_all(kind, external_id, since=since)

    async def _beyond(self, kind: str, external_id: str, page: Mapping[str, Any], *, since: float) -> str:
        if not items(page, "Resources"):
            return ""
        self._habits.filters = False
        return await self._among_all(kind, external_id, since=since)

    async def _among_all(self, kind: str, external_id: str, *, since: float) -> str:
        async with self._lock:
            known = self._everything.get(kind, {}).get(external_id, "")
            if not known and self._read_at.get(kind, -1.0) < since:
                begun = time.monotonic()
                self._everything[kind] = {
                    str(one["externalId"]): str(one["id"])
                    async for one in everything(self._wire, self._habits.endpoints[kind])
                    if one.get("externalId") and one.get("id")
                }
                self._read_at[kind] = begun
        return self._everything[kind].get(external_id, "")


async def everything(wire: Wire, endpoint: str) -> AsyncIterator[Mapping[str, Any]]:
    """Read a whole collection, page by page (RFC 7644 §3.4.2.4).

    A page without anything new is the end: some servers give everything each time. Raises Refused, and what `Wire`
    does.
    """
    seen: set[str] = set()
    given = 0
    for _ in range(MOST_PAGES):
        reply = await wire.request("GET", endpoint, query={"startIndex": str(given + 1), "count": str(PAGE)})
        if not reply.is_good:
            raise Refused(reply.answer())
        page = items(reply.body, "Resources")
        fresh = [one for one in page if str(one.get("id", "")) not in seen]
        seen.update(str(one.get("id", "")) for one in fresh)
        given += len(page)
        for one in fresh:
            yield one
        total = reply.body.get("totalResults")
        if not fresh or (isinstance(total, int) and len(seen) >= total):
            return


def _own_id(resources: list[Mapping[str, Any]], external_id: str) -> str:
    return next((str(one["id"]) for one in resources if one.get("externalId") == external_id and one.get("id")), "")
