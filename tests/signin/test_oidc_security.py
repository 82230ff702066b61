"""Attacks on the provider (RFC 9700, OpenID Connect Core): each is refused."""

from __future__ import annotations

import base64
import json
import threading
import time
from datetime import timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.core import checks
from django.db import connections
from django.test import Client
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError
from joserfc.jwk import OctKey, RSAKey

from kateder.core import clock
from kateder.core.actors import Actor
from kateder.core.models import AuditEvent, Authority
from kateder.core.tenancy import within
from kateder.signin.models import AccessToken, Application, Grant, IDToken, RefreshToken, SigningKey
from kateder.signin.oidc import clients, keys, validator
from tests.cast import TODAY, Cast
from tests.signin.browsers import browser
from tests.signin.relying_party import RelyingParty, answered, signed_in
from tests.signin.stage import CALLBACK, Stage, make_stage


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kateder.core.clock.today", lambda: TODAY)


@pytest.fixture
def stage(cast: Cast) -> Stage:
    return make_stage(cast)


@pytest.fixture
def party(stage: Stage) -> RelyingParty:
    return RelyingParty(stage.cast.authority, stage.client, CALLBACK)


@pytest.fixture
def elsa(cast: Cast) -> Client:
    return signed_in(cast.authority, cast.users["elsa"])


def refused(response: Any, *, error: str = "invalid_grant", status: int = 400) -> bool:
    """Whether the token endpoint refused with this error."""
    return (response.status_code, response.json()["error"]) == (status, error)


def test_toolkit_finds_nothing_against_rfc_9700_in_our_settings() -> None:
    found = checks.run_checks(include_deployment_checks=True)
    assert [message for message in found if str(message.id).startswith("oauth2_provider")] == []


def test_toolkit_owns_no_table(owner: psycopg.Connection[tuple[object, ...]]) -> None:
    assert owner.execute("SELECT tablename FROM pg_tables WHERE tablename LIKE 'oauth2%'").fetchall() == []


# Where answers go


@pytest.mark.parametrize(
    "address",
    [
        f"{CALLBACK}/", f"{CALLBACK}?a=1", f"{CALLBACK}#", f"{CALLBACK}/../callback", f"{CALLBACK}%2f",
        "https://LARLUND.example/callback", "https://larlund.example:443/callback", "http://larlund.example/callback",
        "https://larlund.example@evil.example/callback", "https://evil.example/callback", "//larlund.example/callback",
        "https://larlund.example.evil.example/callback", "javascript:alert(1)", "", None,
    ],
)  # fmt: skip
def test_answer_goes_to_the_registered_address_letter_by_letter_or_nowhere(
    party: RelyingParty, elsa: Client, address: str | None
) -> None:
    for extra in ({}, {"prompt": "none"}, {"response_type": "token"}):
        response = party.ask(elsa, redirect_uri=address, **extra)
        assert response.status_code == 400
        assert "Location" not in response


def test_port_of_a_loopback_address_is_not_free_to_choose(cast: Cast, elsa: Client) -> None:
    local = make_stage(cast, callback="http://127.0.0.1:8100/callback", slug="lokal")
    party = RelyingParty(cast.authority, local.client, "http://127.0.0.1:8101/callback")
    assert party.ask(elsa).status_code == 400


def test_address_that_is_given_twice_is_refused(party: RelyingParty, elsa: Client) -> None:
    response = elsa.get(
        f"/oidc/authorize?client_id={party.credentials.client_id}&redirect_uri={CALLBACK}"
        "&redirect_uri=https://evil.example/&response_type=code&scope=openid"
    )
    assert response.status_code == 400
    assert "Location" not in response


def test_unknown_client_is_sent_nowhere(party: RelyingParty, elsa: Client) -> None:
    for name in ("nobody", "", None, "a\x00b"):
        assert party.ask(elsa, client_id=name).status_code == 400


def test_address_of_another_client_is_refused(cast: Cast, stage: Stage, elsa: Client) -> None:
    other = make_stage(cast, callback="https://annan.example/callback", slug="annan")
    assert RelyingParty(cast.authority, other.client, CALLBACK).ask(elsa).status_code == 400


@pytest.mark.parametrize(
    "address", ["http://larlund.example/cb", "https://larlund.example/cb#", "https://a@larlund.example/", "larlund"]
)
def test_address_that_could_never_be_safe_is_not_registered(stage: Stage, address: str) -> None:
    with within(stage.cast.authority.id), pytest.raises(clients.AddressNotAllowed):
        clients.register_client(stage.service.id, name="x", redirect_uris=[address], actor=Actor.system("test"))


def test_every_answer_says_who_answers(party: RelyingParty, elsa: Client) -> None:
    for changes in ({}, {"scope": "profile"}, {"response_type": "token"}, {"code_challenge": None}):
        assert answered(party.ask(elsa, **changes))["iss"] == party.issuer


def test_state_and_nonce_come_back_as_they_were_sent(party: RelyingParty, elsa: Client) -> None:
    party.state = party.nonce = "å &=#/%20\"'<"
    assert party.who(elsa)["nonce"] == party.nonce


# Flows that are not there


@pytest.mark.parametrize("kind", ["token", "id_token", "id_token token", "code id_token", "code token", "none", None])
def test_only_the_code_flow_exists(party: RelyingParty, elsa: Client, kind: str | None) -> None:
    answer = answered(party.ask(elsa, response_type=kind))
    assert answer["error"] in {"unsupported_response_type", "unauthorized_client", "invalid_request"}
    assert "access_token" not in str(answer)
    assert "id_token" not in answer


@pytest.mark.parametrize("mode", ["fragment", "form_post", "web_message"])
def test_codes_travel_in_the_query_only(party: RelyingParty, elsa: Client, mode: str) -> None:
    answer = answered(party.ask(elsa, response_mode=mode))
    assert answer["error"] == "invalid_request"
    assert "code" not in answer


@pytest.mark.parametrize("name", ["request", "request_uri"])
def test_request_objects_are_refused_and_never_fetched(party: RelyingParty, elsa: Client, name: str) -> None:
    assert answered(party.ask(elsa, **{name: "https://evil.example/r"}))["error"] == f"{name}_not_supported"


@pytest.mark.parametrize("scope", [None, "", "profile", "openid admin"])
def test_request_without_openid_or_with_an_unknown_scope_is_refused(
    party: RelyingParty, elsa: Client, scope: str | None
) -> None:
    assert answered(party.ask(elsa, scope=scope))["error"] in {"invalid_scope", "invalid_request"}


@pytest.mark.parametrize(
    "kind",
    ["password", "client_credentials", "refresh_token", "implicit", "urn:ietf:params:oauth:grant-type:device_code",
     "urn:ietf:params:oauth:grant-type:jwt-bearer", "", None],
)  # fmt: skip
def test_no_other_grant_gives_tokens(party: RelyingParty, elsa: Client, kind: str | None) -> None:
    response = party.exchange(
        party.code(elsa), grant_type=kind, username="elsa", password="x", refresh_token="x", device_code="x"
    )
    assert response.status_code in {400, 401}
    assert "access_token" not in response.json()


def test_no_refresh_token_is_ever_given(cast: Cast, party: RelyingParty, elsa: Client) -> None:
    assert "refresh_token" not in party.tokens(elsa)
    assert "refresh_token" not in party.tokens(elsa, scope="openid profile email")
    with within(cast.authority.id):
        assert not RefreshToken.objects.exists()


@pytest.mark.parametrize(
    "path",
    ["introspect", "revoke_token", "revoke", "device-authorization", "device", "register", "logout", "applications",
     "authorized_tokens"],
)  # fmt: skip
@pytest.mark.parametrize("root", ["/oidc", "/o", ""])
def test_endpoints_beyond_the_five_are_not_mounted(elsa: Client, root: str, path: str) -> None:
    for address in (f"{root}/{path}", f"{root}/{path}/"):
        assert elsa.get(address).status_code == 404
        assert elsa.post(address).status_code in {403, 404}


# PKCE


@pytest.mark.parametrize(
    "changes",
    [
        {"code_challenge": None}, {"code_challenge_method": "plain"}, {"code_challenge_method": None},
        {"code_challenge_method": "s256"}, {"code_challenge": ""},
        {"code_challenge": None, "code_challenge_method": None},
    ],
)  # fmt: skip
def test_code_without_an_s256_challenge_is_not_given(
    party: RelyingParty, elsa: Client, changes: dict[str, str | None]
) -> None:
    answer = answered(party.ask(elsa, **changes))
    assert answer["error"] == "invalid_request"
    assert "code" not in answer


@pytest.mark.parametrize("verifier", [None, "", "x" * 64, "the challenge itself"])
def test_code_without_its_verifier_is_worth_nothing(party: RelyingParty, elsa: Client, verifier: str | None) -> None:
    code = party.code(elsa)
    given = party.challenge if verifier == "the challenge itself" else verifier
    assert party.exchange(code, code_verifier=given).status_code == 400


# Claims


@pytest.mark.parametrize("leak", [{"email": "elsa@bjorkviken.example"}, {"name": "Elsa Åberg"}, {"birthdate": "2015"}])
def test_claim_that_the_allow_list_does_not_know_stops_the_whole_answer(
    cast: Cast, party: RelyingParty, elsa: Client, monkeypatch: pytest.MonkeyPatch, leak: dict[str, str]
) -> None:
    code, access_token = party.code(elsa), party.tokens(elsa)["access_token"]
    monkeypatch.setattr(validator, "claims", lambda fields, *, subject: {"sub": str(subject), **leak})
    assert refused(party.exchange(code))
    assert party.userinfo(access_token).status_code == 401
    with within(cast.authority.id):
        event = AuditEvent.objects.filter(event="claims.stopped")[0]
    assert next(iter(leak)) in str(event.details["paths"])
    assert "lsa" not in str(event.details)


def test_subject_of_somebody_else_is_stopped(cast: Cast, party: RelyingParty, elsa: Client, stage: Stage) -> None:
    access_token = party.tokens(elsa)["access_token"]
    with within(cast.authority.id):
        IDToken.objects.update(subject=uuid4())
    assert party.userinfo(access_token).status_code == 401


# Codes


def test_code_is_good_once_and_a_second_showing_takes_back_what_the_first_gave(
    party: RelyingParty, elsa: Client
) -> None:
    code = party.code(elsa)
    access_token = party.exchange(code).json()["access_token"]
    assert party.userinfo(access_token).status_code == 200
    assert refused(party.exchange(code))
    assert party.userinfo(access_token).status_code == 401


def test_of_two_showings_at_once_one_is_refused(party: RelyingParty, elsa: Client) -> None:
    code, start, statuses = party.code(elsa), threading.Barrier(4), []

    def show() -> None:
        start.wait()
        statuses.append(party.exchange(code).status_code)
        connections.close_all()

    threads = [threading.Thread(target=show) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200, 400, 400, 400]


def test_code_is_bound_to_its_client(cast: Cast, party: RelyingParty, elsa: Client) -> None:
    thief = make_stage(cast, slug="tjuv")
    code = party.code(elsa)
    stolen = party.exchange(code, name=thief.client.client_id, secret=thief.client.client_secret)
    assert refused(stolen)


def test_code_is_bound_to_its_address(cast: Cast, stage: Stage, party: RelyingParty, elsa: Client) -> None:
    with within(cast.authority.id):
        Application.objects.update(redirect_uris=f"{CALLBACK} https://larlund.example/other")
    for address in ("https://larlund.example/other", None, ""):
        assert party.exchange(party.code(elsa), redirect_uri=address).status_code == 400


def test_code_is_good_for_a_minute(cast: Cast, party: RelyingParty, elsa: Client) -> None:
    code = party.code(elsa)
    with within(cast.authority.id):
        left = Grant.objects.get().expires - clock.now()
        assert timedelta(seconds=50) < left <= timedelta(seconds=60)
        Grant.objects.update(expires=clock.now())
    assert refused(party.exchange(code))


def test_code_of_one_authority_is_nothing_at_another(
    cast: Cast, neighbours: Cast, party: RelyingParty, elsa: Client
) -> None:
    there = make_stage(neighbours)
    code = party.code(elsa)
    assert refused(RelyingParty(neighbours.authority, there.client, CALLBACK, party.verifier).exchange(code))


def test_client_of_one_authority_is_unknown_at_another(
    party: RelyingParty, other_authority: Authority, neighbours: Cast
) -> None:
    away = RelyingParty(other_authority, party.credentials, CALLBACK)
    assert away.ask(signed_in(other_authority, neighbours.users["elsa"])).status_code == 400
    assert refused(away.exchange("code"), error="invalid_client", status=401)


# Clients


@pytest.mark.parametrize("secret", ["", "wrong", "0" * 64])
def test_client_must_show_its_secret(party: RelyingParty, elsa: Client, secret: str) -> None:
    assert refused(party.exchange(party.code(elsa), secret=secret), error="invalid_client", status=401)


def test_kept_digest_is_not_a_secret(cast: Cast, party: RelyingParty, elsa: Client) -> None:
    with within(cast.authority.id):
        kept = Application.objects.get().client_secret
    assert party.credentials.client_secret not in kept
    assert refused(party.exchange(party.code(elsa), secret=kept), error="invalid_client", status=401)


def test_client_id_alone_is_not_enough(party: RelyingParty, elsa: Client) -> None:
    form = {
        "grant_type": "authorization_code", "code": party.code(elsa), "redirect_uri": CALLBACK,
        "code_verifier": party.verifier, "client_id": party.credentials.client_id,
    }  # fmt: skip
    assert refused(browser(party.authority).post("/oidc/token", form), error="invalid_client", status=401)
    assertion = {"client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                 "client_assertion": "e30.e30."}  # fmt: skip
    assert refused(browser(party.authority).post("/oidc/token", form | assertion), error="invalid_client", status=401)


def test_secret_in_the_address_is_refused(party: RelyingParty, elsa: Client) -> None:
    query = f"client_id={party.credentials.client_id}&client_secret={party.credentials.client_secret}"
    form = {"grant_type": "authorization_code", "code": party.code(elsa), "redirect_uri": CALLBACK}
    assert browser(party.authority).post(f"/oidc/token?{query}", form).status_code in {400, 401}


def test_replaced_secret_is_worth_nothing(cast: Cast, party: RelyingParty, elsa: Client) -> None:
    with within(cast.authority.id):
        fresh = clients.new_secret(party.credentials.client_id, actor=Actor.system("test"))
    assert refused(party.exchange(party.code(elsa)), error="invalid_client", status=401)
    assert party.exchange(party.code(elsa), secret=fresh.client_secret).status_code == 200


def test_token_endpoint_takes_post_only(party: RelyingParty) -> None:
    assert browser(party.authority).get("/oidc/token").status_code == 405


# Access tokens


def test_token_of_one_authority_is_nothing_at_another(
    party: RelyingParty, elsa: Client, other_authority: Authority
) -> None:
    access_token = party.tokens(elsa)["access_token"]
    assert RelyingParty(other_authority, party.credentials, CALLBACK).userinfo(access_token).status_code == 401


def test_token_in_the_address_is_not_looked_at(party: RelyingParty, elsa: Client) -> None:
    access_token = party.tokens(elsa)["access_token"]
    assert party.userinfo("", access_token=access_token).status_code == 401


def test_id_token_does_not_open_userinfo(party: RelyingParty, elsa: Client) -> None:
    assert party.userinfo(party.tokens(elsa)["id_token"]).status_code == 401


def test_expired_token_is_refused_with_a_challenge(cast: Cast, party: RelyingParty, elsa: Client) -> None:
    access_token = party.tokens(elsa)["access_token"]
    with within(cast.authority.id):
        AccessToken.objects.update(expires=clock.now())
    response = party.userinfo(access_token)
    assert response.status_code == 401
    assert response["WWW-Authenticate"].startswith("Bearer")


def test_copied_table_of_tokens_opens_nothing(cast: Cast, party: RelyingParty, elsa: Client) -> None:
    access_token = party.tokens(elsa)["access_token"]
    with within(cast.authority.id):
        assert access_token not in str(list(AccessToken.objects.values_list()))


def test_answers_with_tokens_are_not_kept_by_caches(party: RelyingParty, elsa: Client) -> None:
    response = party.exchange(party.code(elsa))
    assert "no-store" in response["Cache-Control"]
    assert "no-store" in party.userinfo(response.json()["access_token"])["Cache-Control"]
    assert "no-store" in party.ask(elsa)["Cache-Control"]


# Identity tokens and keys


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
