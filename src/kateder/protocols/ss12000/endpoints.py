"""The endpoints of SS 12000:2020 as data: what can be asked of each, and what it is called where.

Names and filters are those of the published OpenAPI document, version 2.0.0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What a filter's value is."""

    TEXT = "text"
    UUID = "uuid"
    DATE = "date"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class Filter:
    """One query parameter. `many`: may be repeated, and any of its values will do (all of them for names)."""

    kind: Kind
    many: bool = False
    required: bool = False


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One kind of thing: its path, its name among resource types, and what may be asked of it.

    `deleted` is its key in the answer of deletedEntities. `lookup` maps the fields of a lookup's body to what they
    hold. `writes` says whether clients may POST, and `removes` whether they may DELETE.
    """

    path: str
    resource: str
    deleted: str
    filters: Mapping[str, Filter] = field(default_factory=dict)
    sorts: tuple[str, ...] = ()
    expands: tuple[str, ...] = ()
    lookup: Mapping[str, Kind] = field(default_factory=dict)
    lookup_expands: bool = True
    writes: bool = False
    removes: bool = False


_ONE: Final = Filter(Kind.UUID)
_MANY: Final = Filter(Kind.UUID, many=True)
_TEXT: Final = Filter(Kind.TEXT)
_TEXTS: Final = Filter(Kind.TEXT, many=True)
_DATE: Final = Filter(Kind.DATE)
_TIME: Final = Filter(Kind.TIME)

META: Final[Mapping[str, Filter]] = {
    f"meta.{what}.{when}": _TIME for what in ("created", "modified") for when in ("before", "after")
}


def _between(name: str, filter_: Filter) -> dict[str, Filter]:
    return {f"{name}.onOrBefore": filter_, f"{name}.onOrAfter": filter_}


_DATES: Final = _between("startDate", _DATE) | _between("endDate", _DATE)
_IDS: Final = {"ids": Kind.UUID}
_BY_DATES: Final = ("StartDateAsc", "StartDateDesc", "EndDateAsc", "EndDateDesc")

_EVERY: Final = (
    Endpoint(
        "organisations",
        "Organisation",
        "organisations",
        {
            "parent": _MANY,
            "schoolUnitCode": _TEXTS,
            "organisationCode": _TEXTS,
            "municipalityCode": _TEXT,
            "type": _TEXTS,
            "schoolTypes": _TEXTS,
            **_DATES,
        },
        ("ModifiedDesc", "DisplayNameAsc"),
        lookup=_IDS | {"schoolUnitCodes": Kind.TEXT, "organisationCodes": Kind.TEXT},
    ),
    Endpoint(
        "persons",
        "Person",
        "persons",
        {
            "nameContains": _TEXTS,
            "civicNo": _TEXT,
            "eduPersonPrincipalName": _TEXT,
            "identifier.value": _TEXT,
            "identifier.context": _TEXT,
            "relationship.entity.type": _TEXT,
            "relationship.organisation": _ONE,
            **_between("relationship.startDate", _DATE),
            **_between("relationship.endDate", _DATE),
        },
        (
            "DisplayNameAsc",
            "GivenNameDesc",
            "GivenNameAsc",
            "FamilyNameDesc",
            "FamilyNameAsc",
            "CivicNoAsc",
            "CivicNoDesc",
            "ModifiedDesc",
        ),
        ("duties", "responsibleFor", "placements", "ownedPlacements", "groupMemberships"),
        lookup=_IDS | {"civicNos": Kind.TEXT},
    ),
    Endpoint(
        "placements",
        "Placement",
        "placements",
        {"organisation": _ONE, "group": _ONE, "child": _ONE, "owner": _ONE, **_DATES},
        (*_BY_DATES, "ModifiedDesc"),
        ("child", "owners"),
        lookup=_IDS | {"personIds": Kind.UUID},
    ),
    Endpoint(
        "duties",
        "Duty",
        "duties",
        {"organisation": _ONE, "dutyRole": _TEXT, "person": _ONE, **_DATES},
        ("StartDateDesc", "StartDateAsc", "ModifiedDesc"),
        ("person",),
        lookup=_IDS,
    ),
    Endpoint(
        "groups",
        "Group",
        "groups",
        {"groupType": _TEXTS, "schoolTypes": _TEXTS, "organisation": _MANY, **_DATES},
        ("ModifiedDesc", "DisplayNameAsc", *_BY_DATES),
        ("assignmentRoles",),
        lookup=_IDS,
    ),
    Endpoint(
        "programmes",
        "Programme",
        "programmes",
        {"schoolType": _TEXTS, "code": _TEXT, "parentProgramme": _TEXT},
        ("NameAsc", "CodeAsc", "ModifiedDesc"),
        lookup=_IDS,
    ),
    Endpoint(
        "studyplans",
        "StudyPlan",
        "studyPlans",
        {"student": _MANY, **_DATES},
        ("ModifiedDesc", *_BY_DATES),
    ),
    Endpoint(
        "syllabuses",
        "Syllabus",
        "syllabuses",
        {},
        (
            "ModifiedDesc",
            *(
                f"{name}{order}"
                for name in ("SubjectName", "SubjectCode", "CourseName", "CourseCode", "SubjectDesignation")
                for order in ("Asc", "Desc")
            ),
        ),
        lookup=_IDS,
    ),
    Endpoint(
        "schoolUnitOfferings",
        "SchoolUnitOffering",
        "schoolUnitOfferings",
        {"organisation": _ONE},
        ("ModifiedDesc", *_BY_DATES),
        lookup=_IDS,
    ),
    Endpoint(
        "activities",
        "Activity",
        # Misspelled so in the published document.
        "activitites",
        {"member": _ONE, "teacher": _ONE, "organisation": _ONE, "group": _ONE},
        ("ModifiedDesc", "DisplayNameAsc"),
        ("groups", "teachers", "syllabus"),
        lookup=_IDS | {"teachers": Kind.UUID, "members": Kind.UUID},
    ),
    Endpoint(
        "calendarEvents",
        "CalendarEvent",
        "calendarEvents",
        {
            "startTime.onOrAfter": Filter(Kind.TIME, required=True),
            "startTime.onOrBefore": Filter(Kind.TIME, required=True),
            **_between("endTime", _TIME),
            "activity": _ONE,
            "student": _ONE,
            "teacher": _ONE,
            "organisation": _ONE,
            "group": _ONE,
        },
        ("ModifiedDesc", "StartTimeAsc", "StartTimeDesc"),
        ("activity", "attendance"),
        lookup=_IDS | {"activities": Kind.UUID, "student": Kind.UUID, "teacher": Kind.UUID},
        lookup_expands=False,
    ),
    Endpoint(
        "attendances",
        "Attendance",
        "attendances",
        {"student": _ONE, "organisation": _ONE, "calendarEvent": _ONE},
        # `calendareEvents` is misspelled so in the published document.
        lookup=_IDS | {"activities": Kind.UUID, "students": Kind.UUID, "calendareEvents": Kind.UUID},
        writes=True,
        removes=True,
    ),
    Endpoint(
        "attendanceEvents",
        "AttendanceEvent",
        "attendanceEvents",
        {"group": _MANY, "person": _ONE},
        expands=("person", "group", "registeredBy"),
        lookup=_IDS | {"person": Kind.UUID, "group": Kind.UUID},
        writes=True,
        removes=True,
    ),
    Endpoint(
        "attendanceSchedule",
        "AttendanceSchedule",
        "attendanceSchedules",
        {"placement": _ONE, "group": _ONE, **_DATES},
        lookup=_IDS | {"placement": Kind.UUID},
        writes=True,
        removes=True,
    ),
    Endpoint(
        "grades",
        "Grade",
        "grades",
        {
            "organisation": _ONE,
            "student": _ONE,
            "registeredBy": _ONE,
            "gradingTeacher": _ONE,
            **_between("registeredDate", _DATE),
        },
        ("registeredDateAsc", "registeredDateDesc", "ModifiedDesc"),
        lookup=_IDS,
    ),
    Endpoint(
        "absences",
        "Absence",
        "absences",
        {
            "organisation": _ONE,
            "student": _ONE,
            "registeredBy": _ONE,
            "type": _TEXT,
            **_between("startTime", _TIME),
            **_between("endTime", _TIME),
        },
        ("ModifiedDesc", "StartTimeAsc", "StartTimeDesc"),
        lookup=_IDS,
        writes=True,
    ),
    Endpoint(
        "resources",
        "Resource",
        "resources",
        {"organisation": _ONE},
        ("ModifiedDesc", "DisplayNameAsc"),
        lookup=_IDS,
    ),
    Endpoint(
        "rooms",
        "Room",
        "rooms",
        {"organisation": _ONE},
        ("ModifiedDesc", "DisplayNameAsc"),
        lookup=_IDS,
    ),
)

ENDPOINTS: Final[Mapping[str, Endpoint]] = {endpoint.path: endpoint for endpoint in _EVERY}
"""By path, in the order of the published document."""

BY_RESOURCE: Final[Mapping[str, Endpoint]] = {endpoint.resource: endpoint for endpoint in _EVERY}
"""By the name among resource types (EndPointsEnum)."""

AGGREGATED: Final = Endpoint(
    "aggregatedAttendance",
    "AggregatedAttendance",
    "",
    {
        "startDate": Filter(Kind.DATE, required=True),
        "endDate": Filter(Kind.DATE, required=True),
        "organisation": _ONE,
        "schoolType": _TEXTS,
        "student": _MANY,
    },
    expands=("activity", "student"),
)
"""Sums of attendance per activity and pupil: only a list, of things that have no id."""
