"""Where things of SS 12000 refer to each other, and what becomes of a thing when what it refers to is not there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final


class Without(StrEnum):
    """What is left out when the referred thing is."""

    REFERENCE = "reference"
    ITEM = "item"
    THING = "thing"


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference at a place: members separated by `/`, `*` for every item of a list. `to` is the path of its kind.

    `home`: it says which organisation the thing belongs to.
    """

    place: str
    to: str
    without: Without = Without.REFERENCE
    home: bool = False


_R, _W = Reference, Without
REFERENCES: Final[Mapping[str, tuple[Reference, ...]]] = {
    "organisations": (_R("parentOrganisation", "organisations"),),
    "persons": (
        _R("enrolments/*/enroledAt", "organisations", _W.ITEM, home=True),
        _R("enrolments/*/programme", "programmes"),
        _R("responsibles/*/person", "persons", _W.ITEM),
    ),
    "placements": (
        _R("placedAt", "organisations", _W.THING, home=True),
        _R("group", "groups"),
        _R("child", "persons", _W.THING),
        _R("owners/*", "persons", _W.ITEM),
    ),
    "duties": (
        _R("person", "persons", _W.THING),
        _R("dutyAt", "organisations", _W.THING, home=True),
        _R("assignmentRole/*/group", "groups", _W.ITEM),
    ),
    "groups": (
        _R("organisation", "organisations", _W.THING, home=True),
        _R("groupMemberships/*/person", "persons", _W.ITEM),
    ),
    "programmes": (_R("parentProgramme", "programmes"), _R("content/*/content/*", "syllabuses", _W.ITEM)),
    "studyplans": (
        _R("student", "persons", _W.THING),
        _R("content/*/syllabuses/*/syllabus", "syllabuses", _W.ITEM),
    ),
    "syllabuses": (),
    "schoolUnitOfferings": (
        _R("offeredAt", "organisations", _W.THING, home=True),
        _R("offeredSyllabuses/*", "syllabuses", _W.ITEM),
        _R("offeredProgrammes/*", "programmes", _W.ITEM),
    ),
    "activities": (
        _R("organisation", "organisations", _W.THING, home=True),
        _R("groups/*", "groups", _W.ITEM),
        _R("teachers/*/duty", "duties", _W.ITEM),
        _R("syllabus", "syllabuses"),
    ),
    "calendarEvents": (
        _R("activity", "activities", _W.THING),
        _R("studentExceptions/*/student", "persons", _W.ITEM),
        _R("teacherExceptions/*/duty", "duties", _W.ITEM),
        _R("rooms/*", "rooms", _W.ITEM),
        _R("resources/*", "resources", _W.ITEM),
    ),
    "attendances": (
        _R("calendarEvent", "calendarEvents", _W.THING),
        _R("student", "persons", _W.THING),
        _R("reporter", "persons"),
    ),
    "attendanceEvents": (
        _R("group", "groups", _W.THING),
        _R("person", "persons", _W.THING),
        _R("registeredBy", "persons"),
    ),
    "attendanceSchedule": (_R("placement", "placements", _W.THING), _R("state/*/registeredBy", "persons")),
    "grades": (
        _R("student", "persons", _W.THING),
        _R("syllabus", "syllabuses", _W.THING),
        _R("organisation", "organisations", home=True),
        _R("registeredBy", "persons"),
        _R("gradingTeacher", "persons"),
        _R("group", "groups"),
    ),
    "absences": (
        _R("student", "persons", _W.THING),
        _R("organisation", "organisations", home=True),
        _R("registeredBy", "persons"),
    ),
    "resources": (_R("owner", "organisations", _W.THING, home=True),),
    "rooms": (_R("owner", "organisations", _W.THING, home=True),),
    "aggregatedAttendance": (_R("activity", "activities", _W.THING), _R("student", "persons", _W.THING)),
}
"""By path. `parentActivity` is not among them: Skolverket's test activities are nobody's register, and name nobody."""

ORDER: Final = (
    "organisations",
    "persons",
    "syllabuses",
    "programmes",
    "groups",
    "duties",
    "activities",
    "studyplans",
    "schoolUnitOfferings",
    "placements",
    "rooms",
    "resources",
    "calendarEvents",
    "attendances",
    "attendanceEvents",
    "attendanceSchedule",
    "grades",
    "absences",
)
"""Kinds of things so that each comes after those it refers to, but for its own kind."""

Body = dict[str, Any]
Keep = Callable[[Reference, str], bool]


def found(path: str, body: Body) -> Iterator[tuple[Reference, Body]]:
    """Every reference of a thing, with the object that holds its `id`."""
    for reference in REFERENCES[path]:
        for holder in _at(body, reference.place.split("/")):
            yield reference, holder


def narrowed(path: str, body: Body, *, keep: Keep) -> Body | None:
    """The thing with those references only that are kept, or None where it means nothing without one of them.

    `keep` is asked with the reference and the id. The given body is changed.
    """
    for reference in REFERENCES[path]:
        parts = reference.place.split("/")
        if not _narrow(body, parts, reference, keep):
            return None
    return body


def _at(value: Any, parts: list[str]) -> Iterator[Body]:
    if not parts:
        if isinstance(value, dict) and "id" in value:
            yield value
    elif parts[0] == "*":
        for item in value if isinstance(value, list) else ():
            yield from _at(item, parts[1:])
    elif isinstance(value, dict) and parts[0] in value:
        yield from _at(value[parts[0]], parts[1:])


def _narrow(value: Any, parts: list[str], reference: Reference, keep: Keep) -> bool:
    """Whether the thing, or the item, that holds `value` may stay."""
    head, rest = parts[0], parts[1:]
    if not isinstance(value, dict) or head not in value:
        return True
    if rest[:1] == ["*"]:
        value[head] = [item for item in value[head] if _item_stays(item, rest[1:], reference, keep)]
        return True
    if rest:
        return _narrow(value[head], rest, reference, keep)
    if keep(reference, value[head]["id"]):
        return True
    del value[head]
    return reference.without is Without.REFERENCE


def _item_stays(item: Any, rest: list[str], reference: Reference, keep: Keep) -> bool:
    if not rest:
        return keep(reference, item["id"])
    return _narrow(item, rest, reference, keep)
