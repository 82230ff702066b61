"""An SS 12000 server that tells when something has changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import orjson
import pytest
from django.test import Client
from tests.sources.conftest import GENEROUS
from tests.sources.https import Answers, Asked, Https, serving

from kateder.core.findings import open_findings
from kateder.core.tenancy import within
from kateder.sources import api, connectors, http
from kateder.sources.connecting import Place
from kateder.sources.ss12000 import hooks

if TYPE_CHECKING:
    from kateder.core.actors import Actor
    from kateder.core.models import Authority
    from kateder.sources.models import Source

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


class Subscriptions:
    """A server that takes subscriptions for as many days as it says."""

    def __init__(self) -> None:
        self.days: int | None = 10
        self.status = 201
        self.known = True

    def __call__(self, asked: Asked) -> Answers:
        if asked.method == "PATCH" and not self.known:
            return Answers({"code": "NOT_FOUND"}, status=404)
        expires = None if self.days is None else (NOW + timedelta(days=self.days)).isoformat()
        return Answers({"id": "5b8e6f0c", "expires": expires}, status=self.status)


@pytest.fixture
def subscriptions() -> Subscriptions:
    return Subscriptions()


@pytest.fixture
def https(subscriptions: Subscriptions, monkeypatch: pytest.MonkeyPatch) -> Iterator[Https]:
    monkeypatch.setattr(http, "FIRST_WAIT", 0.001)
    with serving(subscriptions) as running:
        yield running


@pytest.fixture
def source(https: Https, authority: Authority, actor: Actor) -> Source:
    with within(authority.id):
        return api.add_source(
            kind="ss12000", name="Skolsystemet", limits=GENEROUS, actor=actor,
            settings={
                "address": https.address, "authorisation": "none",
                "server_authorities": https.identity.certificate, "notify_address": "https://hub.example.se",
            },
        )  # fmt: skip


def keep(source: Source, *, now: datetime = NOW) -> bool:
    with within(source.authority_id):
        settings = connectors.opened(source)
    return hooks.keep_subscribed(settings, place=Place(source.authority_id, source.pk), now=now)


def target_of(https: Https) -> str:
    posted = next(one for one in https.asked if one.method == "POST")
    return str(orjson.loads(posted.body)["target"])


def notify(authority: Authority, target: str) -> int:
    host = authority.hosts.values_list("host", flat=True).get()
    path = target.removeprefix("https://hub.example.se")
    body = {"modifiedEntites": ["Person"], "deletedEntities": True}
    return Client(headers={"host": host}).post(path, body, content_type="application/json").status_code


def waiting_jobs(source: Source) -> int:
    from procrastinate.contrib.django.models import ProcrastinateJob

    return ProcrastinateJob.objects.filter(task_name="sources.run", args__source_id=str(source.pk)).count()


def test_a_notification_asks_for_one_run_however_often_it_comes(
    source: Source, https: Https, authority: Authority
) -> None:
    assert keep(source)
    assert [notify(authority, target_of(https)) for _ in range(3)] == [200, 200, 200]
    assert waiting_jobs(source) == 1


def test_the_secret_is_needed_and_not_kept_in_the_clear(source: Source, https: Https, authority: Authority) -> None:
    from kateder.sources.models import Hook

    keep(source)
    secret = target_of(https).rpartition("/")[2]
    assert len(secret) >= 43
    assert notify(authority, f"/{hooks.PATH}{secret[:-1]}") == 404
    assert waiting_jobs(source) == 0
    with within(source.authority_id):
        hook = Hook.objects.get()
        assert secret not in f"{hook.secret_digest} {hook.sealed_secret}"


def test_the_neighbours_address_does_not_take_our_secret(
    source: Source, https: Https, other_authority: Authority
) -> None:
    keep(source)
    assert notify(other_authority, target_of(https)) == 404


def test_a_paused_authority_asks_for_no_run(source: Source, https: Https, authority: Authority) -> None:
    from kateder.core import authorities

    keep(source)
    authority.paused_at = NOW
    authority.save(update_fields=["paused_at"])
    authorities._hosts.clear()
    assert notify(authority, target_of(https)) == 200
    assert waiting_jobs(source) == 0


def test_a_subscription_is_renewed_before_it_expires_and_not_sooner(source: Source, https: Https) -> None:
    keep(source)
    keep(source, now=NOW + timedelta(days=7))
    assert [one.method for one in https.asked] == ["POST"]
    keep(source, now=NOW + timedelta(days=9))
    assert [(one.method, one.path, one.body) for one in https.asked[1:]] == [("PATCH", "/subscriptions/5b8e6f0c", b"")]


def test_a_subscription_that_the_server_has_forgotten_is_made_again(
    source: Source, https: Https, subscriptions: Subscriptions
) -> None:
    keep(source)
    subscriptions.known = False
    assert keep(source, now=NOW + timedelta(days=9))
    assert [one.method for one in https.asked] == ["POST", "PATCH", "POST"]


def test_a_server_that_takes_no_subscription_is_a_finding_until_it_does(
    source: Source, subscriptions: Subscriptions
) -> None:
    subscriptions.status = 501
    assert not keep(source)
    with within(source.authority_id):
        assert open_findings().filter(rule=hooks.NOT_SUBSCRIBED).count() == 1
    subscriptions.status = 201
    assert keep(source)
    with within(source.authority_id):
        assert open_findings().filter(rule=hooks.NOT_SUBSCRIBED).count() == 0
