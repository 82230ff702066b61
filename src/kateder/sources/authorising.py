"""What a server asks of us before it lets us read: the settings for it, and the credentials made from them."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable

import httpx2
from django.utils.translation import gettext_lazy as _

from kateder.core.setup import Field, FieldKind, SettingMissing, Settings
from kateder.core.setup.reaching import (
    API_KEY,
    AUTHORISATION,
    KEY_FIELDS,
    OAUTH2,
    OAUTH2_FIELDS,
    TLS_FIELDS,
)
from kateder.core.setup.reaching import text_of as _text
from kateder.protocols import oauth2
from kateder.sources.errors import NotJson, ServerFails, ServerRefuses
from kateder.sources.http import Credentials, Server
from kateder.sources.tls import client_context

ADDRESS = Field("address", _("Address"), FieldKind.URL, required=True, help=_("Such as https://api.example.se/v2.0"))
FIELDS = (ADDRESS, AUTHORISATION, *OAUTH2_FIELDS, *KEY_FIELDS, *TLS_FIELDS)


def server_of(settings: Settings, *, tries: int | None = None) -> Server:
    """The server that the settings describe. Raises BadAddress, BadCertificate or SettingMissing."""
    context = context_of(settings)
    credentials = credentials_of(settings, context=context)
    address = _text(settings, "address")
    if tries is None:
        return Server(address, context=context, credentials=credentials)
    return Server(address, context=context, credentials=credentials, tries=tries)


def context_of(settings: Settings) -> ssl.SSLContext:
    """How the server is known, and what we show of ourselves. Raises BadCertificate."""
    return client_context(
        authorities=_text(settings, "server_authorities"),
        pins=_text(settings, "server_pins"),
        certificate=_text(settings, "certificate"),
        key=_text(settings, "certificate_key"),
    )


def credentials_of(settings: Settings, *, context: ssl.SSLContext) -> Credentials:
    """The credentials that the settings choose. Raises SettingMissing or BadAddress."""
    chosen = settings.get("authorisation")
    if chosen == API_KEY:
        return HeaderKey(_needed(settings, "key_header"), _needed(settings, "key"))
    if chosen == OAUTH2:
        return ClientCredentials(
            _needed(settings, "token_address"),
            client_id=_needed(settings, "client_id"),
            secret=_needed(settings, "client_secret"),
            scope=_text(settings, "scope"),
            context=context,
        )
    return Credentials()


class HeaderKey(Credentials):
    """A fixed value in a header."""

    def __init__(self, header: str, value: str) -> None:
        self._header, self._value = header.strip(), value.strip()

    def sign(self, request: httpx2.Request) -> None:
        """Add the header."""
        request.headers[self._header] = self._value


class Basic(Credentials):
    """Client id and secret as RFC 6749 §2.3.1 writes them."""

    def __init__(self, client_id: str, secret: str) -> None:
        self._header = oauth2.basic(client_id, secret)

    def sign(self, request: httpx2.Request) -> None:
        """Add the header."""
        request.headers["Authorization"] = self._header


class ClientCredentials(Credentials):
    """OAuth 2 client credentials (RFC 6749 §4.4): a bearer token, had when first needed and before it ends.

    The secret goes in the header; to a server that does not take it there, in the body.
    """

    def __init__(
        self,
        token_address: str,
        *,
        client_id: str,
        secret: str,
        scope: str,
        context: ssl.SSLContext,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Raises BadAddress."""
        self._in_header = Server(token_address, context=context, credentials=Basic(client_id, secret), largest=2**20)
        self._in_body = Server(token_address, context=context, largest=2**20)
        self._fields = oauth2.form(scope=scope)
        self._pair = [("client_id", client_id), ("client_secret", secret)]
        self._clock = clock
        self._token, self._ends = "", 0.0

    def sign(self, request: httpx2.Request) -> None:
        """Add the token. Raises ServerRefuses, or another SourceFault of the token endpoint."""
        if not self._token or self._clock() >= self._ends:
            self._fetch()
        request.headers["Authorization"] = f"Bearer {self._token}"

    def renew(self) -> bool:
        """Have another token: this one may have been taken back."""
        self._token = ""
        return True

    def close(self) -> None:
        """Let go of the connections to the token endpoint."""
        self._in_header.close()
        self._in_body.close()

    def _fetch(self) -> None:
        try:
            answer = self._in_header.send_form(self._fields)
        except ServerRefuses:
            answer = self._in_body.send_form([*self._fields, *self._pair])
        except ServerFails as error:
            if error.status != 400:
                raise
            answer = self._in_body.send_form([*self._fields, *self._pair])
        try:
            token = oauth2.token_of(answer.json())
        except oauth2.NotAToken:
            raise NotJson(host=answer.host, path=answer.path) from None
        self._token, self._ends = token.value, self._clock() + token.seconds


def _needed(settings: Settings, name: str) -> str:
    text = _text(settings, name)
    if not text:
        raise SettingMissing(name=name)
    return text
