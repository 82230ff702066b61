"""The settings of a server that we call: where it is, how we prove who we are, how it is known. In and out alike."""

from __future__ import annotations

import ssl

from django.utils.translation import gettext_lazy as _

from kateder.core import tls
from kateder.core.setup.fields import Field, FieldKind, Settings, section

NONE, OAUTH2, API_KEY = "none", "oauth2", "api_key"

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
    # The secret is sent there: never in the clear.
    Field("token_address", _("OAuth 2: address of the token endpoint"), FieldKind.URL, pattern=r"https://[^\s#@]+"),
    Field("client_id", _("OAuth 2: client id")),
    Field("client_secret", _("OAuth 2: secret"), FieldKind.SECRET),
    Field("scope", _("OAuth 2: scope, if any")),
)
KEY_FIELDS = (
    Field("key_header", _("Key: the header"), default="Authorization", pattern=r"[A-Za-z0-9-]+"),
    Field("key", _("Key: its value"), FieldKind.SECRET, help=_("All of it, such as Bearer 5f3a…"), pattern=r"[^\r\n]+"),
)
_TLS = (
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
TLS_FIELDS = section(_("Certificates"), _TLS, seldom=[field.name for field in _TLS])


def text_of(settings: Settings, name: str) -> str:
    """A setting as text, empty where it is absent."""
    return str(settings.get(name) or "").strip()


def context_of(settings: Settings) -> ssl.SSLContext:
    """How the server is known, and what we show of ourselves. Raises core.tls.BadCertificate."""
    return tls.client_context(
        authorities=text_of(settings, "server_authorities"),
        pins=text_of(settings, "server_pins"),
        certificate=text_of(settings, "certificate"),
        key=text_of(settings, "certificate_key"),
    )
