"""Codes, secrets and tokens are worth nothing in the wrong hands, at the wrong time, at the wrong place."""

from __future__ import annotations

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connections
from django.test import Client

from kateder.core import clock
from kateder.core.actors import Actor
from kateder.core.models import AuditEvent, Authority
from kateder.core.tenancy import within
from kateder.signin.models import AccessToken, Application, Grant, IDToken
from kateder.signin.oidc import clients, validator
from tests.cast import Cast
from tests.signin.browsers import browser
from tests.signin.relying_party import RelyingParty, refused, signed_in
from tests.signin.stage import CALLBACK, Stage, make_stage


@pytest.mark.parametrize("verifier", [None, "", "x" * 64, "the challenge itself"])
def test_code_without_its_verifier_is_worth_nothing(party: RelyingParty, elsa: Client, verifier: str | None) -> None:
    code = party.code(elsa)
    given = party.challenge if verifier == "the challenge itself" else verifier
    assert party.exchange(code, code_verifier=given).status_code == 400


def test_code_is_good_once_and_a_second_showing_takes_back_what_the_first_gave(
    party: RelyingParty, elsa: Client
) -> None:
    code = party.code(elsa)
    access_token = party.exchange(code).json()["access_token"]
    assert party.userinfo(access_token).status_code == 200
    assert refused(party.exchange(code))
    assert party.userinfo(access_token).status_code == 401


def test_second_showing_is_recognised_long_after_the_code_has_expired(
    cast: Cast, party: RelyingParty, elsa: Client
) -> None:
    code = party.code(elsa)
    access_token = party.exchange(code).json()["access_token"]
    with within(cast.authority.id):
        Grant.objects.update(expires=clock.now() - timedelta(minutes=5))
    party.exchange(code)
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
