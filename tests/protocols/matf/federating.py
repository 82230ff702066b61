"""A federation of the tests' own: its key, members with their identities, metadata in both layouts."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from joserfc import jws
from joserfc.jwk import ECKey
from joserfc.util import urlsafe_b64encode

from kateder.protocols.matf.identity import Identity, self_signed
from kateder.protocols.matf.keys import SigningKey, of_jwks

NOW = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
ISSUER = "https://federation.example"


def identity(name: str = "member") -> Identity:
    """A key with a certificate that is good for a year around `NOW` and today."""
    return self_signed(name, not_before=NOW - timedelta(days=60), not_after=NOW + timedelta(days=3650))


def pin(digest: str) -> dict[str, str]:
    return {"alg": "sha256", "digest": digest}


def endpoint(*pins: str, tags: Sequence[str] = ("egilv1",), **more: Any) -> dict[str, Any]:
    return {"pins": [pin(one) for one in pins], "tags": list(tags), **more}


def member(entity_id: str, *, certificate: str = "-", **more: Any) -> dict[str, Any]:
    """An entity as metadata has it."""
    return {
        "entity_id": entity_id, "organization": "Ett bolag", "organization_id": "SE5560000001",
        "issuers": [{"x509certificate": certificate}], **more,
    }  # fmt: skip


def digest(number: int) -> str:
    """A pin of nothing in particular."""
    return base64.b64encode(number.to_bytes(32, "big")).decode()


@dataclass
class Signer:
    """A federation that signs."""

    kid: str = "the-key"
    curve: str = "P-256"
    key: ECKey = field(init=False)

    def __post_init__(self) -> None:
        self.key = ECKey.generate_key(self.curve)

    @property
    def jwk(self) -> dict[str, Any]:
        return {**self.key.as_dict(private=False), "kid": self.kid, "alg": "ES256"}

    @property
    def keys(self) -> tuple[SigningKey, ...]:
        return of_jwks([self.jwk])

    def signature(self, payload: bytes, header: Mapping[str, Any] | None = None) -> dict[str, str]:
        """One signature, with exactly this protected header where one is given."""
        protected = {"alg": "ES256", "kid": self.kid} if header is None else dict(header)
        registry = jws.JWSRegistry(strict_check_header=False)
        registry.check_header = lambda header: None  # type: ignore[method-assign]  # what is wrong is meant to be
        registry.max_header_length, registry.max_payload_length = 10**5, 10**8
        compact = jws.serialize_compact(protected, payload, self.key, registry=registry)
        first, _payload, last = compact.split(".")
        return {"protected": first, "signature": last}


def payload_of(entities: Sequence[Any], *, now: datetime = NOW, **more: Any) -> dict[str, Any]:
    """The payload as RFC 9932 has it; a value of None leaves a member out."""
    whole = {
        "iat": int((now - timedelta(minutes=10)).timestamp()), "exp": int((now + timedelta(days=7)).timestamp()),
        "iss": ISSUER, "version": "1.0.0", "cache_ttl": 3600, "entities": list(entities), **more,
    }  # fmt: skip
    return {name: value for name, value in whole.items() if value is not None}


def written(payload: bytes, *signatures: Mapping[str, Any]) -> bytes:
    """The General JSON Serialization."""
    return json.dumps({"payload": urlsafe_b64encode(payload).decode(), "signatures": list(signatures)}).encode()


def signed(signer: Signer, entities: Sequence[Any] = (), *, now: datetime = NOW, **more: Any) -> bytes:
    """Metadata of RFC 9932, signed once."""
    payload = json.dumps(payload_of(entities, now=now, **more)).encode()
    return written(payload, signer.signature(payload))


def signed_as_before(
    signer: Signer, entities: Sequence[Any] = (), *, now: datetime = NOW, header: Mapping[str, Any] | None = None
) -> bytes:
    """Metadata of the older layout: the dates stand in the header, nobody says who issued it."""
    whole = payload_of(entities, now=now, iat=None, exp=None, iss=None)
    payload = json.dumps(whole).encode()
    dates = {
        "alg": "ES256", "kid": signer.kid, "iat": int((now - timedelta(minutes=10)).timestamp()),
        "exp": int((now + timedelta(days=7)).timestamp()), **(header or {}),
    }  # fmt: skip
    return written(payload, signer.signature(payload, dates))
