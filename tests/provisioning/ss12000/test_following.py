"""An edition that follows what changes is the one that would be made anew: SS 12000 and OneRoster, whatever happens."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kateder.core.tenancy import within
from kateder.provisioning.models import Edition, EditionRow
from kateder.provisioning.ss12000 import editions
from kateder.provisioning.ss12000.editions import edition_for
from kateder.provisioning.ss12000.profiles import Api, Profile
from tests.cast import Cast
from tests.provisioning import moves
from tests.provisioning.moves import MOVES, Town, town_of

Row = tuple[object, ...]
PROFILES = {api: Profile(api=api) for api in Api}


@pytest.fixture
def town(cast: Cast) -> Town:
    return town_of(cast)


def said(edition: UUID) -> Counter[Row]:
    """The living rows, but for their times."""
    rows = EditionRow.objects.filter(edition=edition, gone_at=None)
    return Counter(rows.values_list("path", "id", "root_id", "protected", "content_hash"))


class Clients:
    """A client of each API, whose editions follow."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.ids = {api: uuid4() for api in Api}

    def look(self) -> None:
        """Bring both up to date, and hold them to what is made anew."""
        for api, client in self.ids.items():
            profile = replace(PROFILES[api], service_id=self.town.offer.service.id)
            followed = said(edition_for(client, profile, today=self.town.today))
            anew = edition_for(uuid4(), profile, today=self.town.today)
            assert followed == said(anew), api
            EditionRow.objects.filter(edition=anew).delete()
            Edition.objects.filter(id=anew).delete()


class _TakenBack(Exception):
    pass


def live_through(town: Town, seed: int, *, length: int, happenings: Sequence[Callable[[Town], None]] = MOVES) -> None:
    """Let things happen and look in between, at random; all of it is taken back."""
    town = replace(town, draw=random.Random(seed))
    with within(town.offer.cast.authority.id):
        try:
            with transaction.atomic():
                clients = Clients(town)
                clients.look()
                for _ in range(length):
                    for _ in range(town.draw.choice([1, 1, 1, 2, 4])):
                        town.draw.choice(happenings)(town)
                    clients.look()
                raise _TakenBack
        except _TakenBack:
            pass


@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(seed=st.integers(0, 2**32))
def test_following_equals_making_anew(town: Town, seed: int) -> None:
    live_through(town, seed, length=8)


SMALL = [
    moves.rename, moves.join, moves.leave, moves.drop_membership, moves.enrol, moves.change_enrolment,
    moves.bend_group, moves.bend_activity, moves.tie_group, moves.bend_duty, moves.drop_duty, moves.protect_locally,
]  # fmt: skip


@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(seed=st.integers(0, 2**32))
def test_following_equals_making_anew_through_small_changes(town: Town, seed: int) -> None:
    live_through(town, seed, length=10, happenings=SMALL)


@pytest.mark.parametrize("api", list(Api))
def test_a_small_change_makes_nothing_anew_but_what_it_reaches(
    town: Town, cast: Cast, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile, client, today = replace(PROFILES[api], service_id=town.offer.service.id), uuid4(), town.today
    with within(cast.authority.id):
        edition = edition_for(client, profile, today=today)
        before = dict(_times(edition))
        monkeypatch.setattr(editions.services, "read_pages", _not_allowed)
        monkeypatch.setattr(editions.oneroster, "read_pages", _not_allowed)

        moves.something_elsewhere(town)
        assert edition_for(client, profile, today=today) == edition
        assert dict(_times(edition)) == before
        moves.set_local_protection(cast["elsa"], protected=True, rule="r", actor=town.by)
        edition_for(client, profile, today=today)
        after = dict(_times(edition))

    changed = {key for key in before if after.get(key) != before[key]}
    assert {path for path, _ in changed} <= {"persons", "groups", "users", "enrollments"}
    assert 0 < len(changed) <= 4


def _times(edition: UUID) -> list[tuple[tuple[str, UUID], object]]:
    rows = EditionRow.objects.filter(edition=edition, gone_at=None)
    return [((path, id_), when) for path, id_, when in rows.values_list("path", "id", "modified_at")]


def _not_allowed(service_id: UUID, *, today: date, now: object) -> None:
    pytest.fail("everything was made anew")
