"""The token endpoint: RFC 6749 §4.4, and what must not work."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from django.http import HttpRequest
from django.test import Client
from tests.trust.clients_of import Calling, add, basic_of, post, request_with

from kateder.core import clock
from kateder.core.actors import Actor
from kateder.core.models import Authority
from kateder.core.tenancy import within
from kateder.trust import api as trust
from kateder.trust import tokens
from kateder.trust.models import ApiSecret, ApiToken

OwnerConnection = psycopg.Connection[tuple[object, ...]]


@pytest.fixture
def calling(authority: Authority) -> Calling:
    return add(authority)


@pytest.mark.parametrize("basic", [True, False])
def test_client_gets_a_token_with_its_secret_in_header_or_body(calling: Calling, basic: bool) -> None:
    answer = calling.ask(basic=basic)
    assert answer.status_code == 200
    told = answer.json()
    assert told["token_type"] == "Bearer"
    assert told["expires_in"] == 3600
    assert len(told["access_token"]) >= 43
    assert (answer["Cache-Control"], answer["Pragma"]) == ("no-store", "no-cache")
    with within(calling.authority.id):
        assert trust.who_calls(_bearer(told["access_token"])).id == calling.row.id


def _bearer(token: str) -> HttpRequest:
    return request_with(f"Bearer {token}")


def test_neither_secret_nor_token_is_in_the_database(calling: Calling, owner: OwnerConnection) -> None:
    token = calling.token()
    kept = "".join(
        str(row)
        for table in ("trust_apiclient", "trust_apisecret", "trust_apitoken")
        for row in owner.execute(f"SELECT t::text FROM {table} t").fetchall()
    )
    assert calling.secret not in kept
    assert token not in kept


def test_wrong_secret_unknown_client_and_nonsense_are_refused_alike(calling: Calling) -> None:
    host = {"host": f"{calling.authority.slug}.test"}
    form = {"grant_type": "client_credentials"}
    shown = [
        basic_of(calling.id, "wrong"),
        basic_of(calling.id, ""),
        basic_of(str(uuid4()), calling.secret),
        basic_of("nobody", calling.secret),
        basic_of("\0", "\0"),
        "Basic !!!",
        "Basic",
        f"Bearer {calling.secret}",
    ]
    answers = [post("/oauth/token", form, {**host, "authorization": header}) for header in shown]
    answers.append(post("/oauth/token", {**form, "client_id": calling.id}, host))
    assert {answer.status_code for answer in answers} == {401}
    assert {answer.json()["error"] for answer in answers} == {"invalid_client"}
    assert all(answer["WWW-Authenticate"].startswith("Basic") for answer in answers)


def test_what_is_no_proper_request_is_refused_as_such(calling: Calling) -> None:
    assert calling.ask(grant_type="password").json()["error"] == "unsupported_grant_type"
    assert calling.ask(grant_type="").json()["error"] == "invalid_request"
    assert calling.ask(client_secret=calling.secret).json()["error"] == "invalid_request"
    headers = {"host": f"{calling.authority.slug}.test", "authorization": basic_of(calling.id, calling.secret)}
    twice = Client().post(
        "/oauth/token",
        "grant_type=client_credentials&grant_type=client_credentials",
        content_type="application/x-www-form-urlencoded",
        headers=headers,
    )
    assert (twice.status_code, twice.json()["error"]) == (400, "invalid_request")
    as_json = Client().post("/oauth/token", "{}", content_type="application/json", headers=headers)
    assert (as_json.status_code, as_json.json()["error"]) == (400, "invalid_request")
    large = post("/oauth/token", {"grant_type": "x" * 3_000_000}, headers)
    assert (large.status_code, large.json()["error"]) == (400, "invalid_request")
    assert Client().get("/oauth/token", headers=headers).status_code == 405


def test_credentials_in_the_address_are_not_looked_at(calling: Calling) -> None:
    query = f"grant_type=client_credentials&client_id={calling.id}&client_secret={calling.secret}"
    answer = post(f"/oauth/token?{query}", {"scope": ""}, {"host": f"{calling.authority.slug}.test"})
    assert answer.status_code == 401


def test_client_of_one_authority_is_nobody_at_the_neighbours(calling: Calling, other_authority: Authority) -> None:
    there = Calling(other_authority, calling.id, calling.secret)
    assert there.ask().status_code == 401


def test_two_secrets_are_good_while_one_is_replaced_and_then_one(calling: Calling) -> None:
    now, by = clock.now(), None
    with within(calling.authority.id):
        by = Actor.system("test")
        second = trust.rotate_secret(calling.row.id, by=by, now=now)
        assert tokens.authenticate(calling.id, calling.secret, now=now)
        assert tokens.authenticate(calling.id, second.client_secret, now=now)
        later = now + timedelta(days=8)
        assert not tokens.authenticate(calling.id, calling.secret, now=later)
        assert tokens.authenticate(calling.id, second.client_secret, now=later)
        third = trust.rotate_secret(calling.row.id, by=by, now=now + timedelta(days=1))
        assert not tokens.authenticate(calling.id, calling.secret, now=now + timedelta(days=1))
        assert tokens.authenticate(calling.id, second.client_secret, now=now + timedelta(days=1))
        assert tokens.authenticate(calling.id, third.client_secret, now=now + timedelta(days=1))
        assert ApiSecret.objects.filter(client=UUID(calling.id)).count() == 2


def test_secret_that_leaked_ends_at_once_without_grace(calling: Calling) -> None:
    now = clock.now()
    with within(calling.authority.id):
        given = trust.rotate_secret(calling.row.id, by=Actor.system("test"), now=now, grace=timedelta(0))
        assert not tokens.authenticate(calling.id, calling.secret, now=now)
        assert tokens.authenticate(calling.id, given.client_secret, now=now)


def test_disabled_client_gets_no_token_and_its_tokens_end(calling: Calling) -> None:
    token, now = calling.token(), clock.now()
    with within(calling.authority.id):
        assert trust.who_calls(_bearer(token))  # remembered
        trust.disable_client(calling.row.id, by=Actor.system("test"), now=now)
        with pytest.raises(trust.NotAuthenticated):
            trust.who_calls(_bearer(token))
    assert calling.ask().status_code == 401
    with within(calling.authority.id):
        trust.enable_client(calling.row.id, by=Actor.system("test"))
    assert calling.ask().status_code == 200


def test_client_takes_back_its_own_token_and_nobody_elses(calling: Calling) -> None:
    other = add(calling.authority, "En annan")
    token, foreign = calling.token(), other.token()
    assert calling.ask(path="/oauth/revoke", token=token).status_code == 200
    assert calling.ask(path="/oauth/revoke", token=foreign).status_code == 200
    with within(calling.authority.id):
        with pytest.raises(trust.NotAuthenticated):
            trust.who_calls(_bearer(token))
        assert trust.who_calls(_bearer(foreign)).name == "En annan"


def test_client_that_asks_for_a_token_each_time_keeps_only_the_newest(calling: Calling) -> None:
    given = [calling.token() for _ in range(tokens.MOST_TOKENS + 3)]
    with within(calling.authority.id):
        assert ApiToken.objects.filter(client=UUID(calling.id)).count() == tokens.MOST_TOKENS
        assert trust.who_calls(_bearer(given[-1]))
        with pytest.raises(trust.NotAuthenticated):
            trust.who_calls(_bearer(given[0]))


def test_name_of_a_client_is_there_and_taken_once(tenant: Authority) -> None:
    by, now = Actor.system("test"), clock.now()
    trust.add_client("Skolverket", by=by, now=now)
    with pytest.raises(trust.ClientNameTaken):
        trust.add_client(" Skolverket ", by=by, now=now)
    for name in ("", "  ", "x" * 121, "a\nb"):
        with pytest.raises(trust.ClientNameMissing):
            trust.add_client(name, by=by, now=now)
