"""`/metrics` is there for who has the token, says how deliveries go, and names nobody."""

from __future__ import annotations

import re

import pytest
from django.http import HttpResponseBase
from django.test import Client

from kateder.config.environment import SettingError, metrics_token
from kateder.provisioning.metrics.exposition import Gauge, text_of
from tests.deliveries import Delivery

TOKEN = "a-token-of-the-operator"
LINE = re.compile(r'(# (HELP|TYPE) kateder_\w+ .+|kateder_\w+(\{(\w+="[^"\n]*"(,\w+="[^"\n]*")*)?\})? -?[0-9.e+-]+)')
LABELS = {"authority", "service", "standing", "outcome", "phase", "cause", "source", "severity", "queue", "status"}


@pytest.fixture
def open_door(settings: pytest.FixtureRequest) -> None:
    """An installation with metrics."""
    settings.METRICS_TOKEN = TOKEN  # type: ignore[attr-defined]


def fetch(token: str | None = TOKEN) -> HttpResponseBase:
    return Client().get("/metrics", headers={"Authorization": f"Bearer {token}"} if token else {})


def text(delivery: Delivery) -> str:
    answer = fetch()
    assert answer["Content-Type"].startswith("text/plain; version=0.0.4")
    return "\n".join(
        line
        for line in answer.content.decode().splitlines()  # type: ignore[attr-defined]
        if line.startswith("#") or f'authority="{delivery.cast.authority.slug}"' in line or "authority" not in line
    )


@pytest.mark.usefixtures("authority")
def test_without_a_token_there_is_no_such_address() -> None:
    assert fetch().status_code == 404


@pytest.mark.usefixtures("open_door")
@pytest.mark.parametrize("token", [None, "", "another-token-than-that", TOKEN[:-1]])
def test_who_does_not_show_the_token_is_told_nothing(token: str | None) -> None:
    answer = fetch(token)
    assert answer.status_code == 401
    assert b"kateder_" not in answer.content  # type: ignore[attr-defined]


def test_a_short_token_stops_the_start() -> None:
    with pytest.raises(SettingError):
        metrics_token("short")


@pytest.mark.usefixtures("open_door")
def test_it_says_how_deliveries_go_in_prometheus_own_format(delivery: Delivery) -> None:
    delivery.first()
    delivery.provider.order({"match": "POST", "do": "answer", "status": 400})
    delivery.join(1)
    delivery.run()
    said = text(delivery)
    here = f'authority="{delivery.cast.authority.slug}",service="{delivery.offer.service.slug}"'
    assert f'kateder_delivery_standing{{{here},standing="refused"}} 1' in said
    assert f'kateder_delivery_objects_failing{{{here},cause="http_400"}}' in said
    assert f'kateder_delivery_runs_24h{{{here},outcome="failed"}}' in said
    assert f'kateder_delivery_objects_24h{{{here},outcome="acknowledged"}}' in said
    assert f"kateder_delivery_last_good_timestamp_seconds{{{here}}}" in said
    assert all(LINE.fullmatch(line) for line in said.splitlines())


@pytest.mark.usefixtures("open_door")
def test_nobody_is_named_and_labels_are_few(delivery: Delivery) -> None:
    delivery.first()
    said = text(delivery)
    assert set(re.findall(r'[{,](\w+)="', said)) <= LABELS
    ids = {str(value) for value in delivery.cast.ids.values()}
    assert not any(one in said for one in ids)
    assert not re.search("Elsa|Lindgren|Bergström", said)


def test_labels_are_escaped() -> None:
    gauge = Gauge("kateder_x", "A\nB")
    gauge.set(1.5, source='a"b\\c\nd')
    assert (
        text_of([gauge]) == '# HELP kateder_x A\\nB\n# TYPE kateder_x gauge\nkateder_x{source="a\\"b\\\\c\\nd"} 1.5\n'
    )
