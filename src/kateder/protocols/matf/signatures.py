"""The signatures of metadata: a JWS in the General JSON Serialization (RFC 7515 §7.2.1), one good one is enough.

Looped by ourselves: joserfc would refuse the whole document for one signature by a key that we do not know, would
take a signature that names no key, and knows no `iat`, `exp` or `iss` in a header.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.registry import HeaderParameter
from joserfc.util import urlsafe_b64decode

from kateder.protocols.matf.keys import ALGORITHMS, SigningKey
from kateder.protocols.matf.refusals import MetadataRefused

MOST_BYTES: Final = 32 * 1024 * 1024
MOST_SIGNATURES: Final = 20
MOST_HEADER: Final = 4096
CRITICAL: Final = frozenset({"iat", "exp", "iss", "nbf"})
"""The extensions that we understand (RFC 7515 §4.1.11): all are looked at, critical or not."""

Header = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Verified:
    """A payload with the protected header of a signature that is good."""

    header: Header
    payload: bytes


class _Registry(jws.JWSRegistry):
    max_header_length = MOST_HEADER
    max_payload_length = MOST_BYTES


def _of_any_type(_value: object) -> None:
    """Their types are looked at where they are read, see `dates`."""


# A header that we do not know is passed over (RFC 7515 §4), unless it is critical.
REGISTRY: Final = _Registry(
    header_registry={name: HeaderParameter(name, _of_any_type) for name in CRITICAL},
    algorithms=list(ALGORITHMS),
    strict_check_header=False,
)


def verified(raw: bytes, *, keys: Sequence[SigningKey]) -> Iterator[Verified]:
    """Every good signature of a JWS, in its order; unprotected headers are not read.

    Raises MetadataRefused where there is none, with the reason of the last.
    """
    payload, signatures = _parts(raw)
    by_kid = {key.kid: key for key in keys}
    code, good = "no_signature", False
    for one in signatures:
        try:
            found = _verified(one, payload, by_kid)
        except MetadataRefused as refusal:
            code = refusal.code
            continue
        good = True
        yield found
    if not good:
        raise MetadataRefused(code)


def _parts(raw: bytes) -> tuple[str, list[object]]:
    if len(raw) > MOST_BYTES:
        raise MetadataRefused("too_large")
    document = _json(raw, code="not_a_jws")
    if not isinstance(document, dict):
        raise MetadataRefused("not_a_jws")
    payload, signatures = document.get("payload"), document.get("signatures")
    if not isinstance(payload, str) or not isinstance(signatures, list) or len(signatures) > MOST_SIGNATURES:
        raise MetadataRefused("not_a_jws")
    return payload, signatures


def _verified(one: object, payload: str, keys: Mapping[str, SigningKey]) -> Verified:
    protected, signature = (one.get("protected"), one.get("signature")) if isinstance(one, dict) else (None, None)
    if not isinstance(protected, str) or not isinstance(signature, str):
        raise MetadataRefused("not_a_jws")
    header = _header(protected)
    if header.get("alg") not in ALGORITHMS:
        raise MetadataRefused("algorithm")
    kid = header.get("kid")
    if not isinstance(kid, str) or not kid:
        raise MetadataRefused("no_kid")
    key = keys.get(kid)
    if key is None or not key.signs(header["alg"]):
        raise MetadataRefused("unknown_key")
    _check_critical(header)
    try:
        checked = jws.deserialize_compact(f"{protected}.{payload}.{signature}", key.key, registry=REGISTRY)
    except (JoseError, ValueError):
        raise MetadataRefused("bad_signature") from None
    return Verified(header, checked.payload)


def _header(protected: str) -> Header:
    try:
        text = urlsafe_b64decode(protected.encode("ascii"))
    except ValueError:
        raise MetadataRefused("not_a_jws") from None
    header = _json(text, code="not_a_jws")
    if len(text) > MOST_HEADER or not isinstance(header, dict):
        raise MetadataRefused("not_a_jws")
    return header


def _check_critical(header: Header) -> None:
    """RFC 7515 §4.1.11: a list that is not empty, of names that are there and understood, none of them twice."""
    if "crit" not in header:
        return
    names = header["crit"]
    if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
        raise MetadataRefused("critical")
    if len(set(names)) != len(names) or not set(names) <= CRITICAL & header.keys():
        raise MetadataRefused("critical")


def _json(text: bytes, *, code: str) -> object:
    try:
        return json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise MetadataRefused(code) from None


def _once(members: list[tuple[str, object]]) -> dict[str, object]:
    """RFC 7515 §4: a name twice in a header is a header that two readers read differently."""
    found = dict(members)
    if len(found) != len(members):
        raise ValueError("a name twice")
    return found
