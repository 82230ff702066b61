"""OAuth 1.0a signing of every request, for OneRoster 1.1."""

from __future__ import annotations

import secrets

import httpx2

from kateder.core import clock
from kateder.protocols.oneroster import signed
from kateder.sources.http import Credentials


class OAuth1(Credentials):
    """A consumer key and secret; each request has a nonce of its own."""

    def __init__(self, key: str, secret: str, *, method: str) -> None:
        self._key, self._secret, self._method = key, secret, method

    def sign(self, request: httpx2.Request) -> None:
        """Add the signature over method, address and query."""
        request.headers["Authorization"] = signed(
            str(request.url),
            key=self._key,
            secret=self._secret,
            nonce=secrets.token_hex(16),
            timestamp=int(clock.now().timestamp()),
            http_method=request.method,
            method=self._method,
        )
