"""One SCIM request over HTTP: signed, capped, and read as far as it can be trusted."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

import aiohttp
import orjson

from kateder.provisioning.delivery.http import TooMuch, answer_to, content_of, retry_seconds, session_of
from kateder.provisioning.delivery.operations import Answer
from kateder.provisioning.scim2.authorising import Proof

SCIM_JSON: Final = "application/scim+json"
MOST_BYTES: Final = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: status, the JSON object in it (empty where there is none), and what the headers say."""

    status: int
    body: Mapping[str, Any]
    wait: float | None = None
    etag: str = ""
    location: str = ""

    @property
    def is_good(self) -> bool:
        """Whether the server did what was asked."""
        return 200 <= self.status < 300

    def answer(self) -> Answer:
        """What the reply means for the operation."""
        return answer_to(self.status, wait=self.wait)


def session(context: ssl.SSLContext, *, connections: int, seconds: float) -> aiohttp.ClientSession:
    """A session for the requests to one server and to its token endpoint."""
    headers = {"User-Agent": "Kateder (SCIM)"}
    return session_of(context=context, connections=connections, seconds=seconds, headers=headers)


class Wire:
    """The requests to one server."""

    def __init__(self, session: aiohttp.ClientSession, base: str, proof: Proof) -> None:
        self._session, self._base, self._proof = session, base.rstrip("/"), proof

    async def request(
        self,
        method: str,
        path: str,
        *,
        body: Mapping[str, Any] | None = None,
        query: Mapping[str, str] | None = None,
        if_match: str = "",
    ) -> Reply:
        """Send one request; with a token that was refused, once more with a new one.

        Raises TokenRefused, TimeoutError or an aiohttp.ClientError.
        """
        data = None if body is None else orjson.dumps(body)
        extra = {"Content-Type": SCIM_JSON} if data is not None else {}
        if if_match:
            extra["If-Match"] = if_match
        reply = await self._send(method, path, data, query or {}, extra)
        if reply.status == HTTPStatus.UNAUTHORIZED and self._proof.renew():
            reply = await self._send(method, path, data, query or {}, extra)
        return reply

    async def _send(
        self, method: str, path: str, data: bytes | None, query: Mapping[str, str], extra: Mapping[str, str]
    ) -> Reply:
        headers = {"Accept": SCIM_JSON, **extra, **await self._proof.headers()}
        address = f"{self._base}/{path}"
        async with self._session.request(
            method, address, data=data, params=query, headers=headers, allow_redirects=False
        ) as response:
            return Reply(
                response.status,
                _object(await _content(response)),
                retry_seconds(response.headers.get("Retry-After")),
                response.headers.get("ETag", ""),
                response.headers.get("Location", ""),
            )


async def _content(response: aiohttp.ClientResponse) -> bytes:
    try:
        return await content_of(response, most=MOST_BYTES)
    except TooMuch:
        return b""


def _object(content: bytes) -> Mapping[str, Any]:
    try:
        found: Any = orjson.loads(content) if content else {}
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}
