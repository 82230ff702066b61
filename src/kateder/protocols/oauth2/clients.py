"""What a client says to a token endpoint, and what it is answered."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

SPARE_SECONDS = 30
"""A token is renewed so long before it ends."""
UNTOLD_SECONDS = 300.0
"""How long a token holds whose end the server does not tell."""


class NotAToken(ValueError):
    """The answer of the token endpoint holds no token."""


@dataclass(frozen=True, slots=True)
class Token:
    """A bearer token and for how many seconds it can be used."""

    value: str
    seconds: float


def basic(client_id: str, secret: str) -> str:
    """The header by which a client proves who it is, as RFC 6749 §2.3.1 writes it."""
    pair = f"{quote(client_id, safe='')}:{quote(secret, safe='')}"
    return "Basic " + base64.b64encode(pair.encode()).decode()


def form(*, scope: str = "") -> list[tuple[str, str]]:
    """The form that asks for a token."""
    return [("grant_type", "client_credentials"), *([("scope", scope)] if scope else [])]


def token_of(answer: object) -> Token:
    """Read the answer (RFC 6749 §5.1), as JSON was read. Raises NotAToken."""
    if not isinstance(answer, Mapping) or not isinstance(answer.get("access_token"), str):
        raise NotAToken
    return Token(answer["access_token"], max(_seconds(answer.get("expires_in")) - SPARE_SECONDS, 0.0))


def _seconds(given: object) -> float:
    try:
        return float(str(given))
    except ValueError:
        return UNTOLD_SECONDS
