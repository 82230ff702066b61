"""Tokens of an authorisation server: each thing that may be wrong with one is refused, and says what it was."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from joserfc import jws
from joserfc.jwk import ECKey, OctKey, RSAKey
from tests.trust.issuing import AUDIENCE, ISSUER, LOCATION, NOW, ORGANISATION, Server, access, claims

from kateder.protocols.dnp import tokens
from kateder.protocols.dnp.tokens import Expected, TokenRefused, UnknownKey

EXPECTED = Expected(
    issuer=ISSUER, audiences=frozenset({AUDIENCE, LOCATION}), organization_id=ORGANISATION, location=LOCATION
)
HOUR = timedelta(hours=1)
SERVER = Server()


def refusal(token: str, *, keys: list[dict[str, Any]] | None = None) -> str:
    with pytest.raises(TokenRefused) as refused:
        tokens.verify(token, keys=[SERVER.public] if keys is None else keys, expected=EXPECTED, now=NOW)
    return refused.value.code


def encoded(value: object) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"aud": ["somebody", AUDIENCE]},
        {"requested_access": [access("https://elsewhere.example"), access("https://x.example", LOCATION)]},
        {"exp": NOW.timestamp() + 1},
        {"nbf": NOW.timestamp() + 20},
    ],
)
def test_right_token_is_taken_until_it_expires(changed: dict[str, Any]) -> None:
    token = SERVER.token(**changed)
    until = tokens.verify(token, keys=[Server("k0").public, SERVER.public], expected=EXPECTED, now=NOW)
    assert until.timestamp() == changed.get("exp", (NOW + HOUR).timestamp())


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        ("expired", {"exp": NOW.timestamp()}),
        ("expired", {"exp": NOW.timestamp() - 3600}),
        ("no_exp", {"exp": None}),
        ("no_exp", {"exp": "tomorrow"}),
        ("no_exp", {"exp": True}),
        ("no_exp", {"exp": 1e300}),
        ("no_exp", {"exp": float("nan")}),
        ("no_nbf", {"nbf": None}),
        ("not_yet_valid", {"nbf": NOW.timestamp() + 120}),
        ("wrong_issuer", {"iss": "https://auth.example"}),
        ("wrong_issuer", {"iss": None}),
        ("wrong_audience", {"aud": None}),
        ("wrong_audience", {"aud": "Nutid"}),
        ("wrong_audience", {"aud": []}),
        ("wrong_audience", {"aud": {"nutid": 1}}),
        ("wrong_organisation", {"organization_id": None}),
        ("wrong_organisation", {"organization_id": "SE2021004186"}),
        ("wrong_organisation", {"organization_id": ORGANISATION.lower()}),
        ("wrong_organisation", {"organization_id": [ORGANISATION]}),
    ],
)
def test_claim_that_is_wrong_or_missing_is_refused(code: str, changed: dict[str, Any]) -> None:
    assert refusal(SERVER.token(**changed)) == code


@pytest.mark.parametrize(
    "requested",
    [
        None,
        [],
        "ss12000-api",
        {"type": "ss12000-api", "locations": [LOCATION]},
        [access()],
        [access(LOCATION + "/")],
        [access(LOCATION.removesuffix("/v2.0"))],
        [access(LOCATION.upper())],
        [access(LOCATION.replace("https", "http"))],
        [access(LOCATION + "?x")],
        [access("https://data.bjorkviken.example.evil.example/ss12000/v2.0")],
        [{"type": "ss12000-api", "locations": LOCATION + "/persons"}],
        [{"type": "ss12000-api", "locations": LOCATION}],
        [access(LOCATION, type="provisioning-api")],
        [access(LOCATION, type="ss12000-client")],
        [access("https://elsewhere.example"), access(LOCATION, type="provisioning-api")],
        [{"locations": [LOCATION]}],
        ["ss12000-api", LOCATION],
    ],
)
def test_token_for_another_address_or_purpose_is_misdirected(requested: object) -> None:
    assert refusal(SERVER.token(requested_access=requested)) == "wrong_location"


def test_location_is_compared_to_the_letter_also_when_ours_ends_with_a_slash() -> None:
    expected = Expected(
        issuer=ISSUER, audiences=EXPECTED.audiences, organization_id=ORGANISATION, location=LOCATION + "/"
    )
    with pytest.raises(TokenRefused, match="wrong_location"):
        tokens.verify(SERVER.token(), keys=[SERVER.public], expected=expected, now=NOW)


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "", None, 0])
@pytest.mark.parametrize("signature", ["", "AAAA"])
def test_unsigned_token_is_refused(algorithm: object, signature: str) -> None:
    header = {"alg": algorithm, "kid": SERVER.kid}
    assert refusal(f"{encoded(header)}.{encoded(claims())}.{signature}") in {"wrong_algorithm", "malformed"}


@pytest.mark.parametrize("secret", ["pem", "jwk", "x"])
def test_public_key_is_not_taken_for_a_shared_secret(secret: str) -> None:
    shared = {
        "pem": SERVER.key.as_pem(private=False),
        "jwk": json.dumps(SERVER.public).encode(),
        "x": SERVER.public["x"].encode(),
    }[secret]
    signed = f"{encoded({'alg': 'HS256', 'kid': SERVER.kid})}.{encoded(claims())}"
    signature = hmac.new(shared, signed.encode(), hashlib.sha256).digest()
    assert refusal(f"{signed}.{encoded(signature)}") == "wrong_algorithm"


@pytest.mark.parametrize(
    ("algorithm", "key"),
    [
        ("RS256", RSAKey.generate_key(2048)),
        ("ES384", ECKey.generate_key("P-384")),
        ("HS256", OctKey.generate_key(256)),
    ],
)
def test_no_other_algorithm_is_taken_even_with_a_published_key(algorithm: str, key: Any) -> None:
    token = jws.serialize_compact(
        {"alg": algorithm, "kid": "other"}, json.dumps(claims()).encode(), key, algorithms=[algorithm]
    )
    published = {**key.as_dict(private=False), "kid": "other"}
    assert refusal(token, keys=[SERVER.public, published]) == "wrong_algorithm"
    assert tokens.usable([published]) == []


def test_token_of_a_key_that_is_not_published_is_refused_as_such() -> None:
    foreign = Server("k2")
    with pytest.raises(UnknownKey):
        tokens.verify(foreign.token(), keys=[SERVER.public], expected=EXPECTED, now=NOW)


def test_token_signed_by_a_stranger_under_a_known_key_id_is_refused() -> None:
    assert refusal(Server(SERVER.kid).token()) == "bad_signature"


@pytest.mark.parametrize("kid", [None, "", 1, ["k1"]])
def test_token_without_a_key_id_is_refused(kid: object) -> None:
    header = {"alg": "ES256"} if kid is None else {"alg": "ES256", "kid": kid}
    assert refusal(f"{encoded(header)}.{encoded(claims())}.{encoded(b'x' * 64)}") in {"no_key_id", "malformed"}


def test_key_that_the_token_itself_brings_along_is_not_looked_at() -> None:
    thief = Server()
    assert refusal(thief.token(header={"jwk": thief.public})) == "bad_signature"


def test_extension_that_must_be_understood_is_refused() -> None:
    assert refusal(SERVER.token(header={"crit": ["kid"]})) == "unknown_extension"


def test_header_that_nobody_need_understand_does_no_harm() -> None:
    header = {"alg": "ES256", "kid": SERVER.kid, "x-made-up": 1}
    signed = f"{encoded(header)}.{encoded(claims())}"
    signature = SERVER.key.private_key.sign(signed.encode(), ec.ECDSA(hashes.SHA256()))  # type: ignore[union-attr]
    r, s = decode_dss_signature(signature)
    token = f"{signed}.{encoded(r.to_bytes(32) + s.to_bytes(32))}"
    assert tokens.verify(token, keys=[SERVER.public], expected=EXPECTED, now=NOW)


def test_changed_claim_breaks_the_signature() -> None:
    head, _body, signature = SERVER.token().split(".")
    assert refusal(f"{head}.{encoded({**claims(), 'organization_id': 'SE1'})}.{signature}") == "bad_signature"


@pytest.mark.parametrize(
    "token",
    [
        "",
        "..",
        "a.b",
        "a.b.c",
        "é.é.é",
        "x" * 9000,
        f"{encoded({'alg': 'ES256', 'kid': 'k1'})}..",
        f"{encoded([1])}.{encoded(claims())}.AAAA",
        f"{encoded(b'[' * 3000)}.{encoded(claims())}.AAAA",
    ],
)
def test_what_is_no_token_is_refused_without_a_fuss(token: str) -> None:
    assert refusal(token) in {"malformed", "bad_signature", "wrong_algorithm"}
    with pytest.raises(TokenRefused):
        tokens.issuer_of(token)


@pytest.mark.parametrize("payload", [b"[1]", b"[" * 3000, b"\xff", b"null"])
def test_signed_body_that_is_no_object_is_refused(payload: bytes) -> None:
    token = jws.serialize_compact({"alg": "ES256", "kid": SERVER.kid}, payload, SERVER.key)
    assert refusal(token) in {"malformed", "bad_signature"}
    with pytest.raises(TokenRefused):
        tokens.issuer_of(token)


def test_only_signing_keys_on_the_right_curve_are_kept_and_only_their_public_half() -> None:
    good = SERVER.public
    odd: list[object] = [
        {**good, "use": "enc"},
        {**good, "alg": "ES512"},
        {**good, "x": good["y"]},
        {name: value for name, value in good.items() if name != "y"},
        {**good, "kid": None},
        {**ECKey.generate_key("P-521").as_dict(private=False), "kid": "p521"},
        "key",
        None,
    ]
    private = {**SERVER.key.as_dict(private=True), "kid": "with-private-half"}
    kept = tokens.usable([*odd, good, private])
    assert [key["kid"] for key in kept] == ["k1", "with-private-half"]
    assert all("d" not in key for key in kept)
