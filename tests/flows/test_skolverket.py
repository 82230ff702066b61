"""Skolverket's client: trusted by its token, it subscribes, crawls, is told of a change, fetches it, and reports."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from kateder.core import clock, findings
from kateder.core.actors import Actor
from kateder.core.models import AuditEvent
from kateder.core.tenancy import within
from kateder.provisioning.api import PRESETS
from kateder.provisioning.ss12000 import notifying
from kateder.provisioning.ss12000.tasks import tick_in
from kateder.register.api import Action, Entity
from kateder.trust import api as trust
from kateder.trust import readings
from tests.cast import Cast, make_cast, person_values
from tests.flows.skolverket import Skolverket, now, skolverket
from tests.provisioning.ss12000.hooks import Hook, change, hook
from tests.signin.live import authority_at_localhost, serving
from tests.trust.clients_of import add
from tests.trust.issuing import AUDIENCE, ISSUER, ORGANISATION, Server, access


@pytest.fixture
def town(owner: psycopg.Connection[tuple[object, ...]]) -> Cast:
    return make_cast(authority_at_localhost(owner, slug=f"t-{uuid.uuid4().hex[:10]}"))


@pytest.fixture
def base() -> Iterator[str]:
    with serving() as origin:
        yield f"{origin}/ss12000/v2.0"


@pytest.fixture
def server(town: Cast, base: str) -> Server:
    """The authorisation server that the authority trusts about Skolverket."""
    server = Server()
    calling = add(town.authority, "Skolverket", profile=PRESETS["skolverket"].profile, rate=None)
    with within(town.authority.id):
        trust.trust_issuer(
            calling.row.id, issuer=ISSUER, audiences=[AUDIENCE], organization_id=ORGANISATION, location=base,
            keys=[server.public], by=Actor.system("test"), now=clock.now(),
        )  # fmt: skip
    return server


@pytest.fixture
def client(base: str, server: Server) -> Iterator[Skolverket]:
    def token() -> str:
        return server.token(now=now(), requested_access=[access(base)])

    with skolverket(base, token) as client:
        yield client


@pytest.fixture
def listening(settings: Any) -> Iterator[Hook]:
    settings.PRIVATE_WEBHOOKS = True
    with hook() as own:
        yield own


def worker(town: Cast) -> None:
    """What the worker does a little later."""
    later = clock.now() + timedelta(minutes=1)
    with within(town.authority.id):
        due = tick_in(town.authority, today=clock.today(), now=later)
    for subscription_id in due:
        notifying.send(town.authority.id, subscription_id, now=later)


def test_skolverket_subscribes_crawls_is_told_and_reports(town: Cast, client: Skolverket, listening: Hook) -> None:
    client.subscribe(listening.target)
    client.crawl()
    names = {one["givenName"] for one in client.known["persons"].values()}
    # Pupils and staff; nobody's guardian, and nobody whose identity is protected.
    assert names == {"Elsa", "Olle", "Nils", "Tove", "Ture", "Petra"}
    assert {one.get("schoolUnitCode") for one in client.known["organisations"].values()} >= {"11111111", "22222222"}
    assert {one["displayName"] for one in client.known["groups"].values()} == {"5B", "6A", "9C"}
    assert client.known["duties"]
    assert client.known["activities"]
    worker(town)
    assert listening.received == []

    before = now()
    with within(town.authority.id):
        change(Entity.PERSON, Action.UPDATE, town["elsa"], **(person_values("elsa") | {"given_name": "Elsie"}))
        change(
            Entity.PERSON, Action.UPDATE, town["olle"],
            **(person_values("olle") | {"security_marking": "Sekretessmarkering"}),
        )  # fmt: skip
    worker(town)
    (notice,) = listening.received
    assert "Person" in notice["modifiedEntities"] == notice["modifiedEntites"]
    assert notice["deletedEntities"] is True
    client.told(before, notice)
    names = {one["givenName"] for one in client.known["persons"].values()}
    assert names == {"Elsie", "Nils", "Tove", "Ture", "Petra"}

    client.report("Elsie saknas", messageType="ValueMapping", resourceType="Person", resourceId=str(town["elsa"]))
    readings.flush()
    with within(town.authority.id):
        found = [findings.sentence(one) for one in findings.open_findings().filter(rule="api.client_reports")]
        read = AuditEvent.objects.filter(event="api.read", actor__startswith="api:")
        assert {event.details["entity"] for event in read} >= set(client.known)
    assert len(found) == 1
    assert "Elsie" not in found[0]


def test_class_of_a_protected_pupil_does_not_name_them(town: Cast, client: Skolverket) -> None:
    client.crawl()
    assert str(town["sami"]) not in str(client.known)


@pytest.mark.parametrize(
    "wrong",
    [
        {"requested_access": [access("https://elsewhere.example/ss12000/v2.0")]},
        {"organization_id": "SE1"},
        {"exp": 1},
        {"aud": "elsewhere"},
    ],
)
def test_expired_foreign_and_misdirected_tokens_are_refused(
    base: str, server: Server, client: Skolverket, wrong: dict[str, Any]
) -> None:
    right = {"requested_access": [access(base)]}
    client.token = lambda: server.token(now=now(), **(right | wrong))
    for method, path in (
        ("GET", "/persons"),
        ("GET", "/deletedEntities"),
        ("POST", "/subscriptions"),
        ("POST", "/log"),
    ):
        answer = client.ask(method, path)
        assert answer.status_code == 401
        assert set(answer.json()) == {"code", "message"}


def test_slash_too_much_in_the_token_is_another_address(base: str, server: Server, client: Skolverket) -> None:
    client.token = lambda: server.token(now=now(), requested_access=[access(f"{base}/")])
    assert client.ask("GET", "/persons").status_code == 401
    client.token = lambda: "none"
    assert client.ask("GET", "/persons").status_code == 401
