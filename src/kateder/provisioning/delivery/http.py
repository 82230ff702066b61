"""What ways over HTTP have in common: a session of their own, and what a status means for what happens next."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final

import aiohttp

from kateder.provisioning.delivery import kept
from kateder.provisioning.delivery.operations import Answer, Kind

EXISTS: Final = HTTPStatus.CONFLICT
GONE: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
SHUT_OUT: Final = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
TRANSIENT: Final = frozenset(
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


class TooMuch(aiohttp.ClientError):
    """An answer is longer than any that is worth reading."""


def session_of(
    *, context: ssl.SSLContext, connections: int, seconds: float, headers: Mapping[str, str]
) -> aiohttp.ClientSession:
    """A session with a pool of its own: no proxies, no cookies. `seconds` is how long one request may take."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(ssl=context, limit=connections, keepalive_timeout=kept.IDLE_SECONDS),
        headers=headers,
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=seconds, sock_connect=min(10.0, seconds)),
        trust_env=False,
    )


async def content_of(response: aiohttp.ClientResponse, *, most: int) -> bytes:
    """The whole of an answer. Raises TooMuch beyond `most` bytes."""
    content = bytearray()
    async for chunk in response.content.iter_any():
        content += chunk
        if len(content) > most:
            response.close()
            raise TooMuch
    return bytes(content)


def answer_to(status: int, *, wait: float | None) -> Answer:
    """What a status means for the operation; `wait` is what the server asked for, in seconds."""
    if 200 <= status < 300:
        return Answer(kind=Kind.DONE, http_status=status)
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
