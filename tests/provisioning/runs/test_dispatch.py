"""A commit in the feed makes deliveries happen at once, once, and by one listener."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest
from django.db import OperationalError, transaction

from kateder.core import feed
from kateder.core.feed import Entity
from kateder.core.models import Authority
from kateder.core.tenancy import within
from kateder.provisioning.runs import dispatch
from tests.deliveries import Delivery
from tests.installation import wait_for


class Looks:
    """Notes when each authority was looked at."""

    def __init__(self) -> None:
        self._seen: list[tuple[UUID, float]] = []

    def __call__(self, authority_id: UUID) -> None:
        self._seen.append((authority_id, time.monotonic()))

    def at(self, authority_id: UUID) -> list[float]:
        return [at for seen, at in self._seen if seen == authority_id]


@contextmanager
def listening(looks: dispatch.Look) -> Iterator[None]:
    """Listen in a thread of its own, as a worker does."""
    loop = asyncio.new_event_loop()
    task = loop.create_task(dispatch.listen(look=looks))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(task.cancel)
        wait_for(task.done)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def move(authority: Authority) -> None:
    with within(authority.id):
        feed.append({Entity.DAY: [authority.id]}, cause="test")


def test_a_commit_is_looked_at_within_a_second_and_many_are_looked_at_few_times(authority: Authority) -> None:
    looks = Looks()
    with listening(looks):
        wait_for(lambda: bool(looks.at(authority.id)), seconds=20)
        at_the_start = len(looks.at(authority.id))
        assert at_the_start == 1, "what was committed while nobody listened is looked at once"
        time.sleep(0.3)
        began = time.monotonic()
        move(authority)
        wait_for(lambda: len(looks.at(authority.id)) > 1)
        assert looks.at(authority.id)[1] - began < 1.0
        for _ in range(100):
            move(authority)
        moved = time.monotonic()
        wait_for(lambda: looks.at(authority.id)[-1] > moved or time.monotonic() > moved + 1)
        seconds = time.monotonic() - began
        assert len(looks.at(authority.id)) <= 3 + seconds / dispatch.REST_SECONDS


def test_what_is_rolled_back_is_not_looked_at(authority: Authority) -> None:
    looks = Looks()
    with listening(looks):
        wait_for(lambda: bool(looks.at(authority.id)), seconds=20)
        with within(authority.id):
            feed.append({Entity.DAY: [authority.id]}, cause="test")
            transaction.set_rollback(True)
        time.sleep(0.5)
        assert len(looks.at(authority.id)) == 1


def test_one_of_many_listens_and_another_takes_its_place(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatch, "TAKE_OVER_SECONDS", 0.1)
    first, second = Looks(), Looks()
    with listening(second):
        wait_for(lambda: bool(second.at(authority.id)), seconds=20)
        with listening(first):
            time.sleep(0.5)
            assert not first.at(authority.id)
            second_ends = len(second.at(authority.id))
    with listening(first):
        wait_for(lambda: bool(first.at(authority.id)))
    assert len(second.at(authority.id)) == second_ends


def test_a_look_asks_for_the_targets_that_are_behind_and_for_no_others(delivery: Delivery) -> None:
    authority_id = delivery.cast.authority.id
    assert dispatch.look(authority_id) == [delivery.target.id]
    assert dispatch.look(authority_id) == [], "it is asked for already"
    delivery.first()
    assert dispatch.look(authority_id) == []


def test_a_database_that_fails_one_look_does_not_end_the_listening(authority: Authority) -> None:
    looks = Looks()

    def failing(authority_id: UUID) -> None:
        looks(authority_id)
        if len(looks.at(authority_id)) == 1:
            raise OperationalError

    with listening(failing):
        wait_for(lambda: bool(looks.at(authority.id)), seconds=20)
        time.sleep(0.3)
        move(authority)
        wait_for(lambda: len(looks.at(authority.id)) > 1)
