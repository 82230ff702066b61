"""A source is run by itself as often as was asked, and not otherwise."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from tests.sources.conftest import AddSource

from kateder.core import clock
from kateder.core.actors import Actor
from kateder.core.models import Authority
from kateder.core.tenancy import within
from kateder.sources import api
from kateder.sources.errors import TooOften
from kateder.sources.models import Source
from kateder.sources.tasks import request_due


def waiting(authority: Authority) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'sources.run' AND args->>'authority_id' = %s",
            [str(authority.id)],
        )
        return int(cursor.fetchone()[0])


def test_a_source_without_a_schedule_runs_only_when_asked(authority: Authority, add_source: AddSource) -> None:
    add_source()
    with within(authority.id):
        assert request_due(now=clock.now()) == []


def test_a_scheduled_source_is_asked_for_when_its_time_has_come(
    authority: Authority, add_source: AddSource, actor: Actor
) -> None:
    source = add_source()
    with within(authority.id):
        api.set_schedule(source.pk, every_minutes=60, actor=actor)
        assert request_due(now=clock.now()) == [source.pk]
        assert request_due(now=clock.now()) == [source.pk]
    assert waiting(authority) == 1
    api.run(source.pk, actor=actor)
    with within(authority.id):
        assert request_due(now=clock.now() + timedelta(minutes=59)) == []
        assert request_due(now=clock.now() + timedelta(minutes=61)) == [source.pk]


def test_a_source_is_not_read_more_often_than_every_five_minutes(
    authority: Authority, add_source: AddSource, actor: Actor
) -> None:
    source = add_source()
    with within(authority.id), pytest.raises(TooOften):
        api.set_schedule(source.pk, every_minutes=4, actor=actor)
    with within(authority.id):
        assert Source.objects.get(pk=source.pk).every_minutes is None
