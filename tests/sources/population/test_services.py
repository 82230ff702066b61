"""Navet's REST and SPAR's personsök over real HTTPS: what is sent, and what happens when they fail."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
from tests.cast import Cast
from tests.sources.https import Answers, Asked, Https, identity, serving
from tests.sources.population.people import HERE, NUMBERS, number, outcomes, reconcile

from kateder.core.errors import DomainError
from kateder.core.tenancy import within
from kateder.sources.errors import ServerFails, ServerRefuses, ServerSilent, ServerUntrusted
from kateder.sources.population import api as population
from kateder.sources.population.api import OutcomeKind
from kateder.sources.population.errors import BadAnswer, ManyUnreadable
from kateder.sources.population.models import PopulationOutcome, PopulationRegister, PopulationRun

Respond = Callable[[Asked], Answers]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits between tries."""
    monkeypatch.setattr("kateder.sources.http.FIRST_WAIT", 0.0)


@pytest.fixture
def town(cast: Cast) -> Cast:
    """The cast with numbers."""
    number(cast)
    return cast


def post(number_: str, **more: object) -> dict[str, object]:
    return {
        "identitet": {"identitetsbeteckning": number_},
        "skyddAvPersonuppgifter": "SAKNAS",
        "folkbokforing": {"lanskod": HERE[:2], "kommunkod": HERE[2:]},
        **more,
    }


def navet(hamta: Respond) -> Respond:
    """Navet with its token endpoint beside it."""

    def respond(asked: Asked) -> Answers:
        return Answers({"access_token": "t", "expires_in": 600}) if asked.path == "/token" else hamta(asked)

    return respond


def everybody(**changed: Mapping[str, object]) -> Respond:
    return lambda _asked: Answers(
        {"folkbokforingsposter": [post(civic_no, **changed.get(name, {})) for name, civic_no in NUMBERS.items()]}
    )


@contextmanager
def outside(town: Cast, respond: Respond, **settings: Any) -> Iterator[tuple[UUID, Https]]:
    """The register is committed before it is asked."""
    with serving(navet(respond)) as server:
        with within(town.authority.id):
            made = population.add(
                kind="navet_rest",
                name="Navet",
                municipalities=HERE,
                settings=navet_settings(server, **settings),
                actor=town.actor("alva"),
            )
        yield made.pk, server


def navet_settings(server: Https, **more: Any) -> dict[str, Any]:
    return {
        "address": server.address,
        "token_address": f"{server.address}/token",
        "client_id": "us",
        "client_secret": "s",
        "gateway_id": "gate",
        "gateway_secret": "way",
        "organisation_number": "162021004748",
        "order": "00000236-FO01-0002",
        "server_authorities": server.identity.certificate,
        **more,
    }


def nothing_has_changed(town: Cast) -> None:
    with within(town.authority.id):
        assert not PopulationOutcome.objects.exists()
        assert town.person("elsa").security_marking == "Ingen"
        assert PopulationRun.objects.latest("started_at").state == "stopped"


def test_everybody_is_asked_for_by_number_under_the_order_with_what_the_gateway_wants(town: Cast) -> None:
    with outside(town, everybody(elsa={"skyddAvPersonuppgifter": "SEKRETESSMARKERING"})) as (register, server):
        reconcile(town, register)
    hamta = server.asked[-1]
    assert (hamta.method, hamta.path) == ("POST", "/hamta")
    assert hamta.headers["Authorization"] == "Bearer t"
    assert (hamta.headers["client_id"], hamta.headers["client_secret"]) == ("gate", "way")
    assert UUID(hamta.headers["skv_client_correlation_id"])
    assert all(civic_no.encode() in hamta.body for civic_no in NUMBERS.values())
    assert b"00000236-FO01-0002" in hamta.body
    with within(town.authority.id):
        assert town.person("elsa").security_marking == "Sekretessmarkering"


def test_a_number_that_navet_does_not_have_is_an_outcome(town: Cast) -> None:
    def without_olle(_asked: Asked) -> Answers:
        return Answers({"personposter": [post(one) for name, one in NUMBERS.items() if name != "olle"], "fel": []})

    with outside(town, without_olle) as (register, _server):
        reconcile(town, register)
    assert [one.person_id for one in outcomes(town, OutcomeKind.NOT_FOUND)] == [town["olle"]]


def test_secrets_are_sealed_at_rest(town: Cast) -> None:
    with outside(town, everybody()) as (register, _server), within(town.authority.id):
        stored = PopulationRegister.objects.get(pk=register).settings
    assert set(stored["client_secret"]) == set(stored["gateway_secret"]) == {"sealed"}


@pytest.mark.parametrize(
    ("answers", "fault"),
    [
        (Answers({}, status=500), ServerFails),
        (Answers({}, status=403), ServerRefuses),
        (Answers(b"<html>", status=200), DomainError),
        (Answers({"annat": []}), BadAnswer),
        (Answers([1, 2]), BadAnswer),
        (Answers({"personposter": [{"identitet": {}}] * 9}), DomainError),
        (Answers({"personposter": [post(NUMBERS["elsa"], skyddAvPersonuppgifter="NYTT")] * 9}), DomainError),
        (Answers({"personposter": []}, cut=True), ServerSilent),
    ],
)
def test_a_failing_navet_changes_nothing_and_says_why(town: Cast, answers: Answers, fault: type[Exception]) -> None:
    with outside(town, lambda _asked: answers) as (register, _server), pytest.raises(fault):
        reconcile(town, register)
    nothing_has_changed(town)


def test_a_few_unreadable_records_are_a_finding_and_many_stop_the_run(town: Cast) -> None:
    odd = {"skyddAvPersonuppgifter": None}
    with outside(town, everybody(elsa=odd)) as (register, _server), pytest.raises(ManyUnreadable):
        reconcile(town, register)


def test_a_server_that_is_somebody_else_is_told_nothing(town: Cast) -> None:
    other = identity().certificate
    with outside(town, everybody(), server_authorities=other) as (register, server), pytest.raises(ServerUntrusted):
        reconcile(town, register)
    assert server.asked == []


def test_a_check_ends_at_the_step_that_fails(town: Cast) -> None:
    with within(town.authority.id):
        actor = town.actor("alva")
    with outside(town, everybody()) as (register, _server):
        assert [step.name.value for step in population.check(register, actor=actor)] == [
            "settings", "connection", "credentials", "record",
        ]  # fmt: skip
    with outside_again(town, lambda _asked: Answers({}, status=403)) as register:
        steps = population.check(register, actor=actor)
    assert (steps[-1].name.value, steps[-1].ok) == ("credentials", False)


@contextmanager
def outside_again(town: Cast, respond: Respond) -> Iterator[UUID]:
    with serving(navet(respond)) as server:
        with within(town.authority.id):
            PopulationRegister.objects.all().delete()
            made = population.add(
                kind="navet_rest", name="Annan", municipalities=HERE, settings=navet_settings(server),
                actor=town.actor("alva"),
            )  # fmt: skip
        yield made.pk


POST = """<A><PersonsokningSvarspost><PersonId><IdNummer>{number}</IdNummer></PersonId>
<Sekretessmarkering>{marking}</Sekretessmarkering></PersonsokningSvarspost></A>"""


def test_spar_is_asked_for_one_person_at_a_time_with_our_certificate(town: Cast) -> None:
    own = identity("us")

    def respond(asked: Asked) -> Answers:
        (found,) = [one for one in NUMBERS.values() if one.encode() in asked.body]
        return Answers(POST.format(number=found, marking="JA" if found == NUMBERS["elsa"] else "NEJ").encode())

    with serving(respond, clients=own) as server:
        with within(town.authority.id):
            made = population.add(
                kind="spar_service", name="SPAR", municipalities=HERE,
                settings={
                    "address": server.address, "customer": "500243", "assignment": "637",
                    "certificate": own.certificate, "certificate_key": own.private_key,
                    "server_authorities": server.identity.certificate,
                },
                actor=town.actor("alva"),
            )  # fmt: skip
        reconcile(town, made.pk)
    assert len(server.asked) == len(NUMBERS)
    assert all(asked.headers["Content-Type"].startswith("text/xml") for asked in server.asked)
    with within(town.authority.id):
        assert town.person("elsa").security_marking == "Sekretessmarkering"
