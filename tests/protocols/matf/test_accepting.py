"""Metadata is accepted in one order, and only by keys that were pinned here (RFC 9932 §5)."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from joserfc.util import urlsafe_b64encode
from tests.protocols.matf.federating import (
    ISSUER,
    NOW,
    Signer,
    digest,
    endpoint,
    member,
    payload_of,
    signed,
    signed_as_before,
    written,
)

from kateder.protocols.matf.accepting import Accepted, Flaw, accept
from kateder.protocols.matf.keys import of_jwks
from kateder.protocols.matf.refusals import MetadataRefused

SIGNER = Signer()
MEMBERS = [
    member("https://a.example", servers=[endpoint(digest(1), base_uri="https://a.example/scim")]),
    member("https://b.example", clients=[endpoint(digest(2))]),
]


def accepted(raw: bytes, **options: Any) -> Accepted:
    return accept(raw, **{"keys": SIGNER.keys, "now": NOW, **options})


def refusal(raw: bytes, **options: Any) -> str:
    with pytest.raises(MetadataRefused) as refused:
        accepted(raw, **options)
    return refused.value.code


def with_header(header: Mapping[str, Any] | None = None, **more: Any) -> bytes:
    payload = json.dumps(payload_of(MEMBERS)).encode()
    return written(payload, SIGNER.signature(payload, {"alg": "ES256", "kid": SIGNER.kid, **(header or {}), **more}))


def test_metadata_of_the_rfc_is_accepted() -> None:
    found = accepted(signed(SIGNER, MEMBERS), issuer=ISSUER)
    assert found.dropped == ()
    assert found.metadata.issuer == ISSUER
    assert found.metadata.cache_ttl == timedelta(hours=1)
    assert found.metadata.expires_at == NOW + timedelta(days=7)
    server = found.metadata.server("https://a.example", "egilv1")
    assert server is not None
    assert (server.base_uri, server.pins) == ("https://a.example/scim", (digest(1),))


@pytest.mark.parametrize("header", [{}, {"crit": ["exp"]}, {"nbf": int(NOW.timestamp()) - 600, "crit": ["exp", "nbf"]}])
def test_metadata_of_the_older_layout_is_accepted(header: Mapping[str, Any]) -> None:
    found = accepted(signed_as_before(SIGNER, MEMBERS, header=header)).metadata
    assert set(found.entities) == {"https://a.example", "https://b.example"}
    assert found.issuer == ""


def test_alg_none_is_refused() -> None:
    payload = json.dumps(payload_of(MEMBERS)).encode()
    header = urlsafe_b64encode(json.dumps({"alg": "none", "kid": SIGNER.kid}).encode()).decode()
    assert refusal(written(payload, {"protected": header, "signature": ""})) == "algorithm"


def test_hs256_with_the_public_key_is_refused() -> None:
    payload = json.dumps(payload_of(MEMBERS)).encode()
    first = urlsafe_b64encode(json.dumps({"alg": "HS256", "kid": SIGNER.kid}).encode())
    public = SIGNER.key.as_pem(private=False)
    mac = hmac.digest(public, first + b"." + urlsafe_b64encode(payload), "sha256")
    signature = {"protected": first.decode(), "signature": urlsafe_b64encode(mac).decode()}
    assert refusal(written(payload, signature)) == "algorithm"


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ({"kid": "another"}, "unknown_key"),
        ({"kid": ""}, "no_kid"),
        ({"kid": 7}, "no_kid"),
        ({"crit": ["b64"], "b64": True}, "critical"),
        ({"crit": ["colour"], "colour": 1}, "critical"),
        ({"crit": []}, "critical"),
        ({"crit": "exp", "exp": 1}, "critical"),
        ({"crit": ["exp"]}, "critical"),
        ({"crit": ["exp", "exp"], "exp": 1}, "critical"),
    ],
)
def test_header_that_is_not_understood_is_refused(header: Mapping[str, Any], code: str) -> None:
    assert refusal(with_header(header)) == code


def test_signature_that_names_no_key_is_refused() -> None:
    payload = json.dumps(payload_of(MEMBERS)).encode()
    assert refusal(written(payload, SIGNER.signature(payload, {"alg": "ES256"}))) == "no_kid"


def test_key_of_another_kind_than_the_algorithm_is_refused() -> None:
    other = Signer(kid=SIGNER.kid, curve="P-384").jwk | {"alg": "ES384"}
    assert refusal(with_header(), keys=of_jwks([other])) == "unknown_key"


def test_signature_of_another_payload_is_refused() -> None:
    other = json.dumps(payload_of([])).encode()
    payload = json.dumps(payload_of(MEMBERS)).encode()
    assert refusal(written(payload, SIGNER.signature(other))) == "bad_signature"


def test_one_good_signature_among_bad_ones_is_enough() -> None:
    payload = json.dumps(payload_of(MEMBERS)).encode()
    stranger, good = Signer(kid="another"), SIGNER.signature(payload)
    bad = {**good, "signature": Signer().signature(payload)["signature"]}
    for signatures in ([good, bad], [bad, good], [stranger.signature(payload), good, {"nonsense": 1}, 7]):
        assert accepted(written(payload, *signatures)).metadata.entities  # type: ignore[arg-type]
    assert refusal(written(payload, stranger.signature(payload), bad)) == "bad_signature"
    assert refusal(written(payload)) == "no_signature"


def test_keys_in_the_document_are_never_used() -> None:
    stranger = Signer(kid=SIGNER.kid)
    payload = json.dumps(payload_of(MEMBERS)).encode()
    header = {"alg": "ES256", "kid": SIGNER.kid, "jwk": stranger.key.as_dict(private=False)}
    assert refusal(written(payload, stranger.signature(payload, header))) == "bad_signature"


def test_unprotected_header_is_not_read() -> None:
    payload = json.dumps(payload_of(MEMBERS)).encode()
    one = {**SIGNER.signature(payload, {"alg": "ES256"}), "header": {"kid": SIGNER.kid}}
    assert refusal(written(payload, one)) == "no_kid"


EARLIER, LATER = int((NOW - timedelta(seconds=1)).timestamp()), int((NOW + timedelta(hours=1)).timestamp())


def test_expired_metadata_is_refused_wherever_it_says_so() -> None:
    assert refusal(signed(SIGNER, MEMBERS, exp=EARLIER)) == "expired"
    assert refusal(signed(SIGNER, MEMBERS, exp=int(NOW.timestamp()))) == "expired"
    assert refusal(signed_as_before(SIGNER, MEMBERS, header={"exp": EARLIER})) == "expired"


@pytest.mark.parametrize("name", ["iat", "exp", "iss"])
def test_payload_and_header_that_disagree_are_refused(name: str) -> None:
    same = payload_of([])[name]
    assert accepted(with_header({name: same})).metadata.entities
    other = "https://other.example" if name == "iss" else same + 1
    assert refusal(with_header({name: other})) == "disagreeing"


@pytest.mark.parametrize("left_out", ["iat", "exp"])
def test_metadata_without_dates_is_refused(left_out: str) -> None:
    assert refusal(signed(SIGNER, MEMBERS, **{left_out: None})) == "no_dates"


@pytest.mark.parametrize("wrong", ["2026-09-01", True, [], float("nan"), 1e300])
def test_dates_that_are_none_are_refused(wrong: object) -> None:
    assert refusal(signed(SIGNER, MEMBERS, exp=wrong)) == "dates"


def test_metadata_from_the_future_is_refused_beyond_the_skew() -> None:
    def issued(minutes: int) -> bytes:
        return signed(SIGNER, MEMBERS, iat=int((NOW + timedelta(minutes=minutes)).timestamp()))

    assert accepted(issued(4)).metadata.entities
    assert refusal(issued(6)) == "from_the_future"
    assert refusal(signed_as_before(SIGNER, MEMBERS, header={"nbf": LATER})) == "from_the_future"


@pytest.mark.parametrize("said", ["https://other.example", ISSUER + "/", None])
def test_another_issuer_than_the_configured_is_refused(said: str | None) -> None:
    assert refusal(signed(SIGNER, MEMBERS, iss=said), issuer=ISSUER) == "wrong_issuer"


def test_issuer_is_not_asked_for_where_none_is_configured() -> None:
    assert accepted(signed(SIGNER, MEMBERS, iss="https://other.example")).metadata.issuer == "https://other.example"


def test_older_metadata_than_the_last_accepted_is_refused() -> None:
    raw = signed(SIGNER, MEMBERS)
    newest = accepted(raw).metadata.issued_at
    assert accepted(raw, newest=newest).metadata.entities
    assert refusal(raw, newest=newest + timedelta(seconds=1)) == "rollback"


def test_older_signature_of_the_same_payload_does_not_bring_back_older_dates() -> None:
    payload = json.dumps(payload_of(MEMBERS, iat=None, exp=None, iss=None)).encode()
    old, new = (
        SIGNER.signature(payload, {"alg": "ES256", "kid": SIGNER.kid, "iat": EARLIER - age, "exp": LATER})
        for age in (3600, 0)
    )
    newest = NOW - timedelta(seconds=1)
    assert accepted(written(payload, old, new), newest=newest).metadata.issued_at == newest
    assert refusal(written(payload, old), newest=newest) == "rollback"


def test_bad_entity_is_left_out_and_the_others_stay() -> None:
    bad = [
        member("https://c.example", clients=[{"pins": [{"alg": "md5", "digest": digest(3)}]}]),
        {"entity_id": "https://d.example"},
        "not an entity",
    ]
    found = accepted(signed(SIGNER, [*MEMBERS, *bad]))
    assert set(found.metadata.entities) == {"https://a.example", "https://b.example"}
    named = [(one.flaw, one.entity_id) for one in found.dropped]
    assert named == [(Flaw.BAD_ENTITY, name) for name in ("https://c.example", "https://d.example", "#4")]


def test_unknown_members_are_allowed() -> None:
    entity = member("https://c.example", colour="blue", clients=[endpoint(digest(3), shape="round")])
    found = accepted(signed(SIGNER, [entity], more={"than": "that"}))
    assert found.metadata.entities["https://c.example"].clients


def test_draft_is_the_fallback_and_older_pins_are_read() -> None:
    entity = member("https://c.example", clients=[{"pins": [{"name": "sha256", "value": digest(3)}]}])
    found = accepted(signed(SIGNER, [{**entity, "issuers": []}]))
    assert found.metadata.entities["https://c.example"].follows_draft
    assert found.metadata.caller(digest(3)) is not None


def test_server_without_a_pin_or_without_https_is_left_out() -> None:
    servers = [
        endpoint(base_uri="https://c.example"),
        endpoint(digest(3), base_uri="http://c.example"),
        endpoint(digest(4)),
        endpoint(digest(5), base_uri="https://user@c.example"),
        endpoint(digest(6), base_uri="https://c.example/right"),
    ]
    found = accepted(signed(SIGNER, [member("https://c.example", servers=servers)]))
    assert [one.base_uri for one in found.metadata.entities["https://c.example"].servers] == ["https://c.example/right"]
    assert [one.flaw for one in found.dropped] == [Flaw.NO_PIN, *([Flaw.NOT_HTTPS] * 3)]


def test_entity_id_that_two_have_is_neither() -> None:
    found = accepted(signed(SIGNER, [*MEMBERS, member("https://a.example")]))
    assert set(found.metadata.entities) == {"https://b.example"}
    assert [(one.flaw, one.entity_id) for one in found.dropped] == [(Flaw.ENTITY_TWICE, "https://a.example")]


def test_client_pin_that_two_entities_claim_is_dropped_for_both() -> None:
    thief = member("https://c.example", clients=[endpoint(digest(2), digest(3))])
    found = accepted(signed(SIGNER, [*MEMBERS, thief]))
    assert found.metadata.caller(digest(2)) is None
    assert found.metadata.caller(digest(3)) is not None
    twice = [(one.flaw, one.entity_id, one.where) for one in found.dropped]
    assert twice == [(Flaw.PIN_TWICE, name, digest(2)) for name in ("https://b.example", "https://c.example")]


def test_pin_written_in_another_way_is_the_same_pin() -> None:
    """43 characters of base64 have two bits to spare: four texts decode to the same 32 bytes."""
    spelt = digest(2)[:-2] + chr(ord(digest(2)[-2]) + 1) + "="
    assert spelt != digest(2)
    thief = member("https://c.example", clients=[endpoint(spelt)])
    found = accepted(signed(SIGNER, [*MEMBERS, thief]))
    assert found.metadata.caller(digest(2)) is None
    assert len(found.dropped) == 2


def test_one_entity_may_repeat_its_own_pin() -> None:
    own = member("https://c.example", clients=[endpoint(digest(3)), endpoint(digest(3), tags=["bolv1"])])
    found = accepted(signed(SIGNER, [own]))
    caller = found.metadata.caller(digest(3))
    assert caller is not None
    assert caller.tags == {"egilv1", "bolv1"}
    assert found.dropped == ()


def test_server_pin_names_no_caller() -> None:
    assert accepted(signed(SIGNER, MEMBERS)).metadata.caller(digest(1)) is None


def test_right_pin_is_another_entitys_under_another_name() -> None:
    caller = accepted(signed(SIGNER, MEMBERS)).metadata.caller(digest(2))
    assert caller is not None
    assert caller.entity.entity_id == "https://b.example"


@pytest.mark.parametrize(
    ("entity_id", "tag"),
    [("https://a.example/", "egilv1"), ("HTTPS://A.example", "egilv1"), ("https://a.example", "bolv1")],
)
def test_server_is_chosen_to_the_letter(entity_id: str, tag: str) -> None:
    assert accepted(signed(SIGNER, MEMBERS)).metadata.server(entity_id, tag) is None


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"{", b"[]", b"7", b'{"payload": 1, "signatures": []}', b'{"payload": "e30", "signatures": {}}',
        b"[" * 100_000, b'{"payload": "e30", "payload": "e30", "signatures": []}',
    ],
)  # fmt: skip
def test_what_is_no_jws_is_refused(raw: bytes) -> None:
    assert refusal(raw) == "not_a_jws"


@pytest.mark.parametrize(
    ("payload", "code"),
    [(b"[]", "not_json"), (b"{", "not_json"), (b"\xff", "not_json")],
)
def test_signed_nonsense_is_refused(payload: bytes, code: str) -> None:
    assert refusal(written(payload, SIGNER.signature(payload))) == code


@pytest.mark.parametrize("wrong", [{"version": "1"}, {"version": None}, {"entities": None}, {"cache_ttl": -1}])
def test_frame_that_follows_no_schema_is_refused(wrong: Mapping[str, Any]) -> None:
    whole = {**payload_of(MEMBERS), **wrong}
    payload = json.dumps(whole).encode()
    assert refusal(written(payload, SIGNER.signature(payload))) == "schema"
