"""What a source delivers under a new key is recognised where it is certain, and only there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from tests.sources.mastering.systems import EVA, UNITS, Systems, person

from kateder.core.tenancy import within
from kateder.register.models import Duty, Organisation
from kateder.sources.mastering.models import Suggestion

People = Callable[[], list[dict[str, Any]]]
NAMELESS = {"givenName": "E", "familyName": "L"}


def _likenesses(systems: Systems) -> list[str]:
    with within(systems.authority_id):
        return list(Suggestion.objects.order_by("likeness").values_list("likeness", flat=True))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (EVA, NAMELESS | {"civicNo": EVA["civicNo"]}),
        (NAMELESS | {"eduPersonPrincipalNames": "evalin@b.example"},
         NAMELESS | {"eduPersonPrincipalNames": "EvaLin@b.example"}),
    ],
)  # fmt: skip
def test_a_number_or_an_eppn_says_who_it_is(
    systems: Systems, people: People, one: dict[str, str], other: dict[str, str]
) -> None:
    systems.add("A", person(**one | {"id": "a1"}))
    systems.add("B", person(**other | {"id": "b1"}))
    done = systems.run()
    assert len(people()) == 1
    assert done.counts["recognised"] == 1


def test_the_same_uuid_in_two_systems_is_the_same(systems: Systems, people: People) -> None:
    same = str(uuid4())
    systems.add("A", person(**NAMELESS, id=same))
    systems.add("B", person(givenName="Eva", familyName="Lind", id=same))
    systems.run()
    assert len(people()) == 1


def test_our_own_id_is_recognised_when_it_comes_back(systems: Systems, people: People) -> None:
    systems.add("A", person(**NAMELESS, id="a1"))
    systems.run()
    systems.add("B", person(**NAMELESS, id=str(people()[0]["id"]).upper()))
    systems.run()
    assert len(people()) == 1


def test_the_same_short_key_in_two_systems_says_nothing(systems: Systems, people: People) -> None:
    systems.add("A", person(**NAMELESS, id="1"))
    systems.add("B", person(givenName="Ola", familyName="Ek", id="1"))
    systems.run()
    assert len(people()) == 2


def test_an_eppn_with_another_number_is_asked_about(systems: Systems, people: People) -> None:
    eppn = {"eduPersonPrincipalNames": "evalin@b.example"}
    systems.add("A", person(**EVA | eppn | {"id": "a1"}))
    systems.add("B", person(**EVA | eppn | {"id": "b1", "civicNo": "201503092395"}))
    systems.run()
    assert len(people()) == 2
    assert _likenesses(systems) == ["eppn"]


def test_a_number_that_two_rows_have_recognises_nobody(systems: Systems, people: People) -> None:
    systems.add("A", person(**EVA))
    systems.add("B", person(**EVA | {"id": "b1"}), person(**EVA | {"id": "b2"}))
    systems.run()
    assert len(people()) == 3


def test_namesakes_with_different_numbers_are_not_asked_about(systems: Systems, people: People) -> None:
    born = {"birthDate": "1985-01-20"}
    systems.add("A", person(**EVA | born))
    systems.add("B", person(**EVA | born | {"id": "b1", "civicNo": "198501202397"}))
    systems.run()
    assert _likenesses(systems) == []


def test_a_duty_of_the_same_person_role_and_unit_is_one_and_another_role_another(systems: Systems) -> None:
    duty = {"id": "d1", "person": "eva", "dutyAt": "o2", "dutyRole": "Lärare", "startDate": "2020-08-01"}
    systems.add("A", person(**EVA), duties=[duty])
    theirs = [duty | {"id": "x1", "person": "b1"}, duty | {"id": "x2", "person": "b1", "dutyRole": "Rektor"}]
    systems.add("B", person(**EVA | {"id": "b1"}), duties=theirs)
    systems.run()
    with within(systems.authority_id):
        assert sorted(Duty.objects.values_list("duty_role", flat=True)) == ["Lärare", "Rektor"]


def test_units_without_codes_are_asked_about(systems: Systems) -> None:
    bare = [unit | {"schoolUnitCode": "", "organisationNumber": ""} for unit in UNITS]
    systems.add("A", person(**EVA), organisations=bare)
    systems.add("B", person(**EVA | {"id": "b1"}), organisations=bare)
    systems.run()
    with within(systems.authority_id):
        assert Organisation.objects.count() == 4
    assert _likenesses(systems) == ["name_place", "name_place"]
