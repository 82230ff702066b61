"""What a service may write in a gradebook (OneRoster 1.2 Gradebook Service, Information Model), read and checked.

Nothing is taken that has no place in the standard, and no text without an end. `metadata` and learning objectives are
let pass and not kept: nobody has asked for them, and they can hold anything.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, Final

from kateder.protocols.oneroster.resources import REFERRED, Resource, Shape

LONGEST: Final[Mapping[str, int]] = {"description": 2000, "comment": 2000}
USUAL_LENGTH: Final = 255
MOST_OBJECTS: Final = 200
LARGEST_NUMBER: Final = 10**9
WORDS: Final[Mapping[str, frozenset[str]]] = {
    "scoreStatus": frozenset({"exempt", "fully graded", "not submitted", "partially graded", "submitted"}),
    **dict.fromkeys(("inProgress", "incomplete", "late", "missing"), frozenset({"true", "false"})),
}
"""The standard's enumerations; `scoreStatus` may be extended."""
NOT_KEPT: Final = frozenset({"metadata", "learningObjectiveSet", "status", "dateLastModified"})
_EXTENSION: Final = re.compile(r"ext:[a-zA-Z0-9._-]{1,60}")
_ID: Final = re.compile(r"[^\x00-\x1f\x7f/]{1,255}")

Kept = dict[str, Any]
"""An object as it is kept: references are `{"sourcedId", "type"}`; what the server says of itself is not there."""


class BadData(ValueError):
    """The object cannot be taken: the attribute, and why; never its value."""

    def __init__(self, attribute: str, why: str) -> None:
        super().__init__(f"{attribute}: {why}")


def read(given: object, resource: Resource, *, sourced_id: str | None = None) -> Kept:
    """An object that was sent, checked. With `sourced_id`, it must be that of the address. Raises BadData."""
    if not isinstance(given, dict):
        raise BadData(resource.single, "not an object")
    unknown = given.keys() - resource.attributes.keys() - NOT_KEPT
    if unknown:
        raise BadData(min(map(str, unknown))[:60], "not in the standard")
    if given.get("status", "active") != "active":
        raise BadData("status", "what is to go is deleted")
    own = given.get("sourcedId", sourced_id)
    if not isinstance(own, str) or not _ID.fullmatch(own) or (sourced_id is not None and own != sourced_id):
        raise BadData("sourcedId", "missing, too long, or another than in the address")
    kept: Kept = {"sourcedId": own}
    for name, shape in resource.attributes.items():
        if name in NOT_KEPT or name == "sourcedId":
            continue
        value = given.get(name)
        if value is not None:
            kept[name] = _value(value, name, shape, resource)
        elif name in resource.required:
            raise BadData(name, "missing")
    return kept


def _value(value: object, name: str, shape: Shape, resource: Resource) -> Any:
    if shape is Shape.REFERENCE:
        return _reference(value, name)
    if shape is Shape.NUMBER:
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise BadData(name, "not a number")
        if abs(value) > LARGEST_NUMBER:
            raise BadData(name, "too large")
        return value
    if shape is Shape.OBJECTS:
        return _objects(value, name, resource.members[name])
    text = _text(value, name)
    if shape is Shape.DATE:
        return _date(text, name)
    if shape is Shape.TIME:
        return _time(text, name)
    return text


def _text(value: object, name: str) -> str:
    most = LONGEST.get(name, USUAL_LENGTH)
    if not isinstance(value, str) or len(value) > most or any(sign < " " and sign not in "\n\t\r" for sign in value):
        raise BadData(name, f"not a text of at most {most} characters")
    words = WORDS.get(name)
    if words and value not in words and not (name == "scoreStatus" and _EXTENSION.fullmatch(value)):
        raise BadData(name, "not one of the words of the standard")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise BadData(name, "not Unicode") from None
    return value


def _reference(value: object, name: str) -> Kept:
    called = REFERRED[name][1]
    id_ = value.get("sourcedId") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(id_, str) or not _ID.fullmatch(id_):
        raise BadData(name, "not a reference with a sourcedId")
    if value.get("type", called) != called or value.keys() - {"href", "sourcedId", "type"}:
        raise BadData(name, f"not a reference to {called}")
    return {"sourcedId": id_, "type": called}


def _objects(value: object, name: str, members: Mapping[str, Shape]) -> list[Kept]:
    if not isinstance(value, list) or not 0 < len(value) <= MOST_OBJECTS:
        raise BadData(name, f"not a list of 1 to {MOST_OBJECTS}")
    if not all(isinstance(one, dict) and one.keys() == members.keys() for one in value):
        raise BadData(name, f"each has {' and '.join(members)}")
    return [{member: _text(one[member], f"{name}.{member}") for member in members} for one in value]


def _date(text: str, name: str) -> str:
    """A day; of a moment, which some write, its day."""
    try:
        day = text if len(text) == len("2026-11-23") else datetime.fromisoformat(text).date().isoformat()
        return date.fromisoformat(day).isoformat()
    except ValueError:
        return _no(name)


def _time(text: str, name: str) -> str:
    """A moment in UTC; a day, which some write, is its beginning."""
    try:
        found = datetime.fromisoformat(text)
        moment = (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return _no(name)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _no(name: str) -> str:
    raise BadData(name, "not a date of ISO 8601")
