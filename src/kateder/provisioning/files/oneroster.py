"""Plain bodies as OneRoster 1.2 CSV: a school year, schools, people, a course and a class for each group."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final
from uuid import NAMESPACE_OID, uuid5

from kateder.protocols.oneroster import write_package
from kateder.provisioning.files.rows import PUPIL, School
from kateder.provisioning.plain.bodies import Body

SYSTEM: Final = "Kateder"
CLASS: Final = "Klass"
Row = dict[str, Any]
_ROLES: Final = {"pupil": "student", "teacher": "teacher"}


def as_oneroster(school: School, *, today: date) -> bytes:
    """The bytes of the archive."""
    year = _year(today)
    return write_package(
        {
            "academicSessions": [year],
            "orgs": list(_orgs(school)),
            "users": [_user(school, person) for person in school.people.values()],
            "roles": list(_roles(school)),
            "courses": [_course(group, year) for group in school.groups.values()],
            "classes": [_class(group, year) for group in school.groups.values()],
            "enrollments": list(_enrollments(school)),
        },
        system=SYSTEM,
        code="kateder",
    )


def _year(today: date) -> Row:
    """The Swedish school year, 1 July to 30 June; OneRoster names it after the year in which it ends."""
    first = today.year if today.month >= 7 else today.year - 1
    return {
        "sourcedId": f"{first}-{first + 1}",
        "title": f"{first}/{first + 1}",
        "type": "schoolYear",
        "startDate": f"{first}-07-01",
        "endDate": f"{first + 1}-06-30",
        "schoolYear": str(first + 1),
    }


def _orgs(school: School) -> Iterator[Row]:
    above = school.authority.get("id", "")
    if above:
        yield {"sourcedId": above, "name": school.authority["displayName"], "type": "district"}
    for unit in school.units.values():
        yield {
            "sourcedId": unit["id"],
            "name": unit["displayName"],
            "type": "school",
            "identifier": unit.get("schoolUnitCode", ""),
            "parentSourcedId": unit.get("organisation", ""),
        }


def _user(school: School, person: Body) -> Row:
    # Both names must have something in them: where no name is released, the display name stands in.
    first, _, rest = str(person["displayName"]).partition(" ")
    at = _places(school, person)
    return {
        "sourcedId": person["id"],
        "enabledUser": "true",
        "username": person["userName"],
        "givenName": person.get("givenName") or first,
        "familyName": person.get("familyName") or rest or first,
        "email": next(iter(person.get("emails", ())), ""),
        "grades": sorted({str(one["schoolYear"]) for one in person.get("enrolments", ()) if "schoolYear" in one}),
        "primaryOrgSourcedId": at[0] if at else "",
    }


def _roles(school: School) -> Iterator[Row]:
    for person in school.people.values():
        for number, unit in enumerate(_places(school, person) or _nowhere(school)):
            yield {
                "sourcedId": _id("role", person["id"], unit),
                "userSourcedId": person["id"],
                "roleType": "secondary" if number else "primary",
                "role": _ROLES[person["role"]],
                "orgSourcedId": unit,
            }


def _nowhere(school: School) -> list[str]:
    """Whoever is at no school is the authority's: everybody has a role somewhere."""
    return [school.authority["id"]] if school.authority else []


def _course(group: Body, year: Row) -> Row:
    return {
        "sourcedId": _id("course", group["id"]),
        "schoolYearSourcedId": year["sourcedId"],
        "title": group["displayName"],
        "orgSourcedId": group["schoolUnit"],
    }


def _class(group: Body, year: Row) -> Row:
    return {
        "sourcedId": group["id"],
        "title": group["displayName"],
        "courseSourcedId": _id("course", group["id"]),
        "classType": "homeroom" if group.get("groupType") == CLASS else "scheduled",
        "schoolSourcedId": group["schoolUnit"],
        "termSourcedIds": [year["sourcedId"]],
    }


def _enrollments(school: School) -> Iterator[Row]:
    for person, memberships in school.groups_of.items():
        for group, role in memberships:
            yield {
                "sourcedId": _id("enrollment", person, group, role),
                "classSourcedId": group,
                "schoolSourcedId": school.groups[group]["schoolUnit"],
                "userSourcedId": person,
                "role": _ROLES[role],
                "primary": "" if role == PUPIL else "false",
            }


def _places(school: School, person: Body) -> list[str]:
    enrolled = [one["schoolUnit"] for one in person.get("enrolments", ())]
    employed = [one["schoolUnit"] for one in school.duties.get(person["id"], ())]
    return [unit for unit in dict.fromkeys(enrolled + employed) if unit in school.units]


def _id(kind: str, *parts: str) -> str:
    """An id for what has none of its own: made of released ids only, and always the same."""
    return str(uuid5(uuid5(NAMESPACE_OID, f"kateder:oneroster:{kind}"), ":".join(parts)))
