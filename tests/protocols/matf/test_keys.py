"""The keys of a federation are pinned by somebody who has compared their thumbprints."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from joserfc.jwk import ECKey, OctKey
from tests.protocols.matf.federating import Signer

from kateder.protocols.matf.keys import of_jwks, read_keys
from kateder.protocols.matf.refusals import BadKeys

OF_RFC_7638 = {
    "kty": "RSA", "e": "AQAB", "alg": "RS256", "kid": "2011-04-29",
    "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjB"
         "ZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8"
         "KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_"
         "xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",
}  # fmt: skip


def test_thumbprint_is_that_of_rfc_7638() -> None:
    (key,) = of_jwks([{**OF_RFC_7638, "alg": "PS256"}])
    assert key.thumbprint == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"


def test_set_and_single_key_are_read_and_kept_as_they_are() -> None:
    signer = Signer()
    (of_set,), (single,) = read_keys(json.dumps({"keys": [signer.jwk]})), read_keys(json.dumps(signer.jwk))
    assert of_set == single
    assert of_jwks([of_set.jwk]) == (of_set,)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"kid": ""}, "no_kid"),
        ({"alg": "none"}, "not_for_signatures"),
        ({"alg": "ES384"}, "not_for_signatures"),
        ({"crv": "P-384"}, "not_a_key"),
        ({"use": "enc"}, "not_for_signatures"),
        ({"x": "AAAA"}, "not_a_key"),
        ({"x": None}, "not_a_key"),
    ],
)
def test_key_that_cannot_have_signed_is_refused(changes: Mapping[str, Any], code: str) -> None:
    with pytest.raises(BadKeys) as refused:
        of_jwks([{**Signer().jwk, **changes}])
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("jwk", "code"),
    [
        (OF_RFC_7638, "not_for_signatures"),
        ({**OctKey.generate_key().as_dict(private=True), "kid": "s"}, "not_for_signatures"),
        ({**ECKey.generate_key("secp256k1").as_dict(private=False), "kid": "s"}, "not_for_signatures"),
        ({"kty": "RSA", "kid": "s", "e": "AQAB", "n": OF_RFC_7638["n"][:171]}, "weak_key"),
        ("text", "not_a_key"),
    ],
)
def test_other_kinds_of_keys_are_refused(jwk: object, code: str) -> None:
    with pytest.raises(BadKeys) as refused:
        of_jwks([jwk])
    assert refused.value.code == code


def test_private_key_is_refused() -> None:
    with pytest.raises(BadKeys, match="private_key"):
        of_jwks([{**Signer().key.as_dict(private=True), "kid": "s"}])


def test_name_that_two_keys_have_is_refused() -> None:
    with pytest.raises(BadKeys, match="kid_twice"):
        of_jwks([Signer().jwk, Signer().jwk])


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"keys": []}', '{"keys": {}}'])
def test_what_is_no_key_set_is_refused(text: str) -> None:
    with pytest.raises(BadKeys):
        read_keys(text)
