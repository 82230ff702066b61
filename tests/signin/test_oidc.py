"""What a service learns when somebody signs in there: what governance released, and nothing else."""

from __future__ import annotations

import time
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from kateder.core.models import AuditEvent, User
from kateder.core.tenancy import within
from kateder.governance.api import Display, Field, FieldChoice, Level, ProtectedRule, subject_of
from kateder.signin.api import last_sign_in
from tests.cast import TODAY, Cast
from tests.signin.browsers import browser
from tests.signin.relying_party import RelyingParty, answered, signed_in
from tests.signin.stage import Stage, make_stage, withdraw

NAMES = [
    FieldChoice(Field.GIVEN_NAME, "tilltal", "§ 4"),
    FieldChoice(Field.FAMILY_NAME, "tilltal", "§ 4"),
    FieldChoice(Field.EMAILS, "återställning", "§ 5"),
]
TECHNICAL = {"iss", "aud", "iat", "exp", "auth_time", "nonce", "jti", "at_hash"}


def about(claims: dict[str, Any]) -> dict[str, Any]:
    """The claims that are about the person."""
    return {name: value for name, value in claims.items() if name not in TECHNICAL}


def test_subject_is_the_id_that_deliveries_carry(stage: Stage, party: RelyingParty, elsa: Client) -> None:
    told = party.who(elsa)
    with within(stage.cast.authority.id):
        assert told["sub"] == str(subject_of(stage.service.id, stage.cast["elsa"], today=TODAY))


def test_pairwise_service_learns_an_alias_and_no_name(stage: Stage, party: RelyingParty, elsa: Client) -> None:
    told = about(party.who(elsa, scope="openid profile email"))
    assert set(told) == {"sub", "role", "name", "preferred_username"}
    assert told["role"] == "pupil"
    assert told["preferred_username"] == told["sub"]
    assert "Elsa" not in str(told)
    assert "Åberg" not in str(told)


def test_scopes_open_nothing(party: RelyingParty, elsa: Client) -> None:
    assert about(party.who(elsa)) == about(party.who(elsa, scope="openid profile email"))


def test_userinfo_repeats_the_claims_of_the_token(party: RelyingParty, elsa: Client) -> None:
    tokens = party.tokens(elsa)
    assert party.userinfo(tokens["access_token"]).json() == about(party.verify(tokens["id_token"]))


def test_approved_fields_are_told(stage: Stage, party: RelyingParty, elsa: Client) -> None:
    stage.policy(Level.FIELDS, display=Display.FULL_NAME, fields=NAMES)
    told = about(party.who(elsa))
    assert told["name"] == "Elsa Åberg"
    assert (told["given_name"], told["family_name"]) == ("Elsa", "Åberg")
    assert told["email"] == "elsa.åberg@bjorkviken.example"


def test_two_services_cannot_compare_their_subjects(
    cast: Cast, stage: Stage, party: RelyingParty, elsa: Client
) -> None:
    other = make_stage(cast, callback="https://annan.example/callback", slug="annan")
    neighbour = RelyingParty(cast.authority, other.client, "https://annan.example/callback")
    assert party.who(elsa)["sub"] != neighbour.who(elsa)["sub"]


def test_neither_account_nor_root_id_is_told(cast: Cast, stage: Stage, party: RelyingParty, elsa: Client) -> None:
    for level in (Level.TRANSIENT, Level.PAIRWISE):
        stage.policy(level)
        tokens = party.tokens(elsa)
        told = str(party.verify(tokens["id_token"])) + party.userinfo(tokens["access_token"]).content.decode()
        assert str(cast["elsa"]) not in told
        assert str(cast.users["elsa"].id) not in told


def test_transient_service_meets_a_stranger_every_time(stage: Stage, party: RelyingParty, elsa: Client) -> None:
    stage.policy(Level.TRANSIENT)
    first, second = party.who(elsa), party.who(elsa)
    assert first["sub"] != second["sub"]
    assert set(about(first)) == {"sub", "role"}
    with within(stage.cast.authority.id):
        assert subject_of(stage.service.id, stage.cast["elsa"], today=TODAY) is None


def test_transient_subject_is_the_same_throughout_one_sign_in(stage: Stage, party: RelyingParty, elsa: Client) -> None:
    stage.policy(Level.TRANSIENT)
    tokens = party.tokens(elsa)
    once, again = (party.userinfo(tokens["access_token"]).json()["sub"] for _ in range(2))
    assert party.verify(tokens["id_token"])["sub"] == once == again


def test_protected_pupil_without_a_rule_is_not_told_of(stage: Stage, party: RelyingParty, cast: Cast) -> None:
    response = party.ask(signed_in(cast.authority, cast.users["sami"]))
    assert response.status_code == 403
    assert "huvudmannen" in response.content.decode().lower()


def test_protected_pupil_with_a_rule_has_an_alias_and_nothing_more(
    stage: Stage, party: RelyingParty, cast: Cast
) -> None:
    stage.policy(Level.FIELDS, display=Display.FULL_NAME, fields=NAMES, protected_rule=ProtectedRule.ALIAS)
    told = about(party.who(signed_in(cast.authority, cast.users["sami"])))
    assert set(told) == {"sub", "role", "name", "preferred_username"}
    assert "Sami" not in str(told)
    assert "Virtanen" not in str(told)


@pytest.mark.parametrize("name", ["olle", "alva"])
def test_who_has_no_licence_gets_no_code_and_the_refusal_is_audited(
    stage: Stage, party: RelyingParty, cast: Cast, name: str
) -> None:
    response = party.ask(signed_in(cast.authority, cast.users[name]))
    assert response.status_code == 403
    assert "Location" not in response
    with within(cast.authority.id):
        event = AuditEvent.objects.get(event="sign_in_at_service")
    assert (event.actor, event.details["reason"]) == (f"user:{cast.users[name].id}", "NoLicence")


def test_licence_that_ends_between_code_and_token_ends_the_sign_in(
    stage: Stage, party: RelyingParty, elsa: Client
) -> None:
    code = party.code(elsa)
    withdraw(stage)
    response = party.exchange(code)
    assert (response.status_code, response.json()["error"]) == (400, "invalid_grant")


def test_licence_that_ends_silences_userinfo(stage: Stage, party: RelyingParty, elsa: Client) -> None:
    access_token = party.tokens(elsa)["access_token"]
    withdraw(stage)
    assert party.userinfo(access_token).status_code == 401


def test_closed_account_silences_userinfo(cast: Cast, party: RelyingParty, elsa: Client) -> None:
    access_token = party.tokens(elsa)["access_token"]
    with within(cast.authority.id):
        User.objects.filter(username="elsa").update(is_active=False)
    assert party.userinfo(access_token).status_code == 401


def test_person_who_becomes_protected_is_not_told_of_from_that_moment(
    cast: Cast, party: RelyingParty, elsa: Client
) -> None:
    code, access_token = party.code(elsa), party.tokens(elsa)["access_token"]
    with within(cast.authority.id):
        person = cast.person("elsa")
        person.security_marking = "Sekretessmarkering"
        person.save()
    assert party.exchange(code).status_code == 400
    assert party.userinfo(access_token).status_code == 401


def test_time_of_sign_in_is_the_browsers_and_not_of_today(cast: Cast, party: RelyingParty) -> None:
    earlier = int(time.time()) - 3000
    assert party.who(signed_in(cast.authority, cast.users["elsa"], at=earlier))["auth_time"] == earlier


def test_person_without_a_session_signs_in_first_and_comes_back(cast: Cast, party: RelyingParty) -> None:
    response = party.ask(browser(cast.authority))
    assert response.status_code == 302
    assert response["Location"].startswith("/logga-in?next=/oidc/authorize%3F")


def test_silent_request_without_a_session_is_answered_at_the_registered_address(
    cast: Cast, party: RelyingParty
) -> None:
    answer = answered(party.ask(browser(cast.authority), prompt="none"))
    assert (answer["error"], answer["state"], answer["iss"]) == ("login_required", party.state, party.issuer)


def test_silent_request_of_one_without_licence_is_denied_there(cast: Cast, party: RelyingParty) -> None:
    answer = answered(party.ask(signed_in(cast.authority, cast.users["olle"]), prompt="none"))
    assert (answer["error"], answer["state"], answer["iss"]) == ("access_denied", party.state, party.issuer)


def test_silent_request_with_a_session_gets_its_code(party: RelyingParty, elsa: Client) -> None:
    assert party.code(elsa, prompt="none")


@pytest.mark.parametrize("wish", [{"prompt": "login"}, {"max_age": "60"}])
def test_service_may_ask_for_a_fresh_sign_in(cast: Cast, party: RelyingParty, wish: dict[str, str]) -> None:
    client = signed_in(cast.authority, cast.users["elsa"], at=int(time.time()) - 120)
    response = party.ask(client, **wish)
    assert response["Location"].startswith("/logga-in?next=")
    assert "prompt" not in response["Location"]


def test_sign_in_that_is_young_enough_is_good(party: RelyingParty, elsa: Client) -> None:
    assert party.code(elsa, max_age="60")


def test_last_sign_in_is_remembered_for_who_asks_why(stage: Stage, party: RelyingParty, elsa: Client) -> None:
    with within(stage.cast.authority.id):
        assert last_sign_in(stage.cast["elsa"], service_id=stage.service.id) is None
    party.tokens(elsa)
    with within(stage.cast.authority.id):
        assert last_sign_in(stage.cast["elsa"], service_id=stage.service.id) is not None


def test_discovery_names_what_there_is_and_no_more(party: RelyingParty, elsa: Client) -> None:
    said = elsa.get("/.well-known/openid-configuration").json()
    assert said["issuer"] == party.issuer
    assert said["response_types_supported"] == ["code"]
    assert said["grant_types_supported"] == ["authorization_code"]
    assert said["code_challenge_methods_supported"] == ["S256"]
    assert said["subject_types_supported"] == ["pairwise"]
    for name in ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri"):
        assert elsa.get(said[name].removeprefix(party.issuer)).status_code != 404


def test_subject_is_a_uuid_of_a_kind_that_old_validators_accept(party: RelyingParty, elsa: Client) -> None:
    assert UUID(party.who(elsa)["sub"]).version == 5
