"""Each rule finds what is wrong, on the right school's list, and is silent about what is right."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from tests.cast import SCHOOL_YEAR, SPRING, TODAY, Cast
from tests.register.quality.changing import change, create, found, remove

from kateder.core import quality
from kateder.core.models import Finding
from kateder.register.api import Entity
from kateder.register.models import Person

pytestmark = pytest.mark.usefixtures("tenant")
YESTERDAY = TODAY - timedelta(days=1)
DATES: Mapping[str, Any] = {"start_date": SCHOOL_YEAR, "end_date": SPRING}


def _group(cast: Cast, **values: Any) -> Any:
    base = {"display_name": "5C", "group_type": "Klass", "organisation_id": cast["bjork"], **DATES}
    return create(Entity.GROUP, **(base | values))


def _member(cast: Cast, name: str, group: Any, **dates: Any) -> Any:
    return create(Entity.MEMBERSHIP, person_id=cast[name], group_id=group, **(DATES | dates))


def _enrol(cast: Cast, name: str, unit: str, **values: Any) -> Any:
    base = {"school_type": "GR", "school_year": 5, "cancelled": False, **DATES}
    return create(Entity.ENROLMENT, person_id=cast[name], enroled_at_id=cast[unit], **(base | values))


def _person(name: str, **values: Any) -> Callable[[Cast], None]:
    return lambda cast: change(Entity.PERSON, cast[name], **values)


def _unit(name: str, **values: Any) -> Callable[[Cast], None]:
    return lambda cast: change(Entity.ORGANISATION, cast[name], **values)


# What is bent, the rule that sees it, and about whom or what (a name of the cast).
CASES: list[tuple[str, Callable[[Cast], object], set[str]]] = [
    ("person.eppn_missing", _person("elsa", edu_person_principal_names=[]), {"elsa"}),
    ("person.email_missing", _person("tove", emails=[]), {"tove"}),
    ("person.eppn_number", _person("elsa", edu_person_principal_names=["x150309@edu.example"]), {"elsa"}),
    ("person.eppn_number", _person("elsa", edu_person_principal_names=["201503092383@edu.example"]), {"elsa"}),
    ("person.eppn_form", _person("elsa", edu_person_principal_names=["ab12cd"]), {"elsa"}),
    ("person.eppn_shared", _person("elsa", edu_person_principal_names=["NILS@edu.bjorkviken.example"]),
     {"elsa", "nils"}),
    ("person.number_form", _person("elsa", civic_no="2015-03-09", civic_no_kind="invalid"), {"elsa"}),
    ("person.number_check_digit", _person("elsa", civic_no="201503092384", civic_no_kind="personal"), {"elsa"}),
    ("person.birth_date_differs", _person("elsa", civic_no="201503102387", civic_no_kind="personal"), {"elsa"}),
    ("person.number_temporary", _person("elsa", civic_no="20150309TF01", civic_no_kind="temporary"), {"elsa"}),
    ("person.number_coordination", _person("elsa", civic_no="201503692389", civic_no_kind="coordination"), {"elsa"}),
    ("person.two_classes", lambda cast: _member(cast, "elsa", cast["class_6a"]), {"elsa"}),
    ("enrolment.without_class", lambda cast: remove(Entity.MEMBERSHIP, cast["membership_elsa"]), {"elsa"}),
    ("membership.after_enrolment", lambda cast: change(Entity.ENROLMENT, cast["enrolment_elsa"], end_date=YESTERDAY),
     {"elsa"}),
    ("membership.overlaps", lambda cast: _member(cast, "elsa", cast["class_5b"]), {"elsa"}),
    ("enrolment.overlaps", lambda cast: _enrol(cast, "elsa", "bjork"), {"elsa"}),
    ("enrolment.two_schools", lambda cast: _enrol(cast, "elsa", "lund"), {"elsa"}),
    ("enrolment.school_year_odd", lambda cast: change(Entity.ENROLMENT, cast["enrolment_elsa"], school_year=11),
     {"elsa"}),
    ("enrolment.school_type_not_at_unit", lambda cast: change(Entity.ENROLMENT, cast["enrolment_elsa"],
     school_type="GY", school_year=1), {"elsa"}),
    ("enrolment.school_type_unknown", lambda cast: change(Entity.ENROLMENT, cast["enrolment_elsa"], school_type="X"),
     {"elsa"}),
    ("duty.duty_role_unknown", lambda cast: change(Entity.DUTY, cast["duty_tove"], duty_role="Magister"), {"tove"}),
    ("group.group_type_unknown", lambda cast: change(Entity.GROUP, cast["class_5b"], group_type="Flock"),
     {"class_5b"}),
    ("duty.without_groups", lambda cast: remove(Entity.ACTIVITY_TEACHER, cast["maths_5b_teacher"]), {"tove"}),
    ("group.without_teacher", lambda cast: remove(Entity.ACTIVITY_TEACHER, cast["maths_5b_teacher"]),
     {"class_5b", "class_6a"}),
    ("group.empty", lambda cast: remove(Entity.MEMBERSHIP, cast["membership_olle"]), {"class_6a"}),
    ("membership.outside_group", lambda cast: change(Entity.GROUP, cast["class_6a"], end_date=YESTERDAY),
     {"class_6a"}),
    ("duty.ends_soon", lambda cast: change(Entity.DUTY, cast["duty_tove"], end_date=TODAY + timedelta(days=3)),
     {"tove"}),
    ("guardianship.of_age", _person("elsa", birth_date=date(2008, 11, 23)), {"elsa"}),
    ("unit.closed", _unit("lund", end_date=YESTERDAY), {"lund"}),
    ("unit.not_open_yet", _unit("lund", start_date=TODAY + timedelta(days=1)), {"lund"}),
    ("unit.code_missing", _unit("lund", school_unit_code=None), {"lund"}),
    ("unit.code_form", _unit("lund", school_unit_code="2222"), {"lund"}),
    ("unit.code_shared", _unit("lund", school_unit_code="11111111"), {"lund", "bjork"}),
    ("unit.not_a_unit", _unit("lund", organisation_type="Skola"), {"lund"}),
    ("protection.name_in_group",
     lambda cast: change(Entity.GROUP, cast["class_5b"], display_name="Stöd Virtanen"),
     {"class_5b"}),
    ("protection.private_address", _person("sami", phone_numbers=["070-1740605"]), {"sami"}),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "bend", "about"), CASES, ids=[f"{n}-{case[0]}" for n, case in enumerate(CASES)])
def test_rule_finds_what_is_wrong_and_nothing_else(
    cast: Cast, rule: str, bend: Callable[[Cast], object], about: set[str]
) -> None:
    before = found(rule)
    bend(cast)
    assert found(rule) == {cast[name] for name in about}
    assert before < found(rule) or not before


def test_every_rule_of_the_register_is_shown_to_work() -> None:
    shown = {rule for rule, _bend, _about in CASES} | {
        "person.number_shared", "person.same_name_and_birth", "protection.ends", "person.eppn_name",
        "person.eppn_name_staff", "person.number_missing",
    }  # fmt: skip
    mine = {rule.code for rule in quality.rules().values() if not rule.code.endswith("_dangles")}
    unshown = {code for code in mine if code.split(".")[0] in {"person", "enrolment", "group", "duty", "unit"}} - shown
    assert unshown <= {
        "group.school_type_unknown", "person.person_status_unknown",
    }  # fmt: skip


def test_two_with_the_same_number_are_both_named(cast: Cast) -> None:
    for name in ("elsa", "nils"):
        change(Entity.PERSON, cast[name], civic_no="201503092383", civic_no_kind="personal")
    assert found("person.number_shared") == {cast["elsa"], cast["nils"]}
    finding = Finding.objects.get(rule="person.number_shared", subject_id=str(cast["elsa"]))
    assert finding.params["other"] == str(cast["nils"])


def test_same_name_and_birth_is_a_suggestion_unless_both_have_numbers(cast: Cast) -> None:
    elsa = cast.person("elsa")
    change(Entity.PERSON, cast["nils"], sort_key=elsa.sort_key, birth_date=elsa.birth_date)
    assert found("person.same_name_and_birth") == {cast["elsa"], cast["nils"]}
    change(Entity.PERSON, cast["elsa"], civic_no="201503092383", civic_no_kind="personal")
    change(Entity.PERSON, cast["nils"], civic_no="201503092391", civic_no_kind="personal")
    assert found("person.same_name_and_birth") == set()


@pytest.mark.parametrize(
    ("eppn", "tells"),
    [("elsa.aberg@edu.example", True), ("elsabe04@edu.example", True), ("elsaab@edu.example", True),
     ("qx71tz@edu.example", False), ("else12@edu.example", False)],
)  # fmt: skip
def test_user_name_that_tells_the_name_is_found(cast: Cast, eppn: str, tells: bool) -> None:
    change(Entity.PERSON, cast["elsa"], edu_person_principal_names=[eppn])
    assert (cast["elsa"] in found("person.eppn_name")) is tells


def test_protection_that_ends_is_known_a_month_before(cast: Cast) -> None:
    Person.objects.filter(pk=cast["elsa"]).update(
        local_protection=True, local_protection_rule="alias", local_protection_until=TODAY + timedelta(days=30)
    )
    assert found("protection.ends") == {cast["elsa"]}
    assert found("protection.ends", today=YESTERDAY) == set()


def test_reference_to_nothing_is_found(cast: Cast, owner: Any) -> None:
    """No constraint holds memberships to their persons: the checks of `apply` do."""
    from kateder.core import db

    with db.cursor() as cursor:
        cursor.execute("UPDATE register_groupmembership SET person_id = gen_random_uuid() WHERE id = %s",
                       [cast["membership_elsa"]])  # fmt: skip
    assert found("membership.person_dangles") == {cast["membership_elsa"]}


def test_finding_stands_on_the_list_of_the_school_where_the_pupil_goes(cast: Cast) -> None:
    change(Entity.PERSON, cast["nils"], edu_person_principal_names=[])
    quality.sweep(today=TODAY)
    assert Finding.objects.get(rule="person.eppn_missing").unit_id == cast["lund"]


def test_findings_hold_no_names(cast: Cast) -> None:
    for _rule, bend, _about in CASES:
        bend(cast) if _rule.startswith("person.eppn_f") else None
    quality.sweep(today=TODAY)
    said = " ".join(f"{one.place} {one.params}" for one in Finding.objects.all())
    assert not any(name in said for name in ("Elsa", "Åberg", "Virtanen", "@"))
