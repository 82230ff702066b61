"""Subscriptions as clients use them: made, read, renewed, taken back, each client its own."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from kateder.core import clock
from kateder.core.models import Authority
from kateder.core.tenancy import within
from kateder.provisioning.models import Subscription
from kateder.provisioning.ss12000 import subscriptions
from tests.provisioning.ss12000.asking import Asking, asking


@pytest.fixture
def client(authority: Authority) -> Asking:
    return asking(authority)


def test_subscription_is_made_read_renewed_and_taken_back(client: Asking) -> None:
    made = client.subscribe({"resource": "Person"}, {"resource": "Group"})
    assert made.status_code == 201
    told = made.json()
    assert told["resourceTypes"] == [{"resource": "Person"}, {"resource": "Group"}]
    assert datetime.fromisoformat(told["expires"]) - clock.now() > timedelta(days=29)
    one = f"subscriptions/{told['id']}"
    assert client("GET", one).json() == told
    with within(client.calling.authority.id):
        Subscription.objects.update(expires_at=clock.now() - timedelta(days=1))
    renewed = client("PATCH", one)
    assert renewed.status_code == 200
    assert datetime.fromisoformat(renewed.json()["expires"]) > clock.now() + timedelta(days=29)
    gone = client("DELETE", one)
    assert (gone.status_code, gone.content) == (204, b"")
    assert client("GET", one).status_code == 404


@pytest.mark.parametrize("types", [["Person", "Duty"], [{"resource": "Person"}, "Duty"], ["Person", "Person", "Duty"]])
def test_types_are_taken_as_plain_names_too(client: Asking, types: list[object]) -> None:
    assert client.subscribe(*types).json()["resourceTypes"] == [{"resource": "Person"}, {"resource": "Duty"}]


@pytest.mark.parametrize(
    "changed",
    [
        {"name": ""},
        {"name": "x" * 201},
        {"name": 1},
        {"name": "a\0b"},
        {"name": None},
        {"target": None},
        {"target": 5},
        {"resourceTypes": None},
        {"resourceTypes": []},
        {"resourceTypes": "Person"},
        {"resourceTypes": ["Organsation"]},
        {"resourceTypes": [{"resource": None}]},
        {"resourceTypes": [{}]},
        {"resourceTypes": [1]},
        {"resourceTypes": [["Person"]]},
    ],
)
def test_what_is_no_subscription_is_refused_in_the_standards_words(client: Asking, changed: dict[str, Any]) -> None:
    body = {"name": "T", "target": "https://client.example/hook", "resourceTypes": ["Person"], **changed}
    answer = client("POST", "subscriptions", body)
    assert answer.status_code == 400
    assert set(answer.json()) == {"code", "message"}


@pytest.mark.parametrize("raw", ["", "{", "[]", "null", "[" * 5000, '"x"'])
def test_body_that_is_no_object_is_refused(client: Asking, raw: str) -> None:
    assert client("POST", "subscriptions", raw).status_code == 400


def test_body_that_is_too_large_is_refused(client: Asking) -> None:
    assert client("POST", "subscriptions", '{"name": "' + "x" * 70_000 + '"}').status_code == 413
    assert client("POST", "log", '{"message": "' + "x" * 3_000_000 + '"}').status_code == 413


def test_client_reaches_no_others_subscriptions(client: Asking, authority: Authority) -> None:
    other = asking(authority, "En annan")
    mine, theirs = client.subscribe().json()["id"], other.subscribe().json()["id"]
    assert [one["id"] for one in client("GET", "subscriptions").json()["data"]] == [mine]
    for method in ("GET", "PATCH", "DELETE"):
        assert client(method, f"subscriptions/{theirs}").status_code == 404
    assert other("GET", f"subscriptions/{theirs}").status_code == 200


def test_id_that_is_none_and_one_that_is_nobodys_are_told_apart(client: Asking) -> None:
    assert client("GET", f"subscriptions/{uuid4()}").status_code == 404
    assert client("GET", "subscriptions/not-an-id").status_code == 400


def test_list_is_paged_without_loss_or_repetition(client: Asking) -> None:
    made = {client.subscribe(name=f"nr {n}").json()["id"] for n in range(5)}
    page = client("GET", "subscriptions", limit="2").json()
    seen = [one["id"] for one in page["data"]]
    while page["pageToken"] is not None:
        page = client("GET", "subscriptions", limit="2", pageToken=page["pageToken"]).json()
        seen += [one["id"] for one in page["data"]]
    assert len(seen) == 5
    assert set(seen) == made


@pytest.mark.parametrize(
    "query",
    [{"limit": "0"}, {"limit": "x"}, {"limit": "-1"}, {"limit": "1" + "0" * 10}, {"pageToken": "x"}, {"sort": "a"}],
)
def test_question_that_cannot_be_answered_is_refused(client: Asking, query: dict[str, str]) -> None:
    assert client("GET", "subscriptions", **query).status_code == 400


def test_client_has_only_so_many_subscriptions(client: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subscriptions, "MOST", 2)
    assert [client.subscribe().status_code for _ in range(3)] == [201, 201, 400]


def test_without_a_token_nothing_is_done(client: Asking) -> None:
    client.headers["authorization"] = ""
    answer = client.subscribe()
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
    assert set(answer.json()) == {"code", "message"}
    client.headers["authorization"] = "Bearer kat_wrong"
    answer = client("GET", "subscriptions")
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer error="invalid_token"')


def test_client_that_is_too_fast_is_told_when_to_come_back(authority: Authority) -> None:
    hasty = asking(authority, "Hastig", rate=1)
    answers = [hasty("GET", "subscriptions") for _ in range(4)]
    assert answers[0].status_code == 200
    assert answers[-1].status_code == 429
    assert int(answers[-1]["Retry-After"]) >= 1


def test_other_methods_are_not_there(client: Asking) -> None:
    answer = client("PUT", "subscriptions", {})
    assert (answer.status_code, answer["Allow"]) == (405, "GET, POST")
    assert client("GET", "log").status_code == 405
