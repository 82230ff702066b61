"""From which day each enrolment and membership counts.

EGIL has no dates. An object counts from the day on which it came; what stands in its lists, from the day on which it
stood there first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from kateder.protocols.egil.types import USER_EXTENSION, ResourceType

Since = dict[str, str]


def enrolments(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """A user's places at school units."""
    return list((body.get(USER_EXTENSION) or {}).get("enrolments") or ())


def place_key(place: Mapping[str, Any]) -> str:
    """What tells one place from another: a change of school year is no new enrolment."""
    return f"{place['value']}|{place.get('schoolType', '')}"


def renewed(kind: ResourceType, body: Mapping[str, Any], *, before: Since, today: date) -> Since:
    """The days for what now stands in the lists: those there were, and today for what is new."""
    return {key: before.get(key, today.isoformat()) for key in _keys(kind, body)}


def _keys(kind: ResourceType, body: Mapping[str, Any]) -> Iterator[str]:
    if kind is ResourceType.USER:
        yield from map(place_key, enrolments(body))
    elif kind is ResourceType.STUDENT_GROUP:
        yield from (str(member["value"]) for member in body.get("studentMemberships") or ())
