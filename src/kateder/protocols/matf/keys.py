"""The keys that a federation signs with: pinned here after somebody compared the thumbprints, never fetched."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from kateder.protocols.matf.refusals import BadKeys

ALGORITHMS: Final[Mapping[str, tuple[str, str]]] = {
    "ES256": ("EC", "P-256"),
    "ES384": ("EC", "P-384"),
    "ES512": ("EC", "P-521"),
    "PS256": ("RSA", ""),
    "PS384": ("RSA", ""),
    "PS512": ("RSA", ""),
}
"""What a signature may be made with, and the kind of key that goes with it. RFC 9932 recommends ES256."""
PUBLIC: Final[Mapping[str, tuple[str, ...]]] = {"EC": ("crv", "x", "y"), "RSA": ("n", "e")}
FEWEST_RSA_BITS: Final = 2048


@dataclass(frozen=True, slots=True)
class SigningKey:
    """One public key of a federation. `thumbprint` (RFC 7638, SHA-256) is what people compare out of band."""

    kid: str
    kty: str
    curve: str
    thumbprint: str
    alg: str = ""
    key: ECKey | RSAKey = field(repr=False, compare=False, kw_only=True)

    @property
    def jwk(self) -> dict[str, str]:
        """The public key as a JWK, as it is stored."""
        public = self.key.as_dict(private=False)
        kept = {name: str(public[name]) for name in PUBLIC[self.kty]}
        return {"kty": self.kty, "kid": self.kid, **kept, **({"alg": self.alg} if self.alg else {})}

    def signs(self, alg: object) -> bool:
        """Whether a signature by this algorithm may be this key's."""
        return isinstance(alg, str) and ALGORITHMS.get(alg) == (self.kty, self.curve) and self.alg in {"", alg}


def read_keys(text: str) -> tuple[SigningKey, ...]:
    """The keys of a JWK set, or of a single JWK, as a federation publishes it. Raises BadKeys."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise BadKeys("not_json") from None
    if isinstance(found, dict) and "keys" not in found:
        found = {"keys": [found]}
    members = found.get("keys") if isinstance(found, dict) else None
    if not isinstance(members, list) or not members:
        raise BadKeys("no_keys")
    return of_jwks(members)


def of_jwks(members: Iterable[object]) -> tuple[SigningKey, ...]:
    """The keys of the members of a JWK set. Raises BadKeys for the first that cannot be used, and for a kid twice."""
    keys = tuple(_key(one) for one in members)
    if len({key.kid for key in keys}) != len(keys):
        raise BadKeys("kid_twice")
    return keys


def _key(jwk: object) -> SigningKey:
    if not isinstance(jwk, dict):
        raise BadKeys("not_a_key")
    kid, kty = jwk.get("kid"), jwk.get("kty")
    alg = jwk.get("alg", "")
    if not isinstance(kid, str) or not kid:
        raise BadKeys("no_kid")
    if not isinstance(kty, str) or kty not in PUBLIC or jwk.get("use", "sig") != "sig":
        raise BadKeys("not_for_signatures")
    if "d" in jwk:
        raise BadKeys("private_key")
    key = _imported(kty, {name: jwk.get(name) for name in ("kty", *PUBLIC[kty])})
    made = SigningKey(kid, kty, str(jwk.get("crv", "")) if kty == "EC" else "", key.thumbprint(), key=key)
    usable = [name for name in ALGORITHMS if made.signs(name)]
    if not usable or alg not in {"", *usable}:
        raise BadKeys("not_for_signatures")
    return SigningKey(kid, kty, made.curve, made.thumbprint, alg, key=key)


def _imported(kty: str, public: dict[str, Any]) -> ECKey | RSAKey:
    if kty == "RSA" and len(str(public["n"])) * 6 < FEWEST_RSA_BITS:
        raise BadKeys("weak_key")
    try:
        key = (ECKey if kty == "EC" else RSAKey).import_key(public)
        key.public_key.key_size  # noqa: B018 - what is no point on the curve is found out when it is used
    except (JoseError, ValueError, TypeError):
        raise BadKeys("not_a_key") from None
    return key
