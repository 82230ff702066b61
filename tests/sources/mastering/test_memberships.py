"""A membership that two systems deliver is one, and goes when the last of them has let go of it."""

from __future__ import annotations

from datetime import date

import pytest
from tests.sources.folder import Row
from tests.sources.mastering.systems import EVA, HEADERS, Systems, person

from kateder.core.tenancy import within
from kateder.register.api import Entity
from kateder.register.models import GroupMembership
from kateder.sources.mastering import api
from kateder.sources.models import SourceLink

GROUP = {
    "id": "6f0d5f2c-51d5-4f0b-9a3e-0f6c1a8f7c11", "displayName": "5B", "groupType": "Klass", "organisation": "o2",
    "startDate": "2026-07-01",
}  # fmt: skip
AUTUMN = {"startDate": "2026-08-17", "endDate": "2026-12-20"}
LATER = {"startDate": "2026-09-01", "endDate": ""}


def member(name: str, **dates: str) -> Row:
    return {"group": GROUP["id"], "person": name} | dates


@pytest.fixture
def both(systems: Systems) -> Systems:
    """The school system, added first, and the directory: each knows Eva, and that she is in 5B."""
    for name, key, dates in (("Skolsystemet", "eva", AUTUMN), ("Katalogen", "k1", LATER)):
        eva = person(**EVA | {"id": key})
        systems.add(name, eva, groups=[dict(GROUP)], memberships=[member(key, **dates)])
    return systems


def let_go(systems: Systems, name: str) -> None:
    systems.folders[name].files["memberships"] = []
    systems.run(name)


def dates(systems: Systems) -> list[tuple[date, date | None]]:
    with within(systems.authority_id):
        return list(GroupMembership.objects.order_by("start_date").values_list("start_date", "end_date"))


@pytest.fixture(autouse=True)
def _headers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(HEADERS, "memberships", "group,person,startDate,endDate\n")


OF_THE_SCHOOL = [(date(2026, 8, 17), date(2026, 12, 20))]
OF_THE_DIRECTORY = [(date(2026, 9, 1), None)]


@pytest.mark.parametrize("order", [("Skolsystemet", "Katalogen"), ("Katalogen", "Skolsystemet")])
def test_two_systems_that_say_it_give_one_membership_as_the_first_in_rank_says(
    both: Systems, order: tuple[str, str]
) -> None:
    both.run(*order)

    assert dates(both) == OF_THE_SCHOOL
    with within(both.authority_id):
        links = SourceLink.objects.filter(entity=Entity.MEMBERSHIP)
        assert {link.root_id for link in links} == {GroupMembership.objects.get().pk}
        assert links.count() == 2
    both.run()
    assert dates(both) == OF_THE_SCHOOL


def test_it_goes_when_the_last_has_let_go(both: Systems) -> None:
    both.run()
    let_go(both, "Skolsystemet")
    assert dates(both) == OF_THE_DIRECTORY
    let_go(both, "Katalogen")
    assert dates(both) == []


def test_the_word_of_the_second_in_rank_changes_nothing(both: Systems) -> None:
    both.run()
    both.folders["Katalogen"].files["memberships"][0]["endDate"] = "2026-10-01"
    both.run("Katalogen")
    assert dates(both) == OF_THE_SCHOOL

    both.folders["Skolsystemet"].files["memberships"][0]["startDate"] = "2026-08-24"
    both.run("Skolsystemet")
    assert dates(both) == [(date(2026, 8, 24), date(2026, 12, 20))]


def test_a_system_that_may_not_say_who_is_in_a_group_is_not_heard(both: Systems) -> None:
    with within(both.authority_id):
        directory = both.sources["Katalogen"].pk
        api.set_right(directory, Entity.MEMBERSHIP, creates=False, actor=both.actor)
    both.run()
    assert dates(both) == OF_THE_SCHOOL
    let_go(both, "Skolsystemet")
    assert dates(both) == []


def test_times_that_do_not_meet_are_two_memberships(both: Systems) -> None:
    both.folders["Katalogen"].files["memberships"][0].update(startDate="2027-01-11")
    both.run()
    assert dates(both) == [*OF_THE_SCHOOL, (date(2027, 1, 11), None)]
