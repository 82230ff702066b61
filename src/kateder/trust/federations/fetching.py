"""Fetches metadata: within a time, up to a size, from where it is said to be and nowhere else (RFC 9932 §5)."""

from __future__ import annotations

import time
from typing import Final

import httpx2

from kateder.protocols.matf.signatures import MOST_BYTES

SECONDS: Final = 10.0
"""How long each step may take: to connect, to send, to get the next bytes."""
MOST_SECONDS: Final = 60.0
"""How long all of it may take; a server could else send a byte every nine seconds for ever."""
HEADERS: Final = {"Accept": "application/jose+json, application/json", "Accept-Encoding": "identity"}
"""As it is: what is packed may be a thousand times larger than what is counted."""


class NotFetched(Exception):
    """There is nothing to look at; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def fetch(address: str, *, most_bytes: int = MOST_BYTES, most_seconds: float = MOST_SECONDS) -> bytes:
    """The metadata at an address, as it came; no redirects, no proxies. Raises NotFetched."""
    try:
        return _body(address, most_bytes=most_bytes, until=time.monotonic() + most_seconds)
    except httpx2.TimeoutException:
        raise NotFetched("timeout") from None
    except (httpx2.HTTPError, httpx2.InvalidURL):
        raise NotFetched("connection") from None


def _body(address: str, *, most_bytes: int, until: float) -> bytes:
    with (
        httpx2.Client(timeout=SECONDS, trust_env=False, follow_redirects=False) as client,
        client.stream("GET", address, headers=HEADERS) as response,
    ):
        if response.status_code != 200:
            raise NotFetched(f"http_{response.status_code}")
        body = bytearray()
        for chunk in response.iter_raw():
            body += chunk
            if len(body) > most_bytes:
                raise NotFetched("too_large")
            if time.monotonic() > until:
                raise NotFetched("timeout")
    return bytes(body)
