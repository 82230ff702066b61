"""Servers that refuse a question, or serve less than everything."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from tests.sources.https import Answers, Asked
from tests.sources.ss12000.reading import NEXT_DAY, Setup, people

from kateder.core.tenancy import within
from kateder.sources.errors import ServerFails

if TYPE_CHECKING:
    from kateder.core.models import Authority


def refusing(*params: str) -> Callable[[Asked, Answers], Answers]:
    return lambda asked, answers: Answers({"code": "X"}, status=400) if set(params) <= asked.query.keys() else answers


def test_a_server_that_refuses_limit_is_asked_without_it(setup: Setup, authority: Authority) -> None:
    setup.school.twist = refusing("limit")
    setup.run()
    assert len(people(authority)) == 3
    assert setup.deviations() == {"limit_refused"}


def test_a_server_that_refuses_the_filter_is_read_in_full(setup: Setup, authority: Authority) -> None:
    setup.run()
    setup.school.twist = refusing("meta.modified.after")
    setup.school.rows["persons"].pop()
    assert setup.run().counts["changes"]["person"] == {"remove": 1}
    assert "filter_refused" in setup.deviations()


def test_a_server_without_deleted_entities_shows_removals_the_next_day(setup: Setup, authority: Authority) -> None:
    setup.run()
    setup.school.twist = lambda asked, answers: (
        Answers(None, status=501) if asked.path.endswith("deletedEntities") else answers
    )
    setup.school.rows["persons"].pop()
    assert setup.run().state == "unchanged"
    assert setup.deviations() == {"no_deleted_entities"}
    assert setup.run(NEXT_DAY).counts["changes"]["person"] == {"remove": 1}


def test_a_list_that_is_not_served_is_left_alone(setup: Setup, authority: Authority) -> None:
    from kateder.register.models import Group

    setup.run()
    rows = setup.school.rows.pop("groups")
    assert setup.run(NEXT_DAY).state == "unchanged"
    with within(authority.id):
        assert Group.objects.get().display_name == rows[0]["displayName"]
    assert setup.deviations() == {"not_served"}


def test_a_list_that_must_be_there_stops_the_run(setup: Setup) -> None:
    del setup.school.rows["persons"]
    with pytest.raises(ServerFails):
        setup.run()
