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

Rule = Callable[[Conditions, UUID], str]
"""What belongs to an id."""
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


Look = Callable[[str, Conditions], Sequence[str]]
"""Runs a question over the edition that gives one column of text."""


def of_route(wanted: Conditions, route: Route, ids: Sequence[UUID], *, look: Look) -> None:
    """Only what belongs to the things whose ids stand in the address."""
    for (parent, only), id_ in zip(route.through, ids, strict=True):
        wanted.add(_belongs(wanted, route, parent, only, id_, look=look))


def _belongs(wanted: Conditions, route: Route, parent: str, only: str, id_: UUID, *, look: Look) -> str:
    pair = (route.gives.name, parent)
    if pair in _BY_ENROLMENT:
        # Asked for first, and few: what PostgreSQL would make of a join over documents is anybody's guess.
        found = look(*_BY_ENROLMENT[pair](id_, only, route.only))
        return f"r.id = ANY({wanted.bind(list(found))}::uuid[])"
    rule = _RULES.get(pair)
    if rule is not None:
        return rule(wanted, id_)
    return f"r.doc#>>'{{{_MEMBERS[pair]},sourcedId}}' = {wanted.bind(str(id_))}"


def _users_of(class_id: UUID, _only: str, role: str) -> tuple[str, Conditions]:
    asked = Conditions("%(edition)s")
    asked.add(_in_class(asked, class_id))
    asked.add(f"r.doc->>'role' = {asked.bind(role)}")
    return "user", asked


def _classes_of(user_id: UUID, role: str, _only: str) -> tuple[str, Conditions]:
    asked = Conditions("%(edition)s")
    asked.add(f"r.doc#>>'{{user,sourcedId}}' = {asked.bind(str(user_id))}")
    if role:
        asked.add(f"r.doc->>'role' = {asked.bind(role)}")
    return "class", asked


def _in_class(wanted: Conditions, id_: UUID) -> str:
    """Which enrolments are of a class: they lie together, and say so."""
    first, last = enrolments_between(id_)
    between = f"r.id BETWEEN {wanted.bind(first)} AND {wanted.bind(last)}"
    return f"({between} AND r.doc#>>'{{class,sourcedId}}' = {wanted.bind(str(id_))})"


def _listed(member: str, *inner: str) -> Rule:
    """A list in the object refers to it."""

    def rule(wanted: Conditions, id_: UUID) -> str:
        sought: object = {"sourcedId": str(id_)}
        for name in inner:
            sought = {name: sought}
        return f"coalesce(r.doc->'{member}' @> {wanted.bind(Jsonb([sought]))}, false)"

    return rule


_BY_ENROLMENT: Final[Mapping[tuple[str, str], Callable[[UUID, str, str], tuple[str, Conditions]]]] = {
    ("users", "classes"): _users_of,
    ("classes", "users"): _classes_of,
}
"""What is found through who is in which class: the attribute of an enrolment, and which enrolments."""
_RULES: Final[Mapping[tuple[str, str], Rule]] = {
    ("users", "orgs"): _listed("roles", "org"),
    ("classes", "academicSessions"): _listed("terms"),
    ("academicSessions", "orgs"): lambda *_: "true",  # all schools have the same terms
    ("enrollments", "classes"): _in_class,
}
_MEMBERS: Final[Mapping[tuple[str, str], str]] = {
    ("classes", "orgs"): "school",
    ("enrollments", "orgs"): "school",
    ("courses", "orgs"): "org",
    ("classes", "courses"): "course",
    ("academicSessions", "academicSessions"): "parent",
}
"""By which attribute the one refers to the other."""
