"""Each minute what is due is asked for, once; days act by themselves, also those nobody was awake for."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

import psycopg
import pytest
from django.db import connection

from kateder.core import clock, jobs
from kateder.core.models import Authority
from kateder.licences import settling
from kateder.provisioning import api as provisioning
from kateder.provisioning import tasks
from kateder.provisioning.api import Account
from tests.cast import TODAY
from tests.deliveries import Delivery


def tick(delivery: Delivery, *, days: int = 0, now: datetime | None = None) -> list[UUID]:
    with delivery.inside():
        authority = Authority.objects.get(id=delivery.cast.authority.id)
        return tasks.tick_in(authority, today=TODAY + timedelta(days=days), now=now or clock.now())


def waiting_jobs(delivery: Delivery) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'provisioning.deliver' AND status = 'todo'"
            " AND args->>'authority_id' = %s",
            [str(delivery.cast.authority.id)],
        )
        return int(cursor.fetchone()[0])


def test_what_the_feed_moved_is_asked_for_once(delivery: Delivery) -> None:
    assert tick(delivery) == [delivery.target.id]
    assert tick(delivery) == [delivery.target.id]
    assert waiting_jobs(delivery) == 1


def test_nothing_is_asked_for_while_nothing_moves(delivery: Delivery) -> None:
    tick(delivery)
    delivery.first()
    assert tick(delivery) == []
    delivery.join(1)
    assert tick(delivery) == [delivery.target.id]


def test_an_approved_plan_is_carried_out_at_the_next_tick(delivery: Delivery) -> None:
    tick(delivery)
    delivery.run()
    assert tick(delivery) == []
    delivery.approve()
    assert tick(delivery) == [delivery.target.id]


def test_a_missed_midnight_is_caught_up(delivery: Delivery) -> None:
    tick(delivery)
    delivery.first()
    assert tick(delivery) == []
    assert tick(delivery, days=3) == [delivery.target.id]
    with delivery.inside():
        assert Authority.objects.get(id=delivery.cast.authority.id).acted_through == TODAY + timedelta(days=3)
    delivery.run(today=TODAY + timedelta(days=3))
    assert tick(delivery, days=3) == []


def test_what_moves_while_a_tick_settles_is_settled_by_the_next(
    delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    settled: list[int] = []

    def settle(days: list[date], *, cause: str) -> None:
        settled.append(len(days))
        if len(settled) == 1:
            delivery.join(1)

    monkeypatch.setattr(tasks.licences, "settle_days", settle)
    tick(delivery)
    tick(delivery)
    assert len(settled) == 2


def test_every_lot_is_locked_before_the_feed_is(
    delivery: Delivery, owner: psycopg.Connection[tuple[object, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lot that begins on a later day too: who changes it holds its lock and waits for the feed's."""
    with delivery.inside():
        later = delivery.offer.lot(start_date=TODAY + timedelta(days=2))
    free: list[object] = []

    def settle(**_day: object) -> None:
        asked = owner.execute("SELECT id FROM licences_lot WHERE id = %s FOR UPDATE SKIP LOCKED", [later.id])
        free.append(asked.fetchone())

    monkeypatch.setattr(settling, "settle", settle)
    tick(delivery)
    assert free == [None]
    settle()
    assert free[1:] == [(later.id,)]


def test_what_failed_is_tried_again_after_a_while(delivery: Delivery) -> None:
    tick(delivery)
    delivery.first()
    delivery.join(1)
    tick(delivery)
    delivery.provider.order({"match": "POST", "do": "answer", "status": 400})
    delivery.run()
    assert tick(delivery) == []
    assert tick(delivery, now=clock.now() + timedelta(minutes=11)) == [delivery.target.id]


@pytest.mark.parametrize("paused", ["authority", "target"])
def test_nothing_is_asked_for_while_paused(delivery: Delivery, paused: str) -> None:
    with delivery.inside():
        if paused == "target":
            provisioning.set_state(delivery.target.id, provisioning.TargetState.PAUSED, by=delivery.offer.by)
        else:
            Authority.objects.filter(id=delivery.cast.authority.id).update(paused_at=clock.now())
    assert tick(delivery) == []


def test_the_job_delivers(delivery: Delivery) -> None:
    delivery.first()
    (newcomer,) = delivery.join(1)
    tasks.DELIVER_EVERYTHING.run(authority_id=str(delivery.cast.authority.id), target_id=str(delivery.target.id))
    with delivery.inside():
        state = provisioning.account_state(delivery.offer.service.id, newcomer)
    assert state.state == Account.READY


def test_a_requested_delivery_is_one_job_per_target(delivery: Delivery) -> None:
    with delivery.inside():
        for _ in range(3):
            provisioning.request_delivery([delivery.offer.service.id])
    assert waiting_jobs(delivery) == 1


def test_what_has_to_look_at_everything_waits_in_a_queue_of_its_own(delivery: Delivery) -> None:
    ids = {"authority_id": str(delivery.cast.authority.id), "target_id": str(delivery.target.id)}
    tasks.DELIVER.run(**ids)
    with connection.cursor() as cursor:
        query = "SELECT queue_name FROM procrastinate_jobs WHERE status = 'todo' AND args->>'target_id' = %s"
        cursor.execute(query, [ids["target_id"]])
        assert cursor.fetchall() == [(jobs.BULK,)]
    delivery.first(today=clock.today())
    (newcomer,) = delivery.join(1)
    tasks.DELIVER.run(**ids)
    with delivery.inside():
        assert provisioning.account_state(delivery.offer.service.id, newcomer).state == Account.READY
