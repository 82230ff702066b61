"""The access token of an external authorisation server: signed with ES256, for one organisation and one address.

The server is Sunet's (a GNAP server, RFC 9635 §2.1): `requested_access` holds what was asked for, with its
`type` and `locations`. Nothing of the token is believed before its signature has been verified.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

ALGORITHM: Final = "ES256"
CURVE: Final = "P-256"
SS12000_API: Final = "ss12000-api"
MOST_CHARACTERS: Final = 8192
AHEAD_SECONDS: Final = 30
"""How far the issuer's clock may go before ours."""

REGISTRY: Final = jws.JWSRegistry(algorithms=[ALGORITHM], strict_check_header=False)
"""A header that we do not know is passed over (RFC 7515 §4), unless it says that it is critical."""


class TokenRefused(Exception):
    """The token is not one that we take. `code` says why, for the log and the audit trail."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class UnknownKey(TokenRefused):
    """It is signed with a key that the issuer has not, or not yet, published."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a token must say. `location` is our base URL, compared to the letter."""

    issuer: str
    audiences: frozenset[str]
    organization_id: str
    location: str
    access_type: str = SS12000_API


def verify(token: str, *, keys: Sequence[Mapping[str, Any]], expected: Expected, now: datetime) -> datetime:
    """Verify signature and claims against the issuer's JWK set; gives when the token expires.

    Raises TokenRefused, and UnknownKey when fetching the set again could help.
    """
    key = _key(_header(token), keys)
    claims = _claims(token, key)
    _check_times(claims, now=now)
    _check_addressees(claims, expected)
    return datetime.fromtimestamp(_number(claims, "exp"), tz=UTC)


def issuer_of(token: str) -> str:
    """Who the token says has issued it: unverified, to find the keys by. Raises TokenRefused."""
    try:
        claims = json.loads(jws.extract_compact(_bytes(token)).payload)
    except (JoseError, ValueError, RecursionError):
        raise TokenRefused("malformed") from None
    issuer = claims.get("iss") if isinstance(claims, dict) else None
    if not isinstance(issuer, str):
        raise TokenRefused("no_issuer")
    return issuer


def usable(keys: Collection[object]) -> list[dict[str, Any]]:
    """The keys of a set that can sign such tokens; private halves and other kinds are left out (RFC 7517 §5)."""
    return [
        {name: key[name] for name in ("kty", "crv", "x", "y", "kid")}
        for key in keys
        if isinstance(key, dict) and _is_usable(key)
    ]


def _is_usable(key: Mapping[str, Any]) -> bool:
    if key.get("kty") != "EC" or key.get("crv") != CURVE or not isinstance(key.get("kid"), str):
        return False
    if key.get("use", "sig") != "sig" or key.get("alg", ALGORITHM) != ALGORITHM:
        return False
    try:
        # Imports only when both coordinates are there and lie on the curve.
        return ECKey.import_key({name: key[name] for name in ("kty", "crv", "x", "y")}).curve_name == CURVE
    except (JoseError, KeyError, ValueError, TypeError):
        return False


def _bytes(token: str) -> bytes:
    if len(token) > MOST_CHARACTERS or not token.isascii():
        raise TokenRefused("malformed")
    return token.encode("ascii")


def _header(token: str) -> Mapping[str, Any]:
    try:
        header = jws.extract_compact(_bytes(token)).protected
    except (JoseError, ValueError, RecursionError):
        raise TokenRefused("malformed") from None
    if header.get("alg") != ALGORITHM:
        # Said before any key is touched: "none", and HS256 with a public key as its secret, end here.
        raise TokenRefused("wrong_algorithm")
    if "crit" in header:
        raise TokenRefused("unknown_extension")
    return header


def _key(header: Mapping[str, Any], keys: Sequence[Mapping[str, Any]]) -> ECKey:
    kid = header.get("kid")
    if not isinstance(kid, str) or not kid:
        raise TokenRefused("no_key_id")
    for key in keys:
        if key.get("kid") == kid:
            return ECKey.import_key(dict(key))
    raise UnknownKey("unknown_key")


def _claims(token: str, key: ECKey) -> Mapping[str, Any]:
    try:
        claims = json.loads(jws.deserialize_compact(token, key, registry=REGISTRY).payload)
    except (JoseError, ValueError, RecursionError):
        raise TokenRefused("bad_signature") from None
    if not isinstance(claims, dict):
        raise TokenRefused("malformed")
    return claims


def _check_times(claims: Mapping[str, Any], *, now: datetime) -> None:
    if _number(claims, "exp") <= now.timestamp():
        raise TokenRefused("expired")
    if _number(claims, "nbf") > now.timestamp() + AHEAD_SECONDS:
        raise TokenRefused("not_yet_valid")


def _check_addressees(claims: Mapping[str, Any], expected: Expected) -> None:
    audience = claims.get("aud")
    audiences = [audience] if isinstance(audience, str) else audience if isinstance(audience, list) else []
    if claims.get("iss") != expected.issuer:
        raise TokenRefused("wrong_issuer")
    if not any(isinstance(one, str) and one in expected.audiences for one in audiences):
        raise TokenRefused("wrong_audience")
    if not expected.organization_id or claims.get("organization_id") != expected.organization_id:
        raise TokenRefused("wrong_organisation")
    if not _is_for_us(claims.get("requested_access"), expected):
        raise TokenRefused("wrong_location")


def _is_for_us(requested_access: object, expected: Expected) -> bool:
    """One and the same entry must name both what is asked for and where."""
    for access in requested_access if isinstance(requested_access, list) else []:
        if not isinstance(access, dict) or access.get("type") != expected.access_type:
            continue
        locations = access.get("locations")
        if isinstance(locations, list) and expected.location in locations:
            return True
    return False


def _number(claims: Mapping[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e11:
        raise TokenRefused(f"no_{name}")
    return float(value)
