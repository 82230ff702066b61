"""An authorisation server of a test: its keys, and the tokens that it gives."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from joserfc import jws
from joserfc.jwk import ECKey

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ISSUER = "https://auth.example/"
AUDIENCE = "nutid"
ORGANISATION = "SE2021004185"
LOCATION = "https://data.bjorkviken.example/ss12000/v2.0"


class Server:
    """Signs what it is asked to."""

    def __init__(self, kid: str = "k1") -> None:
        self.kid = kid
        self.key = ECKey.generate_key("P-256")

    @property
    def public(self) -> dict[str, Any]:
        """The public half, as it is published."""
        return {**self.key.as_dict(private=False), "kid": self.kid, "use": "sig", "alg": "ES256"}

    def token(self, *, now: datetime = NOW, header: Any = None, **changed: Any) -> str:
        """A token that is right, but for what is changed; a claim of None is left out."""
        told = {**claims(now=now), **changed}
        body = json.dumps({name: value for name, value in told.items() if value is not None}).encode()
        return jws.serialize_compact({"alg": "ES256", "kid": self.kid, **(header or {})}, body, self.key)


def claims(*, now: datetime = NOW) -> dict[str, Any]:
    """What a right token says."""
    return {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "nbf": int(now.timestamp()),
        "iat": int(now.timestamp()),
        "exp": int((now + timedelta(hours=1)).timestamp()),
        "organization_id": ORGANISATION,
        "requested_access": [access(LOCATION)],
    }


def access(*locations: str, type: str = "ss12000-api") -> dict[str, Any]:  # noqa: A002
    """An entry of `requested_access`."""
    return {"type": type, "locations": list(locations)}
