"""Conditions on an edition's rows, and the shapes that most filters have."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from psycopg.types.json import Jsonb

Add = Callable[["Conditions", Sequence[str]], None]


class Conditions:
    """Conditions that are gathered, with the values they bind."""

    def __init__(self, edition: str, *, joined: str = " AND ") -> None:
        self.values: dict[str, Any] = {}
        self._edition = edition
        self._joined = joined
        self._parts: list[str] = []

    def bind(self, value: object) -> str:
        """A placeholder for a value."""
        name = f"v{len(self.values)}"
        self.values[name] = value
        cast = "::text[]" if isinstance(value, list) else "::text" if isinstance(value, str) else ""
        return f"%({name})s{cast}"

    def add(self, sql: str) -> None:
        """One more condition."""
        self._parts.append(sql)

    def rows(self, alias: str, path: str) -> str:
        """Other rows of the same edition, with the WHERE begun."""
        return (
            f"provisioning_editionrow {alias} WHERE {alias}.edition_id = {self._edition}"
            f" AND {alias}.path = '{path}' AND {alias}.gone_at IS NULL"
        )

    @property
    def sql(self) -> str:
        """All of them together."""
        return self._joined.join(self._parts) or "true"


def at(*place: str, row: str = "r") -> str:
    """The text at a place in a row's document."""
    return f"{row}.doc->>'{place[0]}'" if len(place) == 1 else f"{row}.doc#>>'{{{','.join(place)}}}'"


def same(*place: str) -> Add:
    """One of the values stands at a place."""
    return lambda wanted, values: wanted.add(f"{at(*place)} = ANY({wanted.bind(list(values))})")


def any_of(name: str) -> Add:
    """A list of texts holds one of the values."""
    return lambda wanted, values: wanted.add(f"r.doc->'{name}' ?| {wanted.bind(list(values))}")


def has(name: str, *place: str) -> Add:
    """A list of objects holds one with one of the values at a place."""

    def add(wanted: Conditions, values: Sequence[str]) -> None:
        wanted.add("(" + " OR ".join(contains(wanted, name, [_nested(place, value)]) for value in values) + ")")

    return add


def _nested(place: Sequence[str], value: str) -> object:
    nested: object = value
    for name in reversed(place):
        nested = {name: nested}
    return nested


def contains(wanted: Conditions, name: str, value: object, *, row: str = "r") -> str:
    """A list in a document holds what is like `value`."""
    return f"coalesce({row}.doc->'{name}' @> {wanted.bind(Jsonb(value))}, false)"


def between(column: str, wanted: Conditions, name: str, values: Sequence[str]) -> None:
    """A date on or before, or on or after, another; one that is missing always matches."""
    sign = "<=" if name.endswith("onOrBefore") else ">="
    wanted.add(f"({column} IS NULL OR {column} {sign} {wanted.bind(values[0])})")


def dates(name: str) -> dict[str, Add]:
    """Both filters on a date."""
    return {f"{name}.{when}": partial(_day_filter, name, when) for when in ("onOrBefore", "onOrAfter")}


def times(name: str) -> dict[str, Add]:
    """Both filters on a moment."""
    signs = {"onOrBefore": "<=", "onOrAfter": ">="}
    return {f"{name}.{when}": partial(_time_filter, name, sign) for when, sign in signs.items()}


def _day_filter(name: str, when: str, wanted: Conditions, values: Sequence[str]) -> None:
    between(at(name), wanted, when, values)


def _time_filter(name: str, sign: str, wanted: Conditions, values: Sequence[str]) -> None:
    wanted.add(f"({at(name)})::timestamptz {sign} {wanted.bind(values[0])}::timestamptz")


def of_groups(wanted: Conditions, people: Sequence[str], *, row: str) -> str:
    """An activity one of whose groups has one of the persons in it, at any time."""
    members = " OR ".join(
        contains(wanted, "groupMemberships", [{"person": {"id": person}}], row="g") for person in people
    )
    return (
        f"EXISTS (SELECT 1 FROM jsonb_array_elements({row}.doc->'groups') its WHERE its->>'id' IN"
        f" (SELECT g.id::text FROM {wanted.rows('g', 'groups')} AND ({members})))"
    )


def subtree(wanted: Conditions, organisation: str) -> str:
    """An organisation and everything below it."""
    top = wanted.bind(organisation)
    return (
        f"WITH RECURSIVE below (id) AS (SELECT {top} UNION SELECT o.id::text FROM below b"
        f" JOIN provisioning_editionrow o ON o.edition_id = %(edition)s AND o.path = 'organisations'"
        " AND o.gone_at IS NULL AND o.doc#>>'{parentOrganisation,id}' = b.id) SELECT id FROM below"
    )
