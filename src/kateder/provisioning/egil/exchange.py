"""One EGIL operation over pinned mutual TLS, with the answers of strict and of lenient servers understood.

Whatever a killed run left behind heals in one request more: a POST of what is there already is answered 409
and becomes a PUT, a PUT of what is gone is answered 404 and becomes a POST, a DELETE of what is gone is done.
(The reference client needs three runs for the second, and never heals the first.)
"""

import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import NamedTuple, assert_never

import aiohttp

from kateder.protocols.egil.types import ResourceType
from kateder.protocols.reconcile import Action
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

EXISTS = HTTPStatus.CONFLICT
GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
SHUT_OUT = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
TRANSIENT = frozenset(
    {
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.TOO_EARLY,
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    }
)


def connector(
    base_uri: str, *, context: ssl.SSLContext, connections: int, seconds: float
) -> Callable[[], AbstractAsyncContextManager[Exchange]]:
    """Give what opens an exchange with a server: its own pool, no redirects, no proxies, no cookies.

    `context` comes from `matf.pinning`; `seconds` is how long one request may take.
    """

    @asynccontextmanager
    async def connect() -> AsyncIterator[Exchange]:
        async with session(context, connections=connections, seconds=seconds) as http:
            yield _Server(http, base_uri.rstrip("/")).carry_out

    return connect


async def knock(base_uri: str, *, context: ssl.SSLContext, seconds: float) -> str:
    """Ask a server for its first organisations, which sends nothing; gives the code of what is wrong, or nothing."""
    async with session(context, connections=1, seconds=seconds) as http:
        answer = await _Server(http, base_uri.rstrip("/")).look()
    return "" if answer.kind is Kind.DONE else answer.code


def session(context: ssl.SSLContext, *, connections: int, seconds: float) -> aiohttp.ClientSession:
    """A session with a pool of its own: no redirects, no proxies, no cookies."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(ssl=context, limit=connections, keepalive_timeout=30),
        headers=HEADERS,
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=seconds, sock_connect=min(10.0, seconds)),
        trust_env=False,
    )


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
    if 200 <= status < 300 or surprise == WAS_GONE:
        return Answer(kind=Kind.DONE, http_status=status, code=surprise)
    code = f"http_{status}"
    if status in SHUT_OUT:
        return Answer(kind=Kind.SHUT_OUT, http_status=status, code=code)
    if status in TRANSIENT:
        return Answer(kind=Kind.AGAIN, http_status=status, code=code, retry_after=wait)
    return Answer(kind=Kind.REFUSED, http_status=status, code=code)


def retry_seconds(retry_after: str | None) -> float | None:
    """Read Retry-After (RFC 9110 §10.2.3): seconds or a date. What cannot be read is no word at all."""
    if retry_after is None:
        return None
    if retry_after.strip().isascii() and retry_after.strip().isdigit():
        return float(retry_after)
    try:
        until = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (until - datetime.now(tz=UTC)).total_seconds())
