"""How we prove to a SCIM server who we are: a key in a header, a token that we fetch, or only our certificate."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Final

import aiohttp
import orjson

from kateder.core.setup import SettingMissing, Settings
from kateder.core.setup.reaching import API_KEY, OAUTH2, text_of
from kateder.protocols import oauth2
from kateder.protocols.oauth2 import NotAToken, Token
from kateder.provisioning.delivery.http import TooMuch, content_of

MOST_TOKEN_BYTES: Final = 2**20


class TokenRefused(Exception):
    """The token endpoint gave no token. Never leaves the exchange: it becomes the answer to an operation."""


class Proof:
    """What stands in the header of every request; this one is nothing, or only our certificate."""

    async def headers(self) -> Mapping[str, str]:
        """The headers that prove who we are. Raises TokenRefused, or an aiohttp.ClientError."""
        return {}

    def renew(self) -> bool:
        """Forget what was refused; gives whether another try makes sense."""
        return False


class Key(Proof):
    """A fixed value in a header."""

    def __init__(self, header: str, value: str) -> None:
        self._headers = {header: value}

    async def headers(self) -> Mapping[str, str]:
        """The key."""
        return self._headers


class FetchedToken(Proof):
    """OAuth 2 client credentials (RFC 6749 §4.4): one token for all connections, renewed before it ends.

    The secret goes in the header; to a server that does not take it there, in the body.
    """

    def __init__(
        self, session: aiohttp.ClientSession, address: str, *, client_id: str, secret: str, scope: str
    ) -> None:
        self._session, self._address = session, address
        self._client_id, self._secret, self._scope = client_id, secret, scope
        self._lock = asyncio.Lock()
        self._token, self._ends = "", 0.0

    async def headers(self) -> Mapping[str, str]:
        """The token, fetched when there is none. Raises TokenRefused, or an aiohttp.ClientError."""
        async with self._lock:
            if not self._token or time.monotonic() >= self._ends:
                token = await self._fetch()
                self._token, self._ends = token.value, time.monotonic() + token.seconds
        return {"Authorization": f"Bearer {self._token}"}

    def renew(self) -> bool:
        """Have another token: this one may have been taken back."""
        self._token = ""
        return True

    async def _fetch(self) -> Token:
        fields = oauth2.form(scope=self._scope)
        token = await self._asked(fields, {"Authorization": oauth2.basic(self._client_id, self._secret)})
        if token is None:
            token = await self._asked([*fields, ("client_id", self._client_id), ("client_secret", self._secret)], {})
        if token is None:
            raise TokenRefused
        return token

    async def _asked(self, fields: list[tuple[str, str]], headers: Mapping[str, str]) -> Token | None:
        form = aiohttp.FormData(fields)
        own = {**headers, "Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
        async with self._session.post(self._address, data=form, headers=own, allow_redirects=False) as response:
            if response.status >= 500:
                raise aiohttp.ClientError
            try:
                content = await content_of(response, most=MOST_TOKEN_BYTES)
                return oauth2.token_of(orjson.loads(content)) if response.status == 200 else None
            except (TooMuch, NotAToken, orjson.JSONDecodeError):
                return None


def check(settings: Settings) -> None:
    """See that the chosen proof has what it needs. Raises SettingMissing."""
    needed = {OAUTH2: ("token_address", "client_id", "client_secret"), API_KEY: ("key_header", "key")}
    for name in needed.get(text_of(settings, "authorisation"), ()):
        if not text_of(settings, name):
            raise SettingMissing(name=name)


def proof_of(settings: Settings, session: aiohttp.ClientSession) -> Proof:
    """The proof that the settings choose; `session` is what tokens are fetched with."""
    match text_of(settings, "authorisation"):
        case str(chosen) if chosen == API_KEY:
            return Key(text_of(settings, "key_header"), text_of(settings, "key"))
        case str(chosen) if chosen == OAUTH2:
            return FetchedToken(
                session,
                text_of(settings, "token_address"),
                client_id=text_of(settings, "client_id"),
                secret=text_of(settings, "client_secret"),
                scope=text_of(settings, "scope"),
            )
        case _:
            return Proof()
