"""Whatever the order in which three sources are read, the register ends the same."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.sources.mastering.systems import EVA, Systems, person

from kateder.core.tenancy import within
from kateder.sources.mastering.models import Conflict

People = Callable[[], list[dict[str, Any]]]
NAMES = ("Personal", "Skolsystemet", "Katalogen")
SAYS = {
    "givenName": st.sampled_from(["Eva", "Eva Maria", "Ewa"]),
    "emails": st.sampled_from(["", "eva@a.example", "eva@b.example"]),
    "phoneNumbers": st.sampled_from(["", "070-1"]),
    "securityMarking": st.sampled_from(["", "Sekretessmarkering", "Skyddad folkbokföring"]),
}


def _end(systems: Systems, people: People) -> tuple[Any, ...]:
    """What the register says in the end, without what tells one person's row from another's."""
    with within(systems.authority_id):
        conflicts = sorted(Conflict.objects.values_list("attribute", "holds__name", "against__name"))
    private = {"id", "created_in_id", "modified_in_id", "authority_id"}
    return [{name: value for name, value in one.items() if name not in private} for one in people()], conflicts


@pytest.fixture
def three(systems: Systems, people: People) -> Systems:
    for name in NAMES:
        systems.add(name, person(**EVA | {"id": f"{name}-1"}))
    systems.run()
    return systems


def test_three_sources_read_for_the_first_time_in_any_order(systems: Systems, people: People) -> None:
    for number, name in enumerate(NAMES):
        systems.add(name, person(**EVA | {"id": name, "givenName": f"Eva{number}", "phoneNumbers": f"07{number}"}))
    ends = []
    for order in permutations(NAMES):
        systems.run(*order)
        ends.append(_end(systems, people))
        rows = {name: systems.folders[name].files["persons"] for name in NAMES}
        for name in NAMES:
            systems.drop(name)
        systems.run()
        for name in NAMES:
            systems.folders[name].files["persons"] = rows[name]
    assert all(end == ends[0] for end in ends)
    assert ends[0][0][0]["given_name"] == "Eva0"


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    says=st.fixed_dictionaries({name: st.fixed_dictionaries(SAYS) for name in NAMES}),
    first=st.permutations(NAMES),
    second=st.permutations(NAMES),
)
def test_what_three_sources_come_to_say_ends_the_same_in_any_order(
    three: Systems, people: People, says: dict[str, dict[str, str]], first: list[str], second: list[str]
) -> None:
    before = {name: dict(three.folders[name].files["persons"][0]) for name in NAMES}
    ends = []
    for order in (first, second):
        for name in NAMES:
            three.say(name, says[name])
        three.run(*order)
        ends.append(_end(three, people))
        for name in NAMES:
            three.say(name, before[name])
        three.run()
    assert ends[0] == ends[1]
