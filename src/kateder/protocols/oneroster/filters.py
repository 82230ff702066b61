"""The `filter` of OneRoster 1.2 §3.4: `familyName='Lind' AND roles.role='teacher'`.

The standard has one or two comparisons joined by AND or OR; here there may be more, AND before OR.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from kateder.protocols.oneroster.resources import Resource, Shape

MOST: Final = 20
"""Comparisons in one filter."""
LONGEST: Final = 4000
_COMPARISON: Final = re.compile(r"\s*([A-Za-z][A-Za-z0-9_.]{0,99})\s*(!=|>=|<=|=|>|<|~)\s*'((?:[^']|'')*)'\s*")
_JOINED: Final = re.compile(r"(AND|OR)\b", re.IGNORECASE)
_OF_LISTS: Final = frozenset({"=", "!=", "~"})


class BadFilter(ValueError):
    """The filter cannot be understood, and why; says nothing of any data."""


@dataclass(frozen=True, slots=True)
class Place:
    """An attribute, or a member of one: where it stands, what it holds there, and whether that is in a list."""

    names: tuple[str, ...]
    shape: Shape
    in_list: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison: `value` is as it was written, or a moment."""

    place: Place
    operator: str
    value: str | datetime


Filter = Sequence[Sequence[Comparison]]
"""Alternatives, each of comparisons that must all hold."""


def read(text: str, resource: Resource) -> Filter:
    """What a filter asks of a kind of object. Raises BadFilter."""
    if len(text) > LONGEST or "\0" in text:
        raise BadFilter("the filter is too long")
    alternatives: list[list[Comparison]] = [[]]
    at, count = 0, 0
    while True:
        found = _COMPARISON.match(text, at)
        count += 1
        if found is None or count > MOST:
            raise BadFilter("the filter is not attribute, comparison and value in single quotes")
        name, operator, value = found.groups()
        alternatives[-1].append(_comparison(place_of(name, resource), operator, value.replace("''", "'")))
        at = found.end()
        if at == len(text):
            return alternatives
        joined = _JOINED.match(text, at)
        if joined is None:
            raise BadFilter("comparisons are joined by AND or OR")
        if joined.group(1).upper() == "OR":
            alternatives.append([])
        at = joined.end()


def place_of(name: str, resource: Resource) -> Place:
    """Where an attribute stands: `familyName`, `school.sourcedId`, `roles.org.sourcedId`. Raises BadFilter."""
    first, *rest = name.split(".")
    shape = resource.attributes.get(first)
    if shape is Shape.OBJECTS and rest:
        inner = resource.members[first].get(rest[0])
        if inner is not None:
            return Place((first, *_inside(inner, rest[0], rest[1:], name)), _held(inner), in_list=True)
    elif shape is not None:
        in_list = shape is Shape.REFERENCES
        return Place(tuple(_inside(shape, first, rest, name)), _held(shape), in_list=in_list)
    raise BadFilter(f"there is no attribute {name[:60]}")


def _inside(shape: Shape, first: str, rest: Sequence[str], name: str) -> list[str]:
    """A reference is compared by its sourcedId, also where only it is named."""
    refers = shape in {Shape.REFERENCE, Shape.REFERENCES}
    if rest and not (refers and list(rest) in (["sourcedId"], ["type"])):
        raise BadFilter(f"there is no attribute {name[:60]}")
    return [first, *(rest or ["sourcedId"])] if refers else [first]


def _held(shape: Shape) -> Shape:
    return Shape.TEXT if shape in {Shape.REFERENCE, Shape.REFERENCES} else shape


def _comparison(place: Place, operator: str, value: str) -> Comparison:
    if place.shape is Shape.OBJECTS:
        raise BadFilter(f"{place.names[0]} has members; name one")
    if place.shape is Shape.TEXTS and operator not in _OF_LISTS:
        raise BadFilter(f"{place.names[0]} is a list: it is compared by = != and ~")
    if place.names == ("dateLastModified",):
        return Comparison(place, operator, _moment(value))
    if place.shape is Shape.NUMBER and not re.fullmatch(r"-?\d{1,12}(\.\d{1,6})?", value):
        raise BadFilter(f"{place.names[0]} is compared with a number")
    return Comparison(place, operator, value)


def _moment(value: str) -> datetime:
    """A moment in ISO 8601; a day is its beginning. Without a zone it is UTC."""
    try:
        found = datetime.fromisoformat(value) if len(value) > len("2026-11-23") else _midnight(value)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadFilter("a moment is written 2026-11-23T08:00:00.000Z") from None


def _midnight(value: str) -> datetime:
    day = date.fromisoformat(value)
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
