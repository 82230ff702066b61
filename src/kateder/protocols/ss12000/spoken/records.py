"""One record as the standard has it, from one as a server has it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from kateder.protocols.ss12000.code_lists import UnknownCode
from kateder.protocols.ss12000.spoken.attributes import (
    BY_CASE,
    CODED,
    DATES,
    LISTS,
    NAMES,
    REFERENCE_LISTS,
    REFERENCES,
    VALUES,
    Coded,
)
from kateder.protocols.ss12000.spoken.deviations import Deviation, Noted

ZONE = ZoneInfo("Europe/Stockholm")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def mended(row: Any, *, resource: str, noted: Noted) -> dict[str, Any] | None:
    """The record with the standard's names, codes, references and dates; None where it has no id.

    What a server adds of its own stays. Ids are in lower case: systems disagree about it (RFC 9562 §4).
    """
    if not isinstance(row, Mapping):
        noted.note(Deviation.NOT_A_RECORD, resource)
        return None
    place = _Place(resource, "", noted)
    record = _object(row, place)
    key = record.get("id")
    if not isinstance(key, str) or not key.strip():
        noted.note(Deviation.NOT_A_RECORD, resource)
        return None
    record["id"] = key.strip().lower()
    return record


def modified(record: Mapping[str, Any], *, resource: str, noted: Noted) -> datetime | None:
    """When the record says it was changed. Without an offset it is read as Swedish time, as such servers mean it."""
    meta = record.get("meta")
    text = meta.get("modified") if isinstance(meta, Mapping) else None
    if text is None:
        noted.note(Deviation.NO_META, resource, attribute="meta.modified", example=str(record.get("id", "")))
        return None
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        noted.note(Deviation.BAD_MOMENT, resource, attribute="meta.modified", example=str(record.get("id", "")))
        return None
    if moment.tzinfo is None:
        noted.note(Deviation.NO_OFFSET, resource, attribute="meta.modified", example=str(record.get("id", "")))
        moment = moment.replace(tzinfo=ZONE)
    return moment.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in which record we are."""

    resource: str
    example: str
    noted: Noted

    def note(self, deviation: Deviation, attribute: str) -> None:
        self.noted.note(deviation, self.resource, attribute=attribute, example=self.example)


def _object(row: Mapping[Any, Any], place: _Place) -> dict[str, Any]:
    named: dict[str, Any] = {}
    for given, value in row.items():
        name = str(given)
        if name not in NAMES and (known := BY_CASE.get(name.casefold())):
            place.note(Deviation.NAME_CASE, known)
            name = known
        named[name] = value
    if not place.example and isinstance(named.get("id"), str):
        place = _Place(place.resource, named["id"][:80], place.noted)
    return {name: _attribute(name, value, place) for name, value in named.items()}


def _attribute(name: str, value: Any, place: _Place) -> Any:
    if value is None or (name in LISTS):
        return value if value is None else _list(name, value, place)
    if name in CODED:
        return _code(name, value, CODED[name], place)
    if name in REFERENCES:
        return _reference(name, value, place)
    if name in DATES:
        return _date(name, value, place)
    if name == "civicNo" and not isinstance(value, Mapping):
        place.note(Deviation.BARE_VALUE, name)
        return {"value": str(value)}
    return _object(value, place) if isinstance(value, Mapping) else value


def _list(name: str, value: Any, place: _Place) -> list[Any]:
    if not isinstance(value, list):
        place.note(Deviation.WRONG_TYPE, name)
        value = [value]
    present = [item for item in value if item is not None]
    if name in CODED:
        return [code for item in present if (code := _code(name, item, CODED[name], place)) is not None]
    if name in REFERENCE_LISTS:
        return [found for item in present if (found := _reference(name, item, place)) is not None]
    if name in VALUES and any(isinstance(item, str) for item in present):
        place.note(Deviation.BARE_VALUE, name)
        present = [{"value": item} if isinstance(item, str) else item for item in present]
    if name == "teachers":
        return [_teacher(item, place) for item in present]
    return [_object(item, place) if isinstance(item, Mapping) else item for item in present]


def _code(name: str, value: Any, coded: Coded, place: _Place) -> str | None:
    text = str(value).strip()
    if not text:
        return None
    try:
        read = coded.codes.read(text)
    except UnknownCode:
        place.note(Deviation.UNKNOWN_CODE, name)
        return text if coded.otherwise is None else coded.otherwise
    if text not in coded.codes.codes and text.casefold() == read.casefold():
        place.note(Deviation.CODE_CASE, name)
    return read


def _reference(name: str, value: Any, place: _Place) -> dict[str, Any] | None:
    if isinstance(value, str):
        place.note(Deviation.BARE_REFERENCE, name)
        value = {"id": value}
    if not isinstance(value, Mapping):
        place.note(Deviation.WRONG_TYPE, name)
        return None
    found = _object(value, place)
    if not isinstance(found.get("id"), str) or not found["id"].strip():
        return None
    return {**found, "id": found["id"].strip().lower()}


def _date(name: str, value: Any, place: _Place) -> str:
    text = str(value).strip()
    if len(text) > 10 and _DAY.match(text):
        place.note(Deviation.MOMENT_FOR_DATE, name)
        return _day_of(text)
    return text


def _day_of(text: str) -> str:
    """The Swedish day of a moment: 2026-08-16T22:00:00Z is the seventeenth."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text[:10]
    return (moment.astimezone(ZONE) if moment.tzinfo else moment).date().isoformat()


def _teacher(item: Any, place: _Place) -> Any:
    """A teacher of an activity is a duty (`{"duty": {…}}`); some servers name the person, or write it bare."""
    if isinstance(item, str):
        place.note(Deviation.BARE_REFERENCE, "teachers")
        item = {"duty": {"id": item}}
    if not isinstance(item, Mapping):
        return item
    found = _object(item, place)
    if "duty" not in found and isinstance(found.get("id"), str):
        place.note(Deviation.BARE_REFERENCE, "teachers")
        found = {"duty": {"id": found["id"].strip().lower()}}
    elif "duty" not in found and "person" in found:
        place.note(Deviation.TEACHER_BY_PERSON, "teachers")
    return found
