"""What a consumer asks for: the query parameters of OneRoster 1.2 §3, read and checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

from kateder.protocols.oneroster.filters import BadFilter, Filter, Place, place_of
from kateder.protocols.oneroster.filters import read as read_filter
from kateder.protocols.oneroster.resources import Resource, Shape

DEFAULT_LIMIT: Final = 100
LARGEST_LIMIT: Final = 10_000
"""More is refused, not cut: who adds the limit to the offset would else lose what was cut off."""
LARGEST_OFFSET: Final = 10**9
OF_LISTS: Final = frozenset({"limit", "offset", "sort", "orderBy", "filter", "fields"})


class BadSelection(ValueError):
    """A parameter other than the filter cannot be understood, and why."""


@dataclass(frozen=True, slots=True)
class Question:
    """A collection that is asked for. Empty `fields` are all of them."""

    limit: int = DEFAULT_LIMIT
    offset: int = 0
    sort: Place | None = None
    descending: bool = False
    filter: Filter = ()
    fields: tuple[str, ...] = ()

    @property
    def asks_for_removed(self) -> bool:
        """Whether what is to be deleted belongs in the answer however long ago it went."""
        named = {comparison.place.names[0] for each in self.filter for comparison in each}
        return bool(named & {"status", "dateLastModified"})


def read(query: str, resource: Resource, *, is_one: bool = False) -> Question:
    """The question in a query string. Raises BadFilter or BadSelection.

    Parameters that the standard does not have are ignored, as it demands of extensions.
    """
    given = {name: value for name, value in _pairs(query) if name in OF_LISTS}
    fields = _fields(given.get("fields", ""), resource)
    if is_one:
        return Question(fields=fields)
    order = given.get("orderBy", "asc")
    if order not in {"asc", "desc"}:
        raise BadSelection("orderBy is asc or desc")
    return Question(
        _number(given.get("limit"), "limit", least=1, most=LARGEST_LIMIT, usual=DEFAULT_LIMIT),
        _number(given.get("offset"), "offset", least=0, most=LARGEST_OFFSET, usual=0),
        _sort(given["sort"], resource) if given.get("sort") else None,
        order == "desc",
        read_filter(given["filter"], resource) if given.get("filter") else (),
        fields,
    )


def _pairs(query: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=50)
    except ValueError:
        raise BadSelection("the query is not UTF-8, or too long") from None


def _number(text: str | None, name: str, *, least: int, most: int, usual: int) -> int:
    if text is None or text == "":
        return usual
    if not text.isascii() or not text.isdigit() or len(text) > len(str(most)) or not least <= int(text) <= most:
        raise BadSelection(f"{name} is a whole number from {least} to {most}")
    return int(text)


def _sort(name: str, resource: Resource) -> Place:
    try:
        place = place_of(name, resource)
    except BadFilter as error:
        raise BadSelection(str(error)) from None
    if place.in_list or place.shape in {Shape.TEXTS, Shape.OBJECTS}:
        raise BadSelection(f"{name[:60]} is a list: nothing is sorted by it")
    return place


def _fields(text: str, resource: Resource) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(filter(None, (name.strip() for name in text.split(",")))))
    unknown = [name for name in names if name not in resource.attributes and name != "metadata"]
    if unknown:
        raise BadSelection(f"there is no attribute {unknown[0][:60]}")
    return names


__all__ = ["BadFilter", "BadSelection", "Question", "read"]
