"""One authority's SS 12000 API is another one's source: what we give is what we take, without a deviation."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from django.db import connections
from django.test import Client

from kateder.core import clock
from kateder.core.actors import Actor
from kateder.core.findings import open_findings
from kateder.core.tenancy import within
from kateder.sources import api, http
from kateder.trust.api import add_client
from tests.sources.https import Answers, Asked, Https, Respond, serving
from tests.sources.ss12000_server import PUPIL, TEACHER, SchoolServer

if TYPE_CHECKING:
    from kateder.core.models import Authority
    from kateder.sources.models import Source, SourceRun

GENEROUS = {"first_waits": False, "max_count": 1000}
WHOLE = {"everything": True, "protected": True}


def answering(authority: Authority) -> Respond:
    """How Kateder answers at an authority's own address, over HTTPS."""
    host = f"{authority.slug}.test"

    def respond(asked: Asked) -> Answers:
        try:
            kept = {name.lower(): value for name, value in asked.headers.items() if name in {"Authorization", "Accept"}}
            response = Client().generic(
                asked.method, asked.path, asked.body, query_params=dict(asked.query), headers={**kept, "host": host},
                content_type=asked.headers.get("Content-Type", "application/json"),
            )  # fmt: skip
            body = b"".join(response) if response.streaming else response.content
            told = {name: response[name] for name in ("Link", "X-Total-Count") if name in response}
            return Answers(body, status=response.status_code, headers={"Content-Type": "application/json", **told})
        finally:
            connections.close_all()

    return respond


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "FIRST_WAIT", 0.001)


@pytest.fixture
def school() -> SchoolServer:
    return SchoolServer()


@pytest.fixture
def first(authority: Authority, school: SchoolServer) -> Iterator[Source]:
    """The authority reads its school system."""
    with serving(school) as https:
        yield _source(authority, https, authorisation="none", address=f"{https.address}/v2.0")


@pytest.fixture
def second(authority: Authority, other_authority: Authority) -> Iterator[Source]:
    """The neighbour reads the authority."""
    with within(authority.id):
        actor = Actor.system("test")
        client = add_client(f"neighbour {uuid4()}", by=actor, now=clock.now(), profile=WHOLE, rate=None)
    with serving(answering(authority)) as https:
        yield _source(
            other_authority, https, address=f"{https.address}/ss12000/v2.0", authorisation="oauth2", page_size=2,
            token_address=f"{https.address}/oauth/token", client_id=str(client.client_id),
            client_secret=client.client_secret,
        )  # fmt: skip


def _source(authority: Authority, https: Https, **settings: object) -> Source:
    with within(authority.id):
        return api.add_source(
            kind="ss12000", name="SS 12000", limits=GENEROUS, actor=Actor.system("test"),
            settings={"server_authorities": https.identity.certificate, **settings},
        )  # fmt: skip


def run(source: Source, *, today: date) -> SourceRun:
    with within(source.authority_id):
        actor = Actor.system("test")
    return api.run(source.pk, actor=actor, today=today)


def register_of(authority: Authority) -> dict[str, set[tuple[object, ...]]]:
    """What a register holds, without the ids, which are each authority's own."""
    from kateder.register import models

    looked_at = {
        "Organisation": ("display_name", "organisation_type", "school_unit_code", "parent__display_name"),
        "Person": ("given_name", "family_name", "civic_no", "security_marking"),
        "Enrolment": ("person__given_name", "enroled_at__display_name", "school_type", "school_year", "start_date"),
        "Guardianship": ("child__given_name", "guardian__given_name", "relation_type"),
        "Group": ("display_name", "group_type", "organisation__display_name", "start_date"),
        "GroupMembership": ("group__display_name", "person__given_name", "start_date"),
        "Duty": ("person__given_name", "duty_role", "signature", "start_date"),
        "Activity": ("display_name", "subject_code", "start_date"),
        "ActivityTeacher": ("activity__display_name", "duty__signature"),
        "Syllabus": ("subject_name", "school_type"),
    }
    with within(authority.id):
        return {name: set(getattr(models, name).objects.values_list(*what)) for name, what in looked_at.items()}


def test_a_neighbour_gets_the_same_register_and_finds_nothing_to_remark_on(
    first: Source, second: Source, authority: Authority, other_authority: Authority
) -> None:
    today = clock.today()
    run(first, today=today)
    done = run(second, today=today)
    assert (done.state, done.counts["set_aside"]) == ("applied", 0)
    assert register_of(other_authority) == register_of(authority)
    with within(other_authority.id):
        assert [finding.place for finding in open_findings()] == []


def test_a_change_and_a_removal_reach_the_neighbour_the_same_day(
    first: Source, second: Source, school: SchoolServer, authority: Authority, other_authority: Authority
) -> None:
    today = clock.today()
    school.rows["persons"].append(school.person(TEACHER) | {"id": str(uuid4()), "givenName": "Dag"})
    for source in (first, second):
        run(source, today=today)
    school.person(PUPIL)["givenName"] = "Alva-Li"
    school.rows["persons"].pop()
    assert run(first, today=today + timedelta(days=1)).state == "applied"
    assert run(second, today=today).counts["changes"]["person"] == {"update": 1, "remove": 1}
    assert register_of(other_authority) == register_of(authority)
