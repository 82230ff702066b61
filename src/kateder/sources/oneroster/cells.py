"""From what OneRoster tells to sheets of cells with the canonical columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, ClassVar
from uuid import UUID

import orjson

from kateder.register.api import Entity
from kateder.sources import mirror
from kateder.sources.canonical import Sheet, sheet_of
from kateder.sources.oneroster.grades import Grade, grade
from kateder.sources.oneroster.roles import (
    AT_THE_TOP,
    DUTIES,
    ORGANISATIONS,
    PUPIL,
    RELATIONS,
    SEXES,
    TEACHING,
)
from kateder.sources.reading import Remark

Cells = dict[str, str]
Row = Mapping[str, Any]
_UNIT_CODE = re.compile(r"\d{8}")
_NUMBER = re.compile(r"\d{12}|\d{8}-\d{4}")
_SCHOOL_YEAR_BEGINS = (7, 1)


@dataclass(frozen=True)
class Roster:
    """A delivery of everything in a mirror. `resources` are those of which everything has come.

    `civic_type` is the kind of user id that holds the personal number; `school_type` is that of who has no grade.
    """

    reads_database: ClassVar[bool] = True
    source_id: UUID
    resources: Collection[str]
    grades: Mapping[str, Grade]
    civic_type: str
    school_type: str
    today: date

    @property
    def remarks(self) -> Sequence[Remark]:
        """Nothing: rows are looked at when they have become cells."""
        return ()

    def sheet(self, entity: Entity) -> Sheet | None:
        """The entity's rows; None where what holds it has not come."""
        needed, cells = _SHEETS.get(entity, ((), None))
        if cells is None or not set(self.resources).issuperset(needed):
            return None
        return sheet_of(entity, cells(self), name=needed[0])

    def rows(self, resource: str) -> Iterator[Row]:
        """The records of one list."""
        for record in mirror.records(self.source_id, resource):
            yield record.body

    @cached_property
    def sessions(self) -> Mapping[str, Row]:
        """Terms and school years by id."""
        return {row["sourcedId"]: row for row in self.rows("academicSessions")}

    @cached_property
    def classes(self) -> Mapping[str, Row]:
        """Classes by id."""
        return {row["sourcedId"]: row for row in self.rows("classes")}

    @cached_property
    def roles(self) -> Mapping[str, list[Row]]:
        """Everybody's roles: in 1.1 with the user, in 1.2's files beside it."""
        roles = {row["sourcedId"]: list(row.get("roles", ())) for row in self.rows("users")}
        for row in self.rows("roles"):
            roles.setdefault(row["user"], []).append(row)
        return roles

    @cached_property
    def school_year(self) -> tuple[str, str]:
        """The first and the last day of the school year that today is in."""
        told = [row for row in self.sessions.values() if row["type"] == "schoolYear"]
        for row in sorted(told, key=lambda row: row["startDate"]):
            if row["startDate"] <= self.today.isoformat() <= row["endDate"]:
                return row["startDate"], row["endDate"]
        first = date(self.today.year, *_SCHOOL_YEAR_BEGINS)
        return (first if first <= self.today else first.replace(year=first.year - 1)).isoformat(), ""

    def dates_of(self, one: Row) -> tuple[str, str]:
        """The days of a class: those of its terms, or else of the school year."""
        terms = [self.sessions[key] for key in one["terms"] if key in self.sessions]
        if not terms:
            return self.school_year
        return min(term["startDate"] for term in terms), max(term["endDate"] for term in terms)


def _organisations(told: Roster) -> Iterator[Cells]:
    for row in told.rows("orgs"):
        is_top = row["type"] in AT_THE_TOP and not row["parent"]
        kind = ORGANISATIONS.get(row["type"], "Huvudman" if is_top else "Övrigt")
        is_unit = kind == "Skolenhet" and _UNIT_CODE.fullmatch(row["identifier"])
        yield {
            "id": row["sourcedId"],
            "displayName": row["name"],
            "organisationType": kind,
            "parentOrganisation": row["parent"],
            "schoolUnitCode" if is_unit else "organisationCode": row["identifier"],
        }


def _persons(told: Roster) -> Iterator[Cells]:
    demographics = {row["sourcedId"]: row for row in told.rows("demographics")}
    for row in told.rows("users"):
        about = demographics.get(row["sourcedId"], {})
        yield {
            "id": row["sourcedId"],
            "givenName": row["givenName"],
            "middleName": row["middleName"],
            "familyName": row["familyName"],
            "civicNo": _civic_no(row, told.civic_type),
            "birthDate": about.get("birthDate") or about.get("birthdate") or "",
            "sex": SEXES.get(about.get("sex", "").casefold(), ""),
            "emails": row["email"],
            "phoneNumbers": "|".join(dict.fromkeys(filter(None, (row["sms"], row["phone"])))),
            "eduPersonPrincipalNames": row["username"] if "@" in row["username"] else "",
            "externalIdentifiers": _external(row, told.civic_type),
        }


def _groups(told: Roster) -> Iterator[Cells]:
    for row in told.classes.values():
        start, end = told.dates_of(row)
        found = grade(row["grades"], told.grades)
        yield {
            "id": row["sourcedId"],
            "displayName": row["title"],
            "groupType": "Klass" if row["classType"].casefold() == "homeroom" else "Undervisning",
            "organisation": row["school"],
            "schoolType": found.school_type if found else "",
            "startDate": start,
            "endDate": end,
        }


def _duties(told: Roster) -> Iterator[Cells]:
    """A duty for each role at each organisation, and for who teaches a class at a school without a role there."""
    seen: set[str] = set()
    for person, roles in told.roles.items():
        for role in roles:
            code = DUTIES.get(role["role"].casefold())
            if code is None or not role["org"]:
                continue
            duty = _duty(told, person, role["org"], role["role"].casefold())
            if duty["id"] not in seen:
                seen.add(duty["id"])
                start = role.get("beginDate") or duty["startDate"]
                yield duty | {"startDate": start, "endDate": role.get("endDate") or ""}
    for row in _teaching(told):
        duty = _duty(told, row["user"], row["school"], row["role"].casefold())
        if duty["id"] not in seen:
            seen.add(duty["id"])
            yield duty


def _duty(told: Roster, person: str, organisation: str, role: str) -> Cells:
    return {
        "id": f"{person}/{organisation}/{role}",
        "person": person,
        "dutyAt": organisation,
        "dutyRole": DUTIES[role],
        "startDate": told.school_year[0],
    }


def _activities(told: Roster) -> Iterator[Cells]:
    """An activity for each class: its subject, its group, its teachers."""
    courses = {row["sourcedId"]: row for row in told.rows("courses")}
    teachers: dict[str, list[str]] = {}
    for row in _teaching(told):
        teachers.setdefault(row["class"], []).append(f"{row['user']}/{row['school']}/{row['role'].casefold()}")
    for row in told.classes.values():
        course = courses.get(row["course"], {})
        start, end = told.dates_of(row)
        yield {
            "id": row["sourcedId"],
            "displayName": row["title"],
            "organisation": row["school"],
            "subjectCode": _first(row["subjectCodes"], course.get("subjectCodes"), [course.get("courseCode", "")]),
            "subjectName": _first(row["subjects"], course.get("subjects"), [course.get("title", "")]),
            "startDate": start,
            "endDate": end,
            "groups": row["sourcedId"],
            "duties": "|".join(dict.fromkeys(teachers.get(row["sourcedId"], ()))),
        }


def _enrolments(told: Roster) -> Iterator[Cells]:
    people = {row["sourcedId"]: row for row in told.rows("users")}
    start, _ = told.school_year
    for person, roles in told.roles.items():
        found = grade(people.get(person, {}).get("grades", ()), told.grades) or Grade(told.school_type)
        for role in roles:
            if role["role"].casefold() == PUPIL and role["org"]:
                yield {
                    "person": person,
                    "enroledAt": role["org"],
                    "schoolType": found.school_type,
                    "schoolYear": found.year,
                    "startDate": role.get("beginDate") or start,
                    "endDate": role.get("endDate") or "",
                }


def _guardians(told: Roster) -> Iterator[Cells]:
    relations = {
        person: next((RELATIONS[name] for role in roles if (name := role["role"].casefold()) in RELATIONS), "")
        for person, roles in told.roles.items()
    }
    for row in told.rows("users"):
        if any(role["role"].casefold() == PUPIL for role in told.roles.get(row["sourcedId"], ())):
            for agent in dict.fromkeys(row["agents"]):
                if relations.get(agent):
                    yield {"child": row["sourcedId"], "guardian": agent, "relationType": relations[agent]}


def _memberships(told: Roster) -> Iterator[Cells]:
    for row in told.rows("enrollments"):
        if row["role"].casefold() != PUPIL:
            continue
        one = told.classes.get(row["class"])
        start, end = told.dates_of(one) if one else told.school_year
        yield {
            "group": row["class"],
            "person": row["user"],
            "startDate": row["beginDate"][:10] or start,
            "endDate": row["endDate"][:10] or end,
        }


_SHEETS: Mapping[Entity, tuple[tuple[str, ...], Callable[[Roster], Iterable[Cells]] | None]] = {
    Entity.ORGANISATION: (("orgs",), _organisations),
    Entity.PERSON: (("users",), _persons),
    Entity.GROUP: (("classes",), _groups),
    Entity.DUTY: (("users",), _duties),
    Entity.ACTIVITY: (("classes", "enrollments"), _activities),
    Entity.ENROLMENT: (("users",), _enrolments),
    Entity.GUARDIANSHIP: (("users",), _guardians),
    Entity.MEMBERSHIP: (("enrollments", "classes"), _memberships),
}


def _teaching(told: Roster) -> Iterator[Row]:
    """Who teaches which class, at the class's school."""
    for row in told.rows("enrollments"):
        if row["role"].casefold() in TEACHING:
            one = told.classes.get(row["class"])
            yield {**row, "school": row["school"] or (one["school"] if one else "")}


def _civic_no(row: Row, civic_type: str) -> str:
    """The user id of the authority's kind; otherwise the identifier, where it looks like twelve digits."""
    for one in row["userIds"]:
        if one["type"].casefold() == civic_type.casefold():
            return str(one["id"])
    return row["identifier"] if _NUMBER.fullmatch(row["identifier"]) else ""


def _external(row: Row, civic_type: str) -> str:
    others = [
        {"value": one["id"], "context": one["type"], "globallyUnique": False}
        for one in row["userIds"]
        if one["type"].casefold() != civic_type.casefold()
    ]
    return orjson.dumps(others).decode() if others else ""


def _first(*lists: Sequence[str] | None) -> str:
    return next((text for found in lists for text in found or () if text), "")
