"""The provider accepts what the reference client was recorded to send, and little else."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from kateder.demo.provider.rules import faults_of

RECORDED = Path(__file__).parents[2] / "fixtures" / "egil"
COLLECTIONS = {
    "organisation": "Organisations",
    "school_unit_group": "SchoolUnitGroups",
    "school_unit": "SchoolUnits",
    "user_pupil": "Users",
    "user_teacher": "Users",
    "student_group": "StudentGroups",
    "employment": "Employments",
    "activity": "Activities",
}


def recorded(name: str) -> dict[str, Any]:
    body: dict[str, Any] = json.loads((RECORDED / f"{name}.json").read_text())
    return body


@pytest.mark.parametrize("name", COLLECTIONS)
def test_every_recorded_body_is_accepted(name: str) -> None:
    assert faults_of(COLLECTIONS[name], recorded(name)) == []


@pytest.mark.parametrize("name", COLLECTIONS)
def test_a_body_without_any_one_of_its_members_or_with_one_more_is_judged(name: str) -> None:
    body = recorded(name)
    optional = {"schoolUnitCode", "schoolUnitGroup", "organisation", "municipalityCode", "name", "emails"} | {
        "studentGroupType",
        "signature",
        "urn:scim:schemas:extension:sis:school:1.0:User",
    }
    for member in body:
        less = {key: value for key, value in body.items() if key != member}
        assert bool(faults_of(COLLECTIONS[name], less)) == (member not in optional), member
    for extra in ("id", "meta", "nickName"):
        assert faults_of(COLLECTIONS[name], body | {extra: "x"})


@pytest.mark.parametrize(
    ("name", "path", "value"),
    [
        ("organisation", ["externalId"], "D80428C4-9A3C-4D6B-8F1E-0B7F5C2A6E11"),
        ("organisation", ["externalId"], "d80428c4-9a3c-7d6b-8f1e-0b7f5c2a6e11"),
        ("organisation", ["displayName"], ""),
        ("organisation", ["schemas"], ["urn:scim:schemas:extension:sis:school:1.0:SchoolUnit"]),
        ("school_unit", ["schoolUnitCode"], "1111"),
        ("school_unit", ["organisation", "$ref"], "SchoolUnits/d80428c4-9a3c-4d6b-8f1e-0b7f5c2a6e11"),
        ("user_pupil", ["emails", 0, "type"], "work"),
        ("user_pupil", ["userName"], None),
        (
            "user_pupil",
            ["urn:scim:schemas:extension:sis:school:1.0:User", "enrolments", 0, "schoolYear"],
            "6",
        ),
        ("student_group", ["studentMemberships", 0, "display"], "Per"),
        ("student_group", ["owner"], "8d371858-0c6a-4b8e-b3d2-6a9f1e4c5b44"),
        ("activity", ["teachers"], {}),
    ],
)
def test_a_faulty_member_is_refused(name: str, path: list[Any], value: object) -> None:
    body = copy.deepcopy(recorded(name))
    place: Any = body
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    assert faults_of(COLLECTIONS[name], body)


def test_the_same_member_twice_is_refused() -> None:
    body = recorded("student_group")
    body["studentMemberships"] *= 2
    assert faults_of("StudentGroups", body)
