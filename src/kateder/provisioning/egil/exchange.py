"""One EGIL operation over pinned mutual TLS, with the answers of strict and of lenient servers understood.

Whatever a killed run left behind heals in one request more: a POST of what is there already is answered 409
and becomes a PUT, a PUT of what is gone is answered 404 and becomes a POST, a DELETE of what is gone is done.
(The reference client needs three runs for the second, and never heals the first.)
"""

import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from typing import NamedTuple, assert_never
from uuid import UUID

import aiohttp

from kateder.protocols.egil.types import ResourceType
from kateder.protocols.reconcile import Action
from kateder.provisioning.delivery import kept
from kateder.provisioning.delivery.http import EXISTS, GONE, answer_to, retry_seconds, session_of
from kateder.provisioning.delivery.kept import Place
from kateder.provisioning.delivery.operations import (
    WAS_GONE,
    WAS_MISSING,
    WAS_THERE,
    Answer,
    Exchange,
    Kind,
    Operation,
)

SCIM_JSON = "application/scim+json"
HEADERS = {"Accept": SCIM_JSON, "Content-Type": SCIM_JSON, "User-Agent": "Kateder (EGIL)"}
CHUNK = 65_536
MOST_ANSWER_BYTES = 4 * 1024 * 1024


def connector(
    base_uri: str, *, context: ssl.SSLContext, connections: int, seconds: float, target_id: UUID | None = None
) -> Callable[[], AbstractAsyncContextManager[Exchange]]:
    """Give what opens an exchange with a server: its own pool, no redirects, no proxies, no cookies.

    `context` comes from `matf.pinning`; `seconds` is how long one request may take. The connections of a target are
    kept for its next run (`delivery.kept`).
    """

    def opened() -> aiohttp.ClientSession:
        return session(context, connections=connections, seconds=seconds)

    @asynccontextmanager
    async def connect() -> AsyncIterator[Exchange]:
        place = Place(target_id=target_id, base_uri=base_uri, context=context, connections=connections, seconds=seconds)
        async with kept.session(place, opened=opened) as http:
            yield _Server(http, base_uri.rstrip("/")).carry_out

    return connect


async def knock(base_uri: str, *, context: ssl.SSLContext, seconds: float) -> str:
    """Ask a server for its first organisations, which sends nothing; gives the code of what is wrong, or nothing."""
    async with session(context, connections=1, seconds=seconds) as http:
        answer = await _Server(http, base_uri.rstrip("/")).look()
    return "" if answer.kind is Kind.DONE else answer.code


def session(context: ssl.SSLContext, *, connections: int, seconds: float) -> aiohttp.ClientSession:
    """A session that speaks SCIM."""
    return session_of(context=context, connections=connections, seconds=seconds, headers=HEADERS)


class Reply(NamedTuple):
    """What came back: status, Retry-After in seconds, and what was otherwise than we believed."""

    status: int
    wait: float | None
    surprise: str = ""


class _Server:
    def __init__(self, session: aiohttp.ClientSession, base: str) -> None:
        self._session = session
        self._base = base

    async def carry_out(self, operation: Operation) -> Answer:
        return await _answered(self._exchange(operation))

    async def look(self) -> Answer:
        return await _answered(self._request("GET", f"{self._base}/Organisations", None))

    async def _exchange(self, operation: Operation) -> Reply:
        collection = f"{self._base}/{ResourceType(operation.resource_type).endpoint}"
        one = f"{collection}/{operation.released_id}"
        match operation.action:
            case Action.CREATE:
                reply = await self._request("POST", collection, operation.body)
                if reply.status == EXISTS:
                    reply = await self._request("PUT", one, operation.body)
                    reply = reply._replace(surprise=WAS_THERE)
            case Action.UPDATE:
                reply = await self._request("PUT", one, operation.body)
                if reply.status in GONE:
                    reply = await self._request("POST", collection, operation.body)
                    reply = reply._replace(surprise=WAS_MISSING)
            case Action.REMOVE:
                reply = await self._request("DELETE", one, None)
                if reply.status in GONE:
                    reply = reply._replace(surprise=WAS_GONE)
            case _:
                assert_never(operation.action)
        return reply

    async def _request(self, method: str, address: str, body: bytes | None) -> Reply:
        async with self._session.request(method, address, data=body, allow_redirects=False) as response:
            size = 0
            async for chunk in response.content.iter_chunked(CHUNK):
                size += len(chunk)
                if size > MOST_ANSWER_BYTES:
                    response.close()
                    break
            return Reply(response.status, retry_seconds(response.headers.get("Retry-After")))


async def _answered(reply: Awaitable[Reply]) -> Answer:
    try:
        return _judge(*await reply)
    except aiohttp.ClientConnectorCertificateError:
        return Answer(kind=Kind.SHUT_OUT, code="not_the_pinned_server")
    except TimeoutError:
        return Answer(kind=Kind.AGAIN, code="timeout")
    except aiohttp.ClientError:
        return Answer(kind=Kind.AGAIN, code="connection")


def _judge(status: int, wait: float | None, surprise: str) -> Answer:
    if surprise == WAS_GONE:
        return Answer(kind=Kind.DONE, http_status=status, code=surprise)
    answer = answer_to(status, wait=wait)
    if surprise and answer.kind is Kind.DONE:
        return replace(answer, code=surprise)
    if surprise == WAS_MISSING and status == EXISTS:
        # It is not there, and it is: a server that is being started or restored. It makes up its mind in a while.
        return replace(answer, kind=Kind.AGAIN)
    # One that has nowhere to put it either says nothing of what it holds.
    return replace(answer, is_lost=surprise == WAS_MISSING and status not in GONE)
