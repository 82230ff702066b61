"""Persons by what they are to a school: the `relationship.…` filters, which hold of one and the same relation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from psycopg.types.json import Jsonb

from kateder.provisioning.ss12000.conditions import Conditions

_PREFIX: Final = "relationship."
TYPES: Final = (
    "enrolment",
    "duty",
    "placement.child",
    "placement.owner",
    "responsibleFor.enrolment",
    "responsibleFor.placement",
)
Filters = Mapping[str, Sequence[str]]


def add(wanted: Conditions, filters: Filters) -> None:
    """Add the filters on relations and on identifiers, if there are any: each set of them belongs together."""
    _identifiers(wanted, filters)
    if not any(name.startswith(_PREFIX) for name in filters):
        return
    type_ = filters.get("relationship.entity.type", ("",))[0]
    types = [one for one in TYPES if type_ in ("", one)]
    wanted.add("(" + (" OR ".join(_one(wanted, one, filters) for one in types) or "false") + ")")


def _identifiers(wanted: Conditions, filters: Filters) -> None:
    parts = {part: filters[f"identifier.{part}"][0] for part in ("value", "context") if f"identifier.{part}" in filters}
    if parts:
        wanted.add(f"coalesce(r.doc->'externalIdentifiers' @> {wanted.bind(Jsonb([parts]))}, false)")


def _one(wanted: Conditions, type_: str, filters: Filters) -> str:
    if type_ == "enrolment":
        return _enrolled(wanted, "r", filters)
    if type_ == "duty":
        duties = wanted.rows("d", "duties")
        test = _at(wanted, "d", "dutyAt", filters)
        return f"r.id::text IN (SELECT d.doc#>>'{{person,id}}' FROM {duties} AND {test})"
    if type_ == "placement.child":
        return f"r.id::text IN ({_placed(wanted, filters)})"
    if type_ == "placement.owner":
        placements = wanted.rows("p", "placements")
        test = _at(wanted, "p", "placedAt", filters)
        owned = f"SELECT p.doc->'owners' AS owners FROM {placements} AND {test}"
        return f"r.id::text IN (SELECT o->>'id' FROM ({owned}) owned, jsonb_array_elements(owned.owners) o)"
    if type_ == "responsibleFor.enrolment":
        return _responsible(wanted, _enrolled(wanted, "k", filters))
    return _responsible(wanted, f"k.id::text IN ({_placed(wanted, filters)})")


def _responsible(wanted: Conditions, for_whom: str) -> str:
    return (
        "r.id::text IN (SELECT x#>>'{person,id}' FROM (SELECT k.doc->'responsibles' AS list FROM"
        f" {wanted.rows('k', 'persons')} AND k.doc ? 'responsibles' AND {for_whom}) children,"
        " jsonb_array_elements(children.list) x)"
    )


def _placed(wanted: Conditions, filters: Filters) -> str:
    return (
        f"SELECT p.doc#>>'{{child,id}}' FROM {wanted.rows('p', 'placements')}"
        f" AND {_at(wanted, 'p', 'placedAt', filters)}"
    )


def _enrolled(wanted: Conditions, row: str, filters: Filters) -> str:
    test = _relation(wanted, "e", "enroledAt", filters)
    return f"EXISTS (SELECT 1 FROM jsonb_array_elements({row}.doc->'enrolments') e WHERE {test})"


def _at(wanted: Conditions, row: str, organisation: str, filters: Filters) -> str:
    return _relation(wanted, f"{row}.doc", organisation, filters)


def _relation(wanted: Conditions, relation: str, organisation: str, filters: Filters) -> str:
    """Where and when; a date that is missing always matches."""
    parts = ["true"]
    if values := filters.get("relationship.organisation"):
        parts.append(f"{relation}#>>'{{{organisation},id}}' = {wanted.bind(values[0])}")
    for name in ("startDate", "endDate"):
        for when, sign in (("onOrBefore", "<="), ("onOrAfter", ">=")):
            if values := filters.get(f"relationship.{name}.{when}"):
                day = f"{relation}->>'{name}'"
                parts.append(f"({day} IS NULL OR {day} {sign} {wanted.bind(values[0])})")
    return " AND ".join(parts)
