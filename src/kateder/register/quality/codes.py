"""Codes outside the code lists of SS 12000, or no longer in force."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_noop

from kateder.core.models import Severity
from kateder.core.quality import Rule
from kateder.protocols import ss12000
from kateder.protocols.ss12000 import CodeList
from kateder.register.quality.grounds import to_come


@dataclass(frozen=True, slots=True)
class _Place:
    """A column that holds a code: the table (alias t), how to find the unit, and whose it is to mend."""

    column: str
    table: str
    subject: str
    unit: str
    codes: CodeList
    subject_type: str
    owner: str = "school"
    alive: str = to_come("t")


_PLACES = (
    _Place("school_type", "register_enrolment", "t.person_id", "t.enroled_at_id", ss12000.SCHOOL_TYPE, "person"),
    _Place("duty_role", "register_duty", "t.person_id", "t.duty_at_id", ss12000.DUTY_ROLE, "person", owner="hr"),
    _Place("group_type", "register_group", "t.id", "t.organisation_id", ss12000.GROUP_TYPE, "group"),
    _Place("school_type", "register_group", "t.id", "t.organisation_id", ss12000.SCHOOL_TYPE, "group"),
    _Place(
        "organisation_type", "register_organisation", "t.id", "t.id", ss12000.ORGANISATION_TYPE, "organisation", "it"
    ),
    _Place(
        "person_status", "register_person", "t.id", "(SELECT unit_id FROM home h WHERE h.person_id = t.id)",
        ss12000.PERSON_STATUS, "person", alive="true",
    ),
    _Place(
        "relation_type", "register_guardianship", "t.child_id",
        "(SELECT unit_id FROM home h WHERE h.person_id = t.child_id)", ss12000.RELATION_TYPE, "person",
    ),
)  # fmt: skip


def _known(codes: CodeList) -> Mapping[str, object]:
    return {"known": list(codes.codes)}


def rules() -> Iterator[Rule]:
    """A rule per column that holds a code, and two about school years and units."""
    for place in _PLACES:
        yield _outside(place)
    yield Rule(
        code="enrolment.school_year_odd",
        title=gettext_noop("School years that the school form does not have"),
        message=gettext_noop("The pupil has school year {year} in the school form {school_type}."),
        remedy=gettext_noop("Correct the school year or the school form of the enrolment in the school system."),
        subject_type="person",
        owner="school",
        select="""
SELECT e.person_id, e.school_type, e.unit_id,
       jsonb_build_object('year', e.school_year, 'school_type', e.school_type)
  FROM schooling e
 WHERE (e.school_type IN ('GR', 'SP', 'SAM', 'GRAN') AND e.school_year NOT BETWEEN 0 AND 10)
    OR (e.school_type IN ('GY', 'GYAN') AND e.school_year NOT BETWEEN 1 AND 4)
    OR (e.school_type = 'FKLASS' AND e.school_year <> 0)
""",
    )
    yield Rule(
        code="enrolment.school_type_not_at_unit",
        title=gettext_noop("Enrolled in a school form that the school does not have"),
        message=gettext_noop("The pupil is enrolled in {school_type}, which the school unit is not registered for."),
        remedy=gettext_noop(
            "Correct the enrolment in the school system. If the school has the school form, let IT add it to the "
            "school unit."
        ),
        subject_type="person",
        owner="school",
        select="""
SELECT e.person_id, e.school_type, e.unit_id, jsonb_build_object('school_type', e.school_type)
  FROM schooling e JOIN register_organisation o ON o.id = e.unit_id
 WHERE cardinality(o.school_types) > 0 AND NOT e.school_type = ANY(o.school_types)
   AND NOT (e.school_type = 'FKLASS' AND 'GR' = ANY(o.school_types))
""",
    )


def _outside(place: _Place) -> Rule:
    entity = place.table.removeprefix("register_")

    def values(_today: date) -> Mapping[str, object]:
        return _known(place.codes)

    return Rule(
        code=f"{entity}.{place.column}_unknown",
        title=gettext_noop("Codes outside the code lists"),
        message=gettext_noop("{column} has the value “{value}”, which is not in the code list {list}."),
        remedy=gettext_noop(
            "Choose a value of the code list in the system that the information comes from, or let IT map the value "
            "where the source is read."
        ),
        subject_type=place.subject_type,
        owner=place.owner,
        severity=Severity.WARNING,
        select=f"""
SELECT {place.subject}, '{place.column}:' || t.{place.column}, {place.unit},
       jsonb_build_object('column', '{place.column}', 'value', t.{place.column}, 'list', '{place.codes.name}')
  FROM {place.table} t
 WHERE t.{place.column} IS NOT NULL AND NOT t.{place.column} = ANY(%(known)s) AND {place.alive}
""",
        values=values,
    )
