"""The worker keeps editions up to date, and forgets what is long gone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kateder.core import clock, db, statistics
from kateder.core.tenancy import within
from kateder.provisioning.models import Edition, EditionRow
from kateder.provisioning.ss12000 import upkeep
from kateder.trust.api import disable_client
from kateder.trust.models import ApiClient
from tests.cast import Cast
from tests.provisioning.ss12000.calling import WHOLE, NewApi
from tests.provisioning.ss12000.test_paging import Action, change


def test_an_edition_that_is_behind_is_brought_up_to_date(cast: Cast, new_api: NewApi) -> None:
    api = new_api(cast.authority, WHOLE)
    api.ids("persons")
    with within(cast.authority.id):
        ApiClient.objects.filter(id=api.client.id).update(last_seen_at=clock.now())
        assert upkeep.tick_in(today=clock.today(), now=clock.now()) == []
    change(cast.authority, Action.UPDATE, cast["elsa"], "Ny")

    with within(cast.authority.id):
        assert upkeep.tick_in(today=clock.today(), now=clock.now()) == [api.client.id]
        upkeep.follow(api.client.id, today=clock.today())
        assert upkeep.tick_in(today=clock.today(), now=clock.now()) == []
        assert '"Ny"' in EditionRow.objects.get(path="persons", id=cast["elsa"]).body


def test_the_planner_is_told_of_an_edition_that_was_just_made(
    cast: Cast, new_api: NewApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statistics, "MANY", 5)
    looked = "SELECT coalesce(pg_stat_get_analyze_count('provisioning_editionrow'::regclass), 0)"
    with within(cast.authority.id), db.cursor() as cursor:
        before = cursor.execute(looked).fetchone()

    new_api(cast.authority, WHOLE).ids("persons")

    with within(cast.authority.id), db.cursor() as cursor:
        assert cursor.execute(looked).fetchone() != before


def test_a_new_day_is_followed_too(cast: Cast, new_api: NewApi) -> None:
    api = new_api(cast.authority, WHOLE)
    api.ids("persons")
    with within(cast.authority.id):
        ApiClient.objects.filter(id=api.client.id).update(last_seen_at=clock.now())
        tomorrow = clock.today() + timedelta(days=1)

        assert upkeep.tick_in(today=tomorrow, now=clock.now()) == [api.client.id]


def test_removals_are_forgotten_after_a_year_and_editions_with_their_client(cast: Cast, new_api: NewApi) -> None:
    whole, own = new_api(cast.authority, WHOLE), new_api(cast.authority, {"entities": ["persons"]})
    whole.ids("persons")
    assert own.ids("persons")
    change(cast.authority, Action.REMOVE, cast["gustav"], "")
    assert whole.get("deletedEntities", entities="Person")["data"]["persons"] == [str(cast["gustav"])]

    with within(cast.authority.id):
        upkeep.forget_in(now=clock.now())
        assert EditionRow.objects.filter(gone_at__isnull=False).exists()
        upkeep.forget_in(now=clock.now() + timedelta(days=366))
        assert not EditionRow.objects.filter(gone_at__isnull=False).exists()
        disable_client(own.client.id, by=cast.actor("alva"), now=clock.now())
        upkeep.forget_in(now=clock.now())
        assert [edition.client_id for edition in Edition.objects.all()] == [None]
