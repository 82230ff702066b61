"""What each filter means, in SQL over an edition's rows `r`: only over what the client may see itself.

A filter over what is hidden would tell of it by what it leaves out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from kateder.provisioning.ss12000 import relationships
from kateder.provisioning.ss12000.conditions import (
    Conditions,
    any_of,
    contains,
    dates,
    has,
    of_groups,
    same,
    subtree,
    times,
)

Add = Callable[[Conditions, Sequence[str]], None]


def names(wanted: Conditions, values: Sequence[str]) -> None:
    """Every value somewhere in one of the three names, whatever the case."""
    for value in values:
        sought = _small(wanted.bind(value))
        places = (_small(f"coalesce(r.doc->>'{name}', '')") for name in ("givenName", "middleName", "familyName"))
        wanted.add("(" + " OR ".join(f"position({sought} IN {place}) > 0" for place in places) + ")")


# lower() of a database without a locale knows only a to z.
_LARGE: Final = "ÅÄÖÉÈÊËÜÛÚÙÁÀÂÃÆØÇÑÍÌÎÏÓÒÔÕÝŠŽČĆĐŁŃ"


def _small(text: str) -> str:
    return f"lower(translate({text}, '{_LARGE}', '{_LARGE.lower()}'))"


def _through_activity(place: str, test: Callable[[Conditions, Sequence[str]], str]) -> Add:
    """A lesson by its activity."""

    def add(wanted: Conditions, values: Sequence[str]) -> None:
        wanted.add(
            f"r.doc#>>'{place}' IN (SELECT a.id::text FROM {wanted.rows('a', 'activities')} AND {test(wanted, values)})"
        )

    return add


def _activity_of(test: Callable[[Conditions, Sequence[str]], str], exceptions: str, member: str) -> Add:
    """A lesson by who takes part in its activity, or is an exception to it."""

    def add(wanted: Conditions, values: Sequence[str]) -> None:
        own = " OR ".join(contains(wanted, exceptions, [{member: {"id": value}}]) for value in values)
        wanted.add(
            f"(r.doc#>>'{{activity,id}}' IN (SELECT a.id::text FROM {wanted.rows('a', 'activities')}"
            f" AND ({test(wanted, values)})) OR {own})"
        )

    return add


def _taught(wanted: Conditions, values: Sequence[str]) -> str:
    return " OR ".join(contains(wanted, "teachers", [{"duty": {"id": value}}], row="a") for value in values)


def _in_group(wanted: Conditions, values: Sequence[str]) -> str:
    return " OR ".join(contains(wanted, "groups", [{"id": value}], row="a") for value in values)


def _member_of(row: str) -> Callable[[Conditions, Sequence[str]], str]:
    return lambda wanted, values: of_groups(wanted, values, row=row)


def _below(row: str) -> Callable[[Conditions, Sequence[str]], str]:
    return lambda wanted, values: f"{row}.doc#>>'{{organisation,id}}' IN ({subtree(wanted, values[0])})"


def _lesson_below(wanted: Conditions, values: Sequence[str]) -> None:
    inner = f"SELECT a.id::text FROM {wanted.rows('a', 'activities')} AND {_below('a')(wanted, values)}"
    wanted.add(
        f"r.doc#>>'{{calendarEvent,id}}' IN (SELECT e.id::text FROM {wanted.rows('e', 'calendarEvents')}"
        f" AND e.doc#>>'{{activity,id}}' IN ({inner}))"
    )


def _lesson_of(wanted: Conditions, values: Sequence[str]) -> None:
    wanted.add(
        f"r.doc#>>'{{calendarEvent,id}}' IN (SELECT e.id::text FROM {wanted.rows('e', 'calendarEvents')}"
        f" AND e.doc#>>'{{activity,id}}' = ANY({wanted.bind(list(values))}))"
    )


def _placed_in(wanted: Conditions, values: Sequence[str]) -> None:
    wanted.add(
        f"r.doc#>>'{{placement,id}}' IN (SELECT p.id::text FROM {wanted.rows('p', 'placements')}"
        f" AND p.doc#>>'{{group,id}}' = ANY({wanted.bind(list(values))}))"
    )


def _plain(test: Callable[[Conditions, Sequence[str]], str]) -> Add:
    return lambda wanted, values: wanted.add(f"({test(wanted, values)})")


_DATES: Final = dates("startDate") | dates("endDate")

FILTERS: Final[Mapping[str, Mapping[str, Add]]] = {
    "organisations": {
        "parent": same("parentOrganisation", "id"),
        "schoolUnitCode": same("schoolUnitCode"),
        "organisationCode": same("organisationCode"),
        "municipalityCode": same("municipalityCode"),
        "type": same("organisationType"),
        "schoolTypes": any_of("schoolTypes"),
        **_DATES,
    },
    "persons": {
        "nameContains": names,
        "civicNo": same("civicNo", "value"),
        "eduPersonPrincipalName": any_of("eduPersonPrincipalNames"),
    },
    "placements": {
        "organisation": same("placedAt", "id"),
        "group": same("group", "id"),
        "child": same("child", "id"),
        "owner": has("owners", "id"),
        **_DATES,
    },
    "duties": {
        "organisation": same("dutyAt", "id"),
        "dutyRole": same("dutyRole"),
        "person": same("person", "id"),
        **_DATES,
    },
    "groups": {
        "groupType": same("groupType"),
        "schoolTypes": same("schoolType"),
        "organisation": same("organisation", "id"),
        **_DATES,
    },
    "programmes": {
        "schoolType": same("schoolType"),
        "code": same("code"),
        "parentProgramme": same("parentProgramme", "id"),
    },
    "studyplans": {"student": same("student", "id"), **_DATES},
    "syllabuses": {},
    "schoolUnitOfferings": {"organisation": same("offeredAt", "id")},
    "activities": {
        "member": _plain(_member_of("r")),
        "teacher": has("teachers", "duty", "id"),
        "organisation": _plain(_below("r")),
        "group": has("groups", "id"),
    },
    "calendarEvents": {
        **times("startTime"),
        **times("endTime"),
        "activity": same("activity", "id"),
        "student": _activity_of(_member_of("a"), "studentExceptions", "student"),
        "teacher": _activity_of(_taught, "teacherExceptions", "duty"),
        "organisation": _through_activity("{activity,id}", _below("a")),
        "group": _through_activity("{activity,id}", lambda wanted, values: f"({_in_group(wanted, values)})"),
    },
    "attendances": {
        "student": same("student", "id"),
        "organisation": _lesson_below,
        "calendarEvent": same("calendarEvent", "id"),
    },
    "attendanceEvents": {"group": same("group", "id"), "person": same("person", "id")},
    "attendanceSchedule": {"placement": same("placement", "id"), "group": _placed_in, **_DATES},
    "grades": {
        "organisation": same("organisation", "id"),
        "student": same("student", "id"),
        "registeredBy": same("registeredBy", "id"),
        "gradingTeacher": same("gradingTeacher", "id"),
        **dates("registeredDate"),
    },
    "absences": {
        "organisation": same("organisation", "id"),
        "student": same("student", "id"),
        "registeredBy": same("registeredBy", "id"),
        "type": same("type"),
        **times("startTime"),
        **times("endTime"),
    },
    "resources": {"organisation": same("owner", "id")},
    "rooms": {"organisation": same("owner", "id")},
}

LOOKUPS: Final[Mapping[str, Mapping[str, Add]]] = {
    "organisations": {"schoolUnitCodes": same("schoolUnitCode"), "organisationCodes": same("organisationCode")},
    "persons": {"civicNos": same("civicNo", "value")},
    "placements": {
        "personIds": lambda wanted, values: wanted.add(
            f"(r.doc#>>'{{child,id}}' = ANY({wanted.bind(list(values))}) OR EXISTS (SELECT 1 FROM"
            f" jsonb_array_elements(r.doc->'owners') o WHERE o->>'id' = ANY({wanted.bind(list(values))})))"
        )
    },
    "activities": {"teachers": has("teachers", "duty", "id"), "members": _plain(_member_of("r"))},
    "calendarEvents": {
        "activities": same("activity", "id"),
        "student": _activity_of(_member_of("a"), "studentExceptions", "student"),
        "teacher": _activity_of(_taught, "teacherExceptions", "duty"),
    },
    "attendances": {
        "activities": _lesson_of,
        "students": same("student", "id"),
        "calendareEvents": same("calendarEvent", "id"),
    },
    "attendanceEvents": {"person": same("person", "id"), "group": same("group", "id")},
    "attendanceSchedule": {"placement": same("placement", "id")},
}
"""What a lookup's body may hold beside `ids`."""

_META: Final = {
    "meta.created.before": "r.created_at <= ",
    "meta.created.after": "r.created_at > ",
    "meta.modified.before": "r.modified_at <= ",
    "meta.modified.after": "r.modified_at > ",
}


@dataclass(frozen=True, slots=True)
class Where:
    """A condition with its values."""

    sql: str
    values: Mapping[str, Any] = field(default_factory=dict)


def where(path: str, filters: Mapping[str, Sequence[str]], *, edition: str = "%(edition)s") -> Where:
    """All of a question's filters together."""
    wanted = Conditions(edition)
    own = FILTERS[path]
    for name, values in filters.items():
        if name in _META:
            wanted.add(f"{_META[name]}{wanted.bind(values[0])}::timestamptz")
        elif name in own:
            own[name](wanted, values)
    if path == "persons":
        relationships.add(wanted, filters)
    return Where(wanted.sql, wanted.values)


def where_any(path: str, wanted_by: Mapping[str, Sequence[str]], *, edition: str = "%(edition)s") -> Where:
    """What a lookup finds: whatever any of its fields names."""
    wanted = Conditions(edition, joined=" OR ")
    for name, values in wanted_by.items():
        if name == "ids":
            wanted.add(f"r.id = ANY({wanted.bind(list(values))}::uuid[])")
        else:
            LOOKUPS[path][name](wanted, values)
    return Where(wanted.sql, wanted.values)
