"""Large deliveries take turns: one that has had its time lets the next have its place, and goes on afterwards."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from kateder.core import clock, findings, jobs
from kateder.provisioning import api as provisioning
from kateder.provisioning import tasks
from kateder.provisioning.api import RunState
from kateder.provisioning.delivery import engine
from kateder.provisioning.models import DeliveryRun
from kateder.provisioning.runs import nightly
from tests.deliveries import Delivery


@pytest.fixture
def large(delivery: Delivery, monkeypatch: pytest.MonkeyPatch) -> Delivery:
    """A service with much to be given, a little at a time."""
    delivery.first(today=clock.today())
    with delivery.inside():
        limits = {"first_waits": False, "max_count": 1000, "max_share": 1.0, "max_update_share": 1.0}
        provisioning.change_target(delivery.target.id, limits=limits, by=delivery.offer.by)
    delivery.join(20)
    monkeypatch.setattr(engine, "WINDOW", 4)
    return delivery


def turn(delivery: Delivery) -> DeliveryRun:
    """One job of the queue of large deliveries; gives the run that it made."""
    ids = {"authority_id": str(delivery.cast.authority.id), "target_id": str(delivery.target.id)}
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE args->>'target_id' = %s", [ids["target_id"]])
    tasks.DELIVER_EVERYTHING.run(**ids)
    with delivery.inside():
        return DeliveryRun.objects.filter(target=delivery.target).order_by("-started_at")[0]


def queued(delivery: Delivery) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT queue_name FROM procrastinate_jobs WHERE status = 'todo' AND args->>'target_id' = %s",
            [str(delivery.target.id)],
        )
        return [name for (name,) in cursor]


def test_a_run_that_gives_way_has_failed_at_nothing_and_the_next_goes_on(large: Delivery) -> None:
    first = large.run(today=clock.today(), gives_way=lambda: True)
    assert (first.state, first.stopped_by) == (RunState.INTERRUPTED, "gave_way")
    assert 0 < first.done < first.total
    with large.inside():
        assert not findings.open_findings().filter(scope=f"delivery:{large.target.id}").exists()
    second = large.run(today=clock.today())
    assert second.state == RunState.SUCCEEDED
    assert first.counts["acknowledged"] + second.counts["acknowledged"] == 21
    assert large.is_right(today=clock.today())


def test_who_has_had_their_turn_waits_for_the_next_one(large: Delivery, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "LONGEST_TURN", timedelta(0))
    with large.inside():
        jobs.request(nightly.COMPARE, queueing_lock="another", target_id=str(large.offer.service.id))
    assert turn(large).stopped_by == "gave_way"
    assert queued(large) == [jobs.BULK]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE queue_name = 'bulk' AND status = 'todo'")
    assert turn(large).state == RunState.SUCCEEDED


def test_what_has_changed_elsewhere_never_waits_for_large_deliveries(large: Delivery) -> None:
    """It has places of its own: nothing of the queue of large deliveries is counted among them."""
    large.run(today=clock.today())
    large.join(1)
    with large.inside():
        tasks.ask([large.target.id])
    assert queued(large) == [jobs.DELIVERY]
