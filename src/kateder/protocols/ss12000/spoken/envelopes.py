"""The envelopes of lists and of deletedEntities, as the standard and as other systems write them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kateder.protocols.ss12000.spoken.deviations import Deviation, Noted

# The published text has the first spelling; much code has the second. So does the plural of study plans.
_DELETED_NAMES = {"activitites": "activities", "studyplans": "studyplans"}
FLAT = ""
"""The resource of ids that were not said to be of any resource."""


class Unreadable(ValueError):
    """The answer holds no list where one must be."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list, and the token of the next one."""

    rows: list[Any]
    token: str | None


@dataclass(frozen=True, slots=True)
class Removed:
    """One page of deletedEntities: ids by resource; under `FLAT` those without a resource."""

    ids: Mapping[str, list[str]] = field(default_factory=dict)
    token: str | None = None


def page(body: Any, *, resource: str, noted: Noted) -> Page:
    """The rows of a list's answer, in the standard's envelope or not. Raises Unreadable."""
    if isinstance(body, list):
        noted.note(Deviation.BARE_LIST, resource)
        return Page(body, None)
    if not isinstance(body, Mapping):
        raise Unreadable(resource)
    token = _token(body)
    rows = body.get("data")
    if isinstance(rows, list):
        return Page(rows, token)
    named = {str(name).casefold(): value for name, value in body.items()}
    for name in ("data", resource.casefold(), "items", "value", "results"):
        if isinstance(named.get(name), list):
            noted.note(Deviation.OTHER_ENVELOPE, resource)
            return Page(named[name], token)
    if "data" in named and named["data"] is None:
        noted.note(Deviation.OTHER_ENVELOPE, resource)
        return Page([], token)
    raise Unreadable(resource)


def removed(body: Any, *, noted: Noted) -> Removed:
    """What a page of deletedEntities says is gone: by resource, or a flat list of ids. Raises Unreadable."""
    data = body.get("data", body) if isinstance(body, Mapping) else body
    token = _token(body) if isinstance(body, Mapping) else None
    if isinstance(data, list):
        noted.note(Deviation.FLAT_DELETED_ENTITIES, "deletedEntities")
        return Removed(_from_list(data), token)
    if not isinstance(data, Mapping):
        raise Unreadable("deletedEntities")
    ids: dict[str, list[str]] = {}
    for name, values in data.items():
        if not isinstance(values, list):
            continue
        known = _DELETED_NAMES.get(str(name).casefold(), str(name))
        ids.setdefault(known, []).extend(found for value in values if (found := _id(value)))
    return Removed(ids, token)


def _from_list(rows: list[Any]) -> dict[str, list[str]]:
    """A flat list holds ids, or objects that may say of what kind they are."""
    ids: dict[str, list[str]] = {}
    for row in rows:
        found = _id(row)
        if found:
            ids.setdefault(FLAT, []).append(found)
    return ids


def _id(value: Any) -> str:
    if isinstance(value, Mapping):
        value = value.get("id") or value.get("entityId") or ""
    return value.lower() if isinstance(value, str) else ""


def _token(body: Mapping[str, Any]) -> str | None:
    token = body.get("pageToken")
    return str(token) if token not in (None, "") else None
