"""Rows of plain bodies: a person, a person at a school or in a class, a membership, a class, a school."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

import orjson

from kateder.provisioning.plain.bodies import ACTIVITY, EMPLOYMENT, GROUP, ORGANISATION, UNIT, USER, Body
from kateder.provisioning.plain.slots import Values

PUPIL: Final = "pupil"
TEACHER: Final = "teacher"


class RowKind(StrEnum):
    """What there is a row for."""

    PERSON = "person"
    PERSON_SCHOOL = "person_school"
    """A row for each school that a person is at; one without a school where there is none."""
    PLACE = "place"
    """The same, but nobody who is at none."""
    PERSON_CLASS = "person_class"
    """A row for each class and group that a person is in or teaches; one without where there is none."""
    MEMBERSHIP = "membership"
    """The same, but nobody who is in none."""
    CLASS = "class"
    SCHOOL = "school"


_PERSON = ("id", "role", "displayName", "userName", "givenName", "familyName", "civicNo", "emails", "schoolYear",
           "schoolType", "programme", "schools", "schoolCodes", "schoolIds", "classes", "classIds")  # fmt: skip
_SCHOOL = ("id", "displayName", "schoolUnitCode", "municipalityCode")
_CLASS = ("id", "displayName", "groupType", "schoolType")
_PLACE = ("role", "schoolYear", "schoolType", "programme", "dutyRole", "signature")


def _names(**scopes: Sequence[str]) -> tuple[str, ...]:
    own = tuple(f"{scope}.{name}" for scope, names in scopes.items() for name in names)
    return (*own, "authority.id", "authority.displayName")


NAMES: Final[Mapping[RowKind, tuple[str, ...]]] = {
    RowKind.PERSON: _names(person=_PERSON),
    RowKind.PERSON_SCHOOL: _names(person=_PERSON, school=_SCHOOL, place=_PLACE),
    RowKind.PLACE: _names(person=_PERSON, school=_SCHOOL, place=_PLACE),
    RowKind.PERSON_CLASS: _names(person=_PERSON, school=_SCHOOL, **{"class": _CLASS}, membership=("role",)),
    RowKind.MEMBERSHIP: _names(person=_PERSON, school=_SCHOOL, **{"class": _CLASS}, membership=("role",)),
    RowKind.CLASS: _names(school=_SCHOOL, **{"class": _CLASS}),
    RowKind.SCHOOL: _names(school=_SCHOOL),
}


@dataclass(slots=True)
class School:
    """Everything that a delivery holds, by id, and who teaches which group."""

    authority: Body = field(default_factory=dict)
    units: dict[str, Body] = field(default_factory=dict)
    people: dict[str, Body] = field(default_factory=dict)
    groups: dict[str, Body] = field(default_factory=dict)
    duties: dict[str, list[Body]] = field(default_factory=lambda: defaultdict(list))
    """By person."""
    groups_of: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))
    """By person: group and role."""


def school_of(bodies: Mapping[str, Iterable[bytes]]) -> School:
    """Put bodies together. What refers to somebody who is not among them is left out."""
    read = {kind: [orjson.loads(body) for body in each] for kind, each in bodies.items()}
    school = School(
        authority=next(iter(read.get(ORGANISATION, ())), {}),
        units={one["id"]: one for one in read.get(UNIT, ())},
        people={one["id"]: one for one in read.get(USER, ())},
        groups={one["id"]: one for one in read.get(GROUP, ())},
    )
    person_of: dict[str, str] = {}
    for duty in read.get(EMPLOYMENT, ()):
        if duty["user"] in school.people:
            school.duties[duty["user"]].append(duty)
            person_of[duty["id"]] = duty["user"]
    for group in school.groups.values():
        for member in group.get("members", ()):
            if member in school.people:
                school.groups_of[member].append((group["id"], PUPIL))
    taught = {
        (person_of[duty], group)
        for activity in read.get(ACTIVITY, ())
        for duty in activity.get("employments", ())
        for group in activity.get("groups", ())
        if duty in person_of and group in school.groups
    }
    for person, group in sorted(taught):
        school.groups_of[person].append((group, TEACHER))
    return school


def rows(school: School, kind: RowKind, *, roles: Collection[str] = (PUPIL, TEACHER)) -> Iterator[Values]:
    """Every row of a kind, of people in these roles, in the order of their ids."""
    yield from _MAKERS[kind](school, roles)


def _persons(school: School, roles: Collection[str]) -> Iterator[Values]:
    for person in _people(school, roles):
        yield _person(school, person)


def _persons_at_schools(school: School, roles: Collection[str]) -> Iterator[Values]:
    for person in _people(school, roles):
        found = list(_places_of(school, person))
        yield from found or [_person(school, person)]


def _at_schools(school: School, roles: Collection[str]) -> Iterator[Values]:
    for person in _people(school, roles):
        yield from _places_of(school, person)


def _persons_in_classes(school: School, roles: Collection[str]) -> Iterator[Values]:
    for person in _people(school, roles):
        found = list(_memberships_of(school, person))
        yield from found or [_person(school, person)]


def _memberships(school: School, roles: Collection[str]) -> Iterator[Values]:
    for person in _people(school, roles):
        yield from _memberships_of(school, person)


def _classes(school: School, roles: Collection[str]) -> Iterator[Values]:
    for group in school.groups.values():
        yield _authority(school) | _group(school, group)


def _schools(school: School, roles: Collection[str]) -> Iterator[Values]:
    for unit in school.units:
        yield _authority(school) | _unit(school, unit)


_MAKERS: Final[Mapping[RowKind, Callable[[School, Collection[str]], Iterator[Values]]]] = {
    RowKind.PERSON: _persons,
    RowKind.PERSON_SCHOOL: _persons_at_schools,
    RowKind.PLACE: _at_schools,
    RowKind.PERSON_CLASS: _persons_in_classes,
    RowKind.MEMBERSHIP: _memberships,
    RowKind.CLASS: _classes,
    RowKind.SCHOOL: _schools,
}


def _people(school: School, roles: Collection[str]) -> Iterator[Body]:
    return (person for person in school.people.values() if person["role"] in roles)


def _places_of(school: School, person: Body) -> Iterator[Values]:
    base = _person(school, person)
    for unit, place in _places(school, person):
        yield base | _unit(school, unit) | place


def _memberships_of(school: School, person: Body) -> Iterator[Values]:
    base = _person(school, person)
    for group, role in school.groups_of.get(person["id"], ()):
        yield base | _group(school, school.groups[group]) | {"membership.role": (role,)}


def _person(school: School, person: Body) -> dict[str, Sequence[str]]:
    values = {f"person.{name}": _texts(person.get(name)) for name in _PERSON[:8]}
    units = list(dict.fromkeys(unit for unit, _ in _places(school, person)))
    at = [school.units[unit] for unit in units if unit in school.units]
    groups = [school.groups[group] for group, _ in school.groups_of.get(person["id"], ())]
    enrolments = person.get("enrolments", ())
    for name in ("schoolYear", "schoolType", "programme"):
        values[f"person.{name}"] = list(dict.fromkeys(str(one[name]) for one in enrolments if name in one))
    return values | _authority(school) | {
        "person.schools": [unit["displayName"] for unit in at],
        "person.schoolCodes": [unit["schoolUnitCode"] for unit in at if "schoolUnitCode" in unit],
        "person.schoolIds": units,
        "person.classes": [group["displayName"] for group in groups],
        "person.classIds": [group["id"] for group in groups],
    }  # fmt: skip


def _places(school: School, person: Body) -> list[tuple[str, dict[str, Sequence[str]]]]:
    """The units where somebody is, and as what: a pupil's enrolments, a teacher's duties."""
    enrolments = [(one["schoolUnit"], _place(PUPIL, one)) for one in person.get("enrolments", ())]
    duties = [
        (one["schoolUnit"], _place(TEACHER, {"dutyRole": one.get("role"), "signature": one.get("signature")}))
        for one in school.duties.get(person["id"], ())
    ]
    return enrolments + duties


def _place(role: str, found: Mapping[str, Any]) -> dict[str, Sequence[str]]:
    return {"place.role": (role,)} | {f"place.{name}": _texts(found.get(name)) for name in _PLACE[1:]}


def _unit(school: School, unit: str) -> dict[str, Sequence[str]]:
    found = school.units.get(unit, {})
    return {f"school.{name}": _texts(found.get(name)) for name in _SCHOOL}


def _group(school: School, group: Body) -> dict[str, Sequence[str]]:
    return {f"class.{name}": _texts(group.get(name)) for name in _CLASS} | _unit(school, group["schoolUnit"])


def _authority(school: School) -> dict[str, Sequence[str]]:
    return {f"authority.{name}": _texts(school.authority.get(name)) for name in ("id", "displayName")}


def _texts(value: object) -> Sequence[str]:
    if value is None:
        return ()
    return [str(one) for one in value] if isinstance(value, list) else (str(value),)
