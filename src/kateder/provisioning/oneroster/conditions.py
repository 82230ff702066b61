"""What a filter and an address mean, in SQL over an edition's rows `r`: only over what the client may see itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from psycopg.types.json import Jsonb

from kateder.protocols.oneroster.filters import Comparison, Filter, Place
from kateder.protocols.oneroster.resources import Route, Shape
from kateder.provisioning.oneroster.projecting import enrolments_between
from kateder.provisioning.ss12000.conditions import Conditions

Rule = Callable[[Conditions, UUID, str, str], str]
"""What belongs to an id, narrowed as the id's collection is and as what is asked for."""
CHANGED: Final = "coalesce(r.gone_at, r.modified_at)"
STATUS: Final = "CASE WHEN r.gone_at IS NULL THEN 'active' ELSE 'tobedeleted' END"


def of_filter(wanted: Conditions, filter_: Filter) -> None:
    """Add a filter: alternatives, each of comparisons that must all hold."""
    if filter_:
        alternatives = (" AND ".join(_compared(wanted, one) for one in each) for each in filter_)
        wanted.add("(" + " OR ".join(f"({one})" for one in alternatives) + ")")


def at(place: Place, *, row: str = "r") -> str:
    """The text at a place that is in no list."""
    if place.names == ("dateLastModified",):
        return CHANGED
    if place.names == ("status",):
        return STATUS
    return f"{row}.doc#>>'{{{','.join(place.names)}}}'"


def _compared(wanted: Conditions, one: Comparison) -> str:
    place = one.place
    if isinstance(one.value, datetime):
        return f"{CHANGED} {one.operator} {wanted.bind(one.value)}" if one.operator != "~" else "false"
    if place.shape is Shape.TEXTS:
        return _list(wanted, place.names[0], one)
    if place.in_list:
        first, *inner = place.names
        value = f"x#>>'{{{','.join(inner)}}}'"
        test = _test(wanted, value, "=" if one.operator == "!=" else one.operator, one.value)
        found = f"EXISTS (SELECT 1 FROM jsonb_array_elements(coalesce(r.doc->'{first}', '[]')) x WHERE {test})"
        return f"NOT {found}" if one.operator == "!=" else found
    return _test(wanted, at(place), one.operator, one.value, is_number=place.shape is Shape.NUMBER)


def _test(wanted: Conditions, place: str, operator: str, value: str, *, is_number: bool = False) -> str:
    """What is missing is like nothing, and unlike everything."""
    bound = wanted.bind(value)
    if operator == "~":
        return f"coalesce(position(lower({bound}) IN lower({place})) > 0, false)"
    if is_number:
        place, bound = f"({place})::numeric", f"{bound}::numeric"
    elif operator not in {"=", "!="}:
        place = f'({place}) COLLATE "C"'
    return f"{place} IS DISTINCT FROM {bound}" if operator == "!=" else f"coalesce({place} {operator} {bound}, false)"


def _list(wanted: Conditions, name: str, one: Comparison) -> str:
    """A list is equal to the same values in any order; `~` is one of them."""
    values = wanted.bind([part.strip() for part in str(one.value).split(",")])
    there = f"ARRAY(SELECT jsonb_array_elements_text(coalesce(r.doc->'{name}', '[]')))"
    if one.operator == "~":
        return f"{there} && {values}"
    same = f"({there} @> {values} AND {there} <@ {values})"
    return f"NOT {same}" if one.operator == "!=" else same


def narrowed(wanted: Conditions, path: str, only: str, *, row: str = "r") -> str:
    """Only those of a collection that an address is of: schools, terms, students."""
    if not only:
        return "true"
    if path == "users":
        return f"coalesce({row}.doc->'roles' @> {wanted.bind(Jsonb([{'role': only}]))}, false)"
    return f"{row}.doc->>'type' = {wanted.bind(only)}"


def of_route(wanted: Conditions, route: Route, ids: Sequence[UUID]) -> None:
    """Only what belongs to the things whose ids stand in the address."""
    for (parent, only), id_ in zip(route.through, ids, strict=True):
        wanted.add(_belongs(wanted, route, parent, only, id_))


def _belongs(wanted: Conditions, route: Route, parent: str, only: str, id_: UUID) -> str:
    rule = _RULES.get((route.gives.name, parent))
    if rule is not None:
        return rule(wanted, id_, only, route.only)
    return f"r.doc#>>'{{{_MEMBERS[route.gives.name, parent]},sourcedId}}' = {wanted.bind(str(id_))}"


def _of_class(wanted: Conditions, id_: UUID, _only: str, role: str) -> str:
    of_role = f"e.doc->>'role' = {wanted.bind(role)}"
    enrolments = f"{wanted.rows('e', 'enrollments')} AND {_in_class(wanted, id_, row='e')} AND {of_role}"
    return f"r.id IN (SELECT (e.doc#>>'{{user,sourcedId}}')::uuid FROM {enrolments})"


def _in_class(wanted: Conditions, id_: UUID, *, row: str) -> str:
    """Which enrolments are of a class: they lie together, and say so."""
    first, last = enrolments_between(id_)
    between = f"{row}.id BETWEEN {wanted.bind(first)} AND {wanted.bind(last)}"
    return f"({between} AND {row}.doc#>>'{{class,sourcedId}}' = {wanted.bind(str(id_))})"


def _classes_of(wanted: Conditions, id_: UUID, role: str, _only: str) -> str:
    of_role = f" AND e.doc->>'role' = {wanted.bind(role)}" if role else ""
    mine = f"e.doc#>>'{{user,sourcedId}}' = {wanted.bind(str(id_))}{of_role}"
    return f"r.id IN (SELECT (e.doc#>>'{{class,sourcedId}}')::uuid FROM {wanted.rows('e', 'enrollments')} AND {mine})"


def _listed(member: str, *inner: str) -> Rule:
    """A list in the object refers to it."""

    def rule(wanted: Conditions, id_: UUID, _role: str, _only: str) -> str:
        sought: object = {"sourcedId": str(id_)}
        for name in inner:
            sought = {name: sought}
        return f"coalesce(r.doc->'{member}' @> {wanted.bind(Jsonb([sought]))}, false)"

    return rule


_RULES: Final[Mapping[tuple[str, str], Rule]] = {
    ("users", "classes"): _of_class,
    ("users", "orgs"): _listed("roles", "org"),
    ("classes", "users"): _classes_of,
    ("classes", "academicSessions"): _listed("terms"),
    ("academicSessions", "orgs"): lambda *_: "true",  # all schools have the same terms
    ("enrollments", "classes"): lambda wanted, id_, *_: _in_class(wanted, id_, row="r"),
}
_MEMBERS: Final[Mapping[tuple[str, str], str]] = {
    ("classes", "orgs"): "school",
    ("enrollments", "orgs"): "school",
    ("courses", "orgs"): "org",
    ("classes", "courses"): "course",
    ("academicSessions", "academicSessions"): "parent",
}
"""By which attribute the one refers to the other."""
