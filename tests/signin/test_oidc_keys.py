"""Identity tokens are signed with keys that are published ahead, sealed at rest and replaced unnoticed."""

from __future__ import annotations

import base64
import json
import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError
from joserfc.jwk import OctKey, RSAKey

from kateder.core import clock
from kateder.core.models import Authority
from kateder.core.tenancy import within
from kateder.signin.models import SigningKey
from kateder.signin.oidc import keys
from tests.cast import Cast
from tests.signin.browsers import browser
from tests.signin.relying_party import RelyingParty
from tests.signin.stage import CALLBACK, Stage


def header_of(token: str) -> dict[str, Any]:
    part = token.split(".", maxsplit=1)[0]
    return dict(json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))))


def test_identity_token_is_signed_with_a_published_key_and_carries_none_of_its_own(
    party: RelyingParty, elsa: Client
) -> None:
    header = header_of(party.tokens(elsa)["id_token"])
    assert set(header) == {"alg", "typ", "kid"}
    assert header["alg"] == "RS256"
    assert header["kid"] in {key.kid for key in party.keys().keys}


def test_only_public_halves_are_published(party: RelyingParty, elsa: Client) -> None:
    published = elsa.get("/oidc/jwks").json()["keys"]
    assert [set(key) for key in published] == [{"kty", "n", "e", "kid", "use", "alg"}]


def test_private_half_is_sealed_at_rest(cast: Cast, party: RelyingParty, elsa: Client) -> None:
    party.tokens(elsa)
    with within(cast.authority.id):
        row = SigningKey.objects.get()
    assert "PRIVATE" not in base64.urlsafe_b64decode(row.sealed).decode("latin1")


def test_keys_of_two_authorities_differ(party: RelyingParty, elsa: Client, other_authority: Authority) -> None:
    token = party.tokens(elsa)["id_token"]
    away = RelyingParty(other_authority, party.credentials, CALLBACK)
    with pytest.raises(InvalidKeyIdError):
        jwt.decode(token, away.keys(), algorithms=["RS256"])


def test_new_key_is_published_before_it_signs_and_the_old_one_after(
    cast: Cast, party: RelyingParty, elsa: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = party.tokens(elsa)["id_token"]
    begun = clock.now()
    with within(cast.authority.id):
        keys.rotate(now=begun)
    assert len(party.keys().keys) == 2
    assert header_of(party.tokens(elsa)["id_token"])["kid"] == header_of(old)["kid"]
    with within(cast.authority.id):
        later = begun + keys.PUBLISHED_AHEAD
        assert keys.signing_key(now=later).thumbprint() != header_of(old)["kid"]
        names = {key["kid"] for key in keys.published_keys(now=later)["keys"]}
        assert header_of(old)["kid"] in names
        after = later + keys.PUBLISHED_AFTER
        assert header_of(old)["kid"] not in {key["kid"] for key in keys.published_keys(now=after)["keys"]}


def test_rotation_forgets_the_keys_whose_time_has_passed(cast: Cast, party: RelyingParty, elsa: Client) -> None:
    party.tokens(elsa)
    begun = clock.now()
    with within(cast.authority.id):
        for days in (0, 3, 6):
            keys.rotate(now=begun + timedelta(days=days))
        assert SigningKey.objects.count() == 2


def test_two_first_sign_ins_make_one_key(cast: Cast, stage: Stage) -> None:
    start = threading.Barrier(3)

    def first() -> None:
        start.wait()
        browser(cast.authority).get("/oidc/jwks")
        connections.close_all()

    threads = [threading.Thread(target=first) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with within(cast.authority.id):
        assert SigningKey.objects.count() == 1


@pytest.mark.parametrize("algorithm", ["none", "HS256", "RS256"])
def test_forged_hint_names_nobody(party: RelyingParty, elsa: Client, algorithm: str) -> None:
    """`id_token_hint` is the only JWT that anybody can send us; nothing is read out of it."""
    forged = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJzYW1pIn0."
    if algorithm != "none":
        published = browser(party.authority).get("/oidc/jwks").json()["keys"][0]["n"]
        header = {"alg": algorithm, "jku": "https://evil.example/jwks", "x5u": "https://evil.example/x"}
        key = RSAKey.generate_key(2048) if algorithm == "RS256" else OctKey.import_key(published)
        forged = jwt.encode(header, {"sub": "sami", "exp": int(time.time()) + 60}, key)
    assert party.who(elsa, id_token_hint=forged)["sub"] == party.who(elsa)["sub"]
