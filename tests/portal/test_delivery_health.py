"""The page of deliveries says of each service how it stands, since when, why, and what to do; doctor agrees."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from typer.testing import CliRunner

from kateder.config.commands import _load
from kateder.core import clock
from kateder.provisioning import api as provisioning
from kateder.provisioning import diagnosis
from kateder.provisioning.api import Standing, Target, TargetState
from kateder.provisioning.models import DeliveryRun
from kateder.provisioning.rollover import freezing
from tests.deliveries import Delivery
from tests.portal.visits import text_of, visit

CLIENT_ERROR = {"match": "POST", "do": "answer", "status": 400}


def standing(delivery: Delivery) -> Standing:
    with delivery.inside():
        (found,) = provisioning.health(now=clock.now())
    return found.standing


def page(delivery: Delivery) -> str:
    return text_of(visit(delivery.cast, "alva"), "/leveranser/")


def first_and_join(delivery: Delivery) -> None:
    delivery.first()
    delivery.join(1)


def test_it_follows_a_service_from_nothing_to_in_step(delivery: Delivery) -> None:
    assert standing(delivery) is Standing.NEVER
    delivery.run()
    assert standing(delivery) is Standing.WAITS
    assert "Se planen" in page(delivery) or "planer/" in page(delivery)
    delivery.approve()
    delivery.run()
    assert standing(delivery) is Standing.IN_STEP
    assert "Alla tjänster är i fas med registret." in page(delivery)
    delivery.join(1)
    with delivery.inside():
        (behind,) = provisioning.health(now=clock.now() + timedelta(minutes=5))
    assert behind.standing is Standing.BEHIND
    assert 299 <= behind.seconds_behind < 360


def test_a_service_that_is_down_says_since_when_and_when_it_is_tried_again(delivery: Delivery) -> None:
    first_and_join(delivery)
    delivery.provider.order({"do": "answer", "status": 503})
    delivery.run()
    assert standing(delivery) is Standing.DOWN
    said = page(delivery)
    assert "Svarar inte" in said
    assert "Nästa försök ungefär" in said
    assert "1 tjänst av 1 behöver tittas på." in said


@pytest.mark.parametrize("status", [401, 403])
def test_a_service_that_shuts_us_out_is_told_from_one_that_is_down(delivery: Delivery, status: int) -> None:
    first_and_join(delivery)
    delivery.provider.order({"do": "answer", "status": status})
    delivery.run()
    assert standing(delivery) is Standing.SHUT_OUT
    assert "leverantören" in page(delivery)


def test_what_was_not_accepted_is_counted_by_cause_with_the_next_step(delivery: Delivery) -> None:
    first_and_join(delivery)
    delivery.provider.order(CLIENT_ERROR)
    run = delivery.run()
    assert standing(delivery) is Standing.REFUSED
    assert "Tjänsten godtar inte innehållet" in page(delivery)
    said = text_of(visit(delivery.cast, "alva"), f"/leveranser/{run.id}/")
    assert "Tjänsten godtar inte innehållet" in said
    assert "Fråga leverantören varför" in said


def test_a_pause_and_a_freeze_are_named(delivery: Delivery) -> None:
    today = clock.today()
    delivery.first()
    with delivery.inside():
        freezing.freeze(reason="Provveckan", remind_date=today, today=today, by=delivery.offer.by)
    assert standing(delivery) is Standing.FROZEN
    with delivery.inside():
        provisioning.set_state(delivery.target.id, TargetState.PAUSED, by=delivery.offer.by)
    assert standing(delivery) is Standing.PAUSED


def test_our_certificate_that_ends_soon_is_said_though_all_is_in_step(delivery: Delivery) -> None:
    delivery.first()
    with delivery.inside():
        keypair = Target.objects.get(id=delivery.target.id).keypair
        assert keypair is not None
        keypair.not_after = clock.now() + timedelta(days=3)
        keypair.save(update_fields=["not_after"])
    assert "Vårt certifikat där slutar gälla" in page(delivery)


def test_a_run_shows_its_phases_and_its_duration_beside_earlier_ones_of_its_kind(delivery: Delivery) -> None:
    delivery.first()
    for _ in range(2):
        delivery.join(1)
        last = delivery.run()
    with delivery.inside():
        assert set(DeliveryRun.objects.get(id=last.id).seconds) >= {"planning", "sending"}
    said = text_of(visit(delivery.cast, "alva"), f"/leveranser/{last.id}/")
    assert "Skickar" in said
    assert 'class="spark"' in said
    assert "av samma slag" in said


def test_the_command_line_and_doctor_say_the_same(delivery: Delivery) -> None:
    first_and_join(delivery)
    delivery.provider.order({"do": "answer", "status": 503})
    delivery.run()
    slug = delivery.cast.authority.slug
    done = CliRunner().invoke(
        _load("kateder.provisioning.commands.sending:app"), ["health", "--json", "--authority", slug]
    )
    (line,) = json.loads(done.stdout)
    assert (done.exit_code, line["standing"], line["code"]) == (1, "down", "http_503")
    assert any(f"{slug}/" in answer.found and answer.advice for answer in diagnosis.deliveries())
