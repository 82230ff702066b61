"""Nobody teaches by a duty that rests: the duty stays, and comes back to its activities when the leave is over."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from kateder.core import clock
from kateder.core.tenancy import within
from kateder.provisioning.models import EditionRow
from kateder.provisioning.ss12000.editions import edition_for
from kateder.provisioning.ss12000.profiles import profile_of
from kateder.register.api import end_leave, set_leave
from tests.cast import Cast
from tests.provisioning.ss12000.calling import WHOLE, Api, NewApi

DAY = timedelta(days=1)


@pytest.fixture
def api(cast: Cast, new_api: NewApi) -> Api:
    own = new_api(cast.authority, WHOLE)
    assert teachers(cast, own) == [str(cast["duty_tove"])]
    return own


def teachers(cast: Cast, api: Api) -> list[str]:
    found = api.get(f"activities/{cast['maths_5b']}").get("teachers", ())
    return [teacher["duty"]["id"] for teacher in found]


def teachers_on(cast: Cast, api: Api, day: date) -> bool:
    with within(cast.authority.id):
        edition = edition_for(api.client.id, profile_of(api.client), today=day)
        body = EditionRow.objects.get(edition=edition, path="activities", id=cast["maths_5b"]).body
    return str(cast["duty_tove"]) in (body or "")


def test_who_is_on_leave_teaches_nothing_and_keeps_the_duty(cast: Cast, api: Api) -> None:
    today = clock.today()
    with within(cast.authority.id):
        leave = set_leave(cast["duty_tove"], start_date=today, end_date=None, actor=cast.actor("alva"))
    assert teachers(cast, api) == []
    assert str(cast["duty_tove"]) in api.ids("duties")
    assert api.ids("activities", teacher=str(cast["duty_tove"])) == []

    with within(cast.authority.id):
        end_leave(leave.pk, last_day=today - DAY, actor=cast.actor("alva"))
    assert teachers(cast, api) == [str(cast["duty_tove"])]


def test_a_leave_begins_and_ends_by_its_dates(cast: Cast, api: Api) -> None:
    today = clock.today()
    with within(cast.authority.id):
        set_leave(cast["duty_tove"], start_date=today + DAY, end_date=today + 2 * DAY, actor=cast.actor("alva"))

    taught = [teachers_on(cast, api, today + number * DAY) for number in range(4)]

    assert taught == [True, False, False, True]
