"""Nobody was awake at midnight: each missed day is caught up, under its own date."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from kateder.core import clock
from kateder.core.models import Authority
from kateder.licences.models import LedgerEntry
from kateder.provisioning.tasks import tick_in
from tests.cast import TODAY, Cast
from tests.licences.people import join, leave
from tests.offer import Offer


def _tick(cast: Cast, *, day: int) -> None:
    authority = Authority.objects.get(id=cast.authority.id)
    tick_in(authority, today=TODAY + timedelta(days=day), now=clock.now())


def _seats(person: UUID) -> list[tuple[str, int]]:
    found = LedgerEntry.objects.filter(person_id=person).order_by("id").values_list("event", "date")
    return [(event, (day - TODAY).days) for event, day in found]


@pytest.mark.parametrize("days", [3, 30])
def test_a_seat_taken_and_given_back_while_all_slept_has_its_own_dates(offer: Offer, days: int) -> None:
    offer.allow()
    offer.assign(offer.lot(), "class_5b")
    _tick(offer.cast, day=0)
    tomorrow = TODAY + timedelta(days=1)
    join(offer.cast, "olle", "class_5b", first_day=tomorrow)
    leave(offer.cast, "olle", last_day=tomorrow)
    _tick(offer.cast, day=days)
    assert _seats(offer.cast["olle"]) == [("seat_taken", 1), ("seat_released", 2)]


def test_a_day_is_acted_on_once(offer: Offer) -> None:
    _tick(offer.cast, day=0)
    _tick(offer.cast, day=2)
    before = LedgerEntry.objects.count()
    _tick(offer.cast, day=2)
    assert LedgerEntry.objects.count() == before
    assert Authority.objects.get(id=offer.cast.authority.id).acted_through == TODAY + timedelta(days=2)
