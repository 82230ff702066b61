"""Asking the provider wrongly (RFC 9700, OpenID Connect Core): nobody is sent where they should not be."""

from __future__ import annotations

import psycopg
import pytest
from django.core import checks
from django.test import Client

from kateder.core.actors import Actor
from kateder.core.tenancy import within
from kateder.signin.models import RefreshToken
from kateder.signin.oidc import clients
from tests.cast import Cast
from tests.signin.relying_party import RelyingParty, answered
from tests.signin.stage import CALLBACK, Stage, make_stage


def test_toolkit_finds_nothing_against_rfc_9700_in_our_settings() -> None:
    found = checks.run_checks(include_deployment_checks=True)
    assert [message for message in found if str(message.id).startswith("oauth2_provider")] == []


def test_toolkit_owns_no_table(owner: psycopg.Connection[tuple[object, ...]]) -> None:
    assert owner.execute("SELECT tablename FROM pg_tables WHERE tablename LIKE 'oauth2%'").fetchall() == []


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
