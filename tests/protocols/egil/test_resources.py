"""The builders give, member by member, what the recorded reference client sends."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from kateder.protocols.egil import resources
from kateder.protocols.egil.encoding import content_hash, encode, references
from kateder.protocols.egil.types import ResourceType

RECORDED = Path(__file__).parents[2] / "fixtures" / "egil"
UNIT = UUID("8d371858-0c6a-4b8e-b3d2-6a9f1e4c5b44")
PUPIL = UUID("2b3a480f-7e91-4a5d-8c06-1d2f3b4a5c55")
TEACHER = UUID("75c666db-3b82-4e7f-9d14-2c5a6f7b8d66")


def recorded(name: str) -> dict[str, Any]:
    body: dict[str, Any] = json.loads((RECORDED / f"{name}.json").read_text())
    return body


def test_organisation_is_as_recorded() -> None:
    want = recorded("organisation")
    assert resources.organisation(UUID(want["externalId"]), display_name="Kommunen") == want


def test_school_unit_group_is_as_recorded() -> None:
    want = recorded("school_unit_group")
    assert resources.school_unit_group(UUID(want["externalId"]), display_name="skolgruppen") == want


def test_school_unit_is_as_recorded() -> None:
    want = recorded("school_unit")
    built = resources.school_unit(
        UUID(want["externalId"]),
        display_name="skolenhet2",
        school_unit_code="11111111",
        organisation_id=UUID(want["organisation"]["value"]),
        school_unit_group_id=UUID(want["schoolUnitGroup"]["value"]),
        municipality_code="9999",
    )
    assert built == want


def test_pupil_is_as_recorded() -> None:
    built = resources.user(
        PUPIL,
        user_name="pejo@skola.kommunen.se",
        display_name="Per Johansson",
        given_name="Per",
        family_name="Johansson",
        emails=["pejo@skolan.kommunen.se"],
        enrolments=[resources.PupilEnrolment(school_unit=UNIT, school_year=6)],
    )
    assert built == recorded("user_pupil")


def test_teacher_is_as_recorded_without_extension_object() -> None:
    built = resources.user(
        TEACHER,
        user_name="baje@skola.kommunen.se",
        display_name="Babs Jensen",
        given_name="Babs",
        family_name="Jensen",
        emails=["baje@skolan.kommunen.se"],
    )
    assert built == recorded("user_teacher")


def test_student_group_is_as_recorded() -> None:
    want = recorded("student_group")
    built = resources.student_group(
        UUID(want["externalId"]),
        display_name="grupp1",
        student_group_type="Undervisning",
        owner=UNIT,
        members=[UUID(want["studentMemberships"][0]["value"])],
    )
    assert built == want


def test_employment_is_as_recorded() -> None:
    want = recorded("employment")
    built = resources.employment(
        UUID(want["externalId"]),
        employed_at=UNIT,
        user_id=TEACHER,
        employment_role="Lärare",
        signature="baje",
    )
    assert built == want


def test_activity_is_as_recorded() -> None:
    want = recorded("activity")
    built = resources.activity(
        UUID(want["externalId"]),
        display_name="grupp2-Activity",
        owner=UNIT,
        groups=[UUID(want["groups"][0]["value"])],
        teachers=[UUID(want["teachers"][0]["value"])],
    )
    assert built == want


def test_national_tests_add_number_school_type_programme_and_test_activity() -> None:
    place = resources.PupilEnrolment(school_unit=UNIT, school_year=1, school_type="GY", program_code="NA").body()
    pupil = resources.user(PUPIL, user_name="x", display_name="x", civic_no="201201012380")
    activity = resources.activity(
        PUPIL, display_name="x", owner=UNIT, groups=[], teachers=[], parent_activities=[TEACHER]
    )
    assert (place["schoolType"], place["programCode"]) == ("GY", "NA")
    assert pupil["urn:scim:schemas:extension:sis:school:1.0:User"] == {"civicNo": "201201012380"}
    assert activity["parentActivity"] == [{"value": str(TEACHER)}]


def test_order_of_members_and_of_names_is_no_difference() -> None:
    first, second = UUID(int=1), UUID(int=2)
    one = resources.student_group(PUPIL, display_name="x", owner=UNIT, members=[first, second, first])
    other = dict(
        reversed(resources.student_group(PUPIL, display_name="x", owner=UNIT, members=[second, first]).items())
    )
    assert encode(one) == encode(other)
    assert content_hash(encode(one)) == content_hash(encode(other))


def test_a_changed_value_is_a_difference() -> None:
    one = encode(resources.organisation(PUPIL, display_name="Kommunen"))
    other = encode(resources.organisation(PUPIL, display_name="Kommunen "))
    assert content_hash(one) != content_hash(other)


def test_two_enrolments_at_one_unit_are_both_sent_in_a_fixed_order() -> None:
    places = [
        resources.PupilEnrolment(school_unit=UNIT, school_year=year, school_type=kind)
        for year, kind in ((6, "GR"), (6, "FTH"))
    ]
    there = resources.user(PUPIL, user_name="x", display_name="x", enrolments=places)
    back = resources.user(PUPIL, user_name="x", display_name="x", enrolments=reversed(places))
    assert encode(there) == encode(back)
    assert encode(there).count(b'"schoolType"') == 2


@pytest.mark.parametrize("empty", ["", "  "])
def test_an_empty_required_value_is_refused_and_not_sent(empty: str) -> None:
    with pytest.raises(resources.MissingValueError):
        resources.organisation(PUPIL, display_name=empty)


@pytest.mark.parametrize(
    ("name", "points_at"),
    [("organisation", 0), ("school_unit", 2), ("user_pupil", 1), ("student_group", 2), ("activity", 3)],
)
def test_references_are_found_wherever_they_stand(name: str, points_at: int) -> None:
    assert len(list(references(recorded(name)))) == points_at


def test_what_is_referred_to_is_sent_before_who_refers() -> None:
    kinds = {kind.endpoint: kind for kind in ResourceType}
    for path in RECORDED.glob("*.json"):
        body = recorded(path.stem)
        own = next(kind for kind in ResourceType if kind.schemas == body["schemas"])
        text = path.read_text()
        for endpoint, kind in kinds.items():
            if f'"$ref": "{endpoint}/' in text:
                assert kind.position < own.position
