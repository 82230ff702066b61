"""What a server asks of us before it lets us read: the settings for it, and the credentials made from them."""

from __future__ import annotations

import base64
import ssl
import time
from collections.abc import Callable
from urllib.parse import quote

import httpx2
from django.utils.translation import gettext_lazy as _

from kateder.core.setup import Field, FieldKind, SettingMissing, Settings
from kateder.sources.errors import NotJson, ServerFails, ServerRefuses
from kateder.sources.http import Credentials, Server
from kateder.sources.tls import client_context

NONE, OAUTH2, API_KEY = "none", "oauth2", "api_key"
SPARE_SECONDS = 30
"""A token is renewed so long before it ends."""

ADDRESS = Field("address", _("Address"), FieldKind.URL, required=True, help=_("Such as https://api.example.se/v2.0"))
AUTHORISATION = Field(
    "authorisation",
    _("How we prove who we are"),
    FieldKind.CHOICE,
    default=OAUTH2,
    choices=(
        (OAUTH2, _("OAuth 2: client id and secret")),
        (API_KEY, _("A key in a header")),
        (NONE, _("Only the certificate below, or nothing")),
    ),
)
OAUTH2_FIELDS = (
    Field("token_address", _("OAuth 2: address of the token endpoint"), FieldKind.URL),
    Field("client_id", _("OAuth 2: client id")),
    Field("client_secret", _("OAuth 2: secret"), FieldKind.SECRET),
    Field("scope", _("OAuth 2: scope, if any")),
)
KEY_FIELDS = (
    Field("key_header", _("Key: the header"), default="Authorization"),
    Field("key", _("Key: its value"), FieldKind.SECRET, help=_("All of it, such as Bearer 5f3a…")),
)
TLS_FIELDS = (
    Field("certificate", _("Our certificate (PEM), if the server wants one"), FieldKind.LONG_TEXT),
    Field("certificate_key", _("Our certificate's key (PEM)"), FieldKind.SECRET),
    Field(
        "server_authorities",
        _("Whom the server's certificate must come from (PEM)"),
        FieldKind.LONG_TEXT,
        help=_("Empty: those that the machine trusts."),
    ),
    Field(
        "server_pins",
        _("The server's pins"),
        help=_("Base64 SHA-256 of its key, several separated by space. Then nothing else is looked at."),
    ),
)
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
        pair = f"{quote(client_id, safe='')}:{quote(secret, safe='')}"
        self._header = "Basic " + base64.b64encode(pair.encode()).decode()

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
        self._fields = [("grant_type", "client_credentials"), *([("scope", scope)] if scope else [])]
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
        given = answer.json()
        if not isinstance(given, dict) or not isinstance(given.get("access_token"), str):
            raise NotJson(host=answer.host, path=answer.path)
        self._token = given["access_token"]
        self._ends = self._clock() + max(_seconds(given.get("expires_in")) - SPARE_SECONDS, 0)


def _seconds(given: object) -> float:
    try:
        return float(str(given))
    except ValueError:
        return 300.0


def _text(settings: Settings, name: str) -> str:
    return str(settings.get(name) or "").strip()


def _needed(settings: Settings, name: str) -> str:
    text = _text(settings, name)
    if not text:
        raise SettingMissing(name=name)
    return text
