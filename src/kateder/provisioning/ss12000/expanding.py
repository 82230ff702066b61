"""What is added to things on request: `_embedded`, and the names of what they refer to. All of the same edition."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import orjson
import psycopg

from kateder.protocols.ss12000.references import Body, found

_BY_ID: Final = """
SELECT id::text, body, CASE WHEN protected THEN root_id END FROM provisioning_editionrow
WHERE edition_id = %(edition)s AND path = %(path)s AND gone_at IS NULL AND id = ANY(%(ids)s::uuid[])
"""
_NAMES: Final = """
SELECT id::text, name, doc->>'securityMarking', CASE WHEN protected THEN root_id END FROM provisioning_editionrow
WHERE edition_id = %(edition)s AND path = %(path)s AND gone_at IS NULL AND id = ANY(%(ids)s::uuid[])
"""
# Things of a kind that point back at some of the ids.
_BACK: Final = """
SELECT body FROM provisioning_editionrow r WHERE edition_id = %(edition)s AND path = %(path)s AND gone_at IS NULL
AND {points} ORDER BY id
"""
_ONE: Final = "r.doc#>>'{{{0},id}}' = ANY(%(ids)s)"
_LIST: Final = "EXISTS (SELECT 1 FROM jsonb_array_elements(r.doc->'{0}') x WHERE x#>>'{1}' = ANY(%(ids)s))"
UNMARKED: Final = "Ingen"


@dataclass(frozen=True, slots=True)
class Source:
    """An edition to take from; `looked_at` gathers the persons in it whose identity is protected (root ids)."""

    cursor: psycopg.Cursor[Any]
    edition: UUID
    looked_at: set[UUID] = field(default_factory=set)

    def by_id(self, path: str, ids: Iterable[str]) -> Mapping[str, Body]:
        """Things by id; each time another copy, since they are changed."""
        values = {"edition": self.edition, "path": path, "ids": list(ids)}
        rows = self.cursor.execute(_BY_ID, values).fetchall()
        if path == "persons":
            self.looked_at.update(root for _, _, root in rows if root is not None)
        return {id_: orjson.loads(body) for id_, body, _ in rows}

    def back(self, path: str, points: str, ids: Sequence[str]) -> list[Body]:
        """Things that point at any of the ids."""
        self.cursor.execute(_BACK.format(points=points), {"edition": self.edition, "path": path, "ids": list(ids)})
        return [orjson.loads(body) for (body,) in self.cursor.fetchall()]

    def names(self, path: str, ids: Iterable[str]) -> Mapping[str, tuple[str | None, str | None]]:
        """What things are called, and how persons are marked."""
        values = {"edition": self.edition, "path": path, "ids": list(ids)}
        rows = self.cursor.execute(_NAMES, values).fetchall()
        if path == "persons":
            self.looked_at.update(root for *_, root in rows if root is not None)
        return {id_: (name, marking) for id_, name, marking, _ in rows}


def decorate(
    cursor: psycopg.Cursor[Any],
    edition: UUID,
    path: str,
    things: Sequence[Body],
    *,
    expand: Sequence[str],
    names: bool,
) -> set[UUID]:
    """Add what is asked for to things of one kind, in place; gives the protected persons that came with it."""
    source = Source(cursor, edition)
    embedded: list[tuple[str, Body]] = [(path, thing) for thing in things]
    for one in expand:
        embedded += EXPANSIONS[path][one](source, things)
    if names:
        _name(source, embedded)
    return source.looked_at


Parts = list[tuple[str, Body]]
"""Bodies that were embedded, with their paths: their references are named too."""
Expansion = Callable[[Source, Sequence[Body]], Parts]


def _embed(thing: Body, name: str, value: object) -> None:
    thing.setdefault("_embedded", {})[name] = value


def _pointing(name: str, path: str, points: str, whose: Callable[[Body], Iterable[str]]) -> Expansion:
    """Whole things that point at this one."""

    def expand(source: Source, things: Sequence[Body]) -> Parts:
        own: defaultdict[str, list[Body]] = defaultdict(list)
        others = source.back(path, points, [thing["id"] for thing in things])
        for other in others:
            for id_ in whose(other):
                own[id_].append(other)
        for thing in things:
            _embed(thing, name, own[thing["id"]])
        return [(path, other) for other in others]

    return expand


def _pointed(name: str, path: str, ids: Callable[[Body], Sequence[str]], *, many: bool = False) -> Expansion:
    """Whole things that this one points at."""

    def expand(source: Source, things: Sequence[Body]) -> Parts:
        others = source.by_id(path, {id_ for thing in things for id_ in ids(thing)})
        for thing in things:
            there = [others[id_] for id_ in ids(thing) if id_ in others]
            if many:
                _embed(thing, name, there)
            elif there:
                _embed(thing, name, there[0])
        return [(path, other) for other in others.values()]

    return expand


def _single(member: str) -> Callable[[Body], Sequence[str]]:
    return lambda thing: [thing[member]["id"]] if member in thing else []


def _responsible_for(source: Source, things: Sequence[Body]) -> Parts:
    own: defaultdict[str, list[Body]] = defaultdict(list)
    points = "r.doc ? 'responsibles' AND " + _LIST.format("responsibles", "{person,id}")
    for child in source.back("persons", points, [thing["id"] for thing in things]):
        for tie in child["responsibles"]:
            own[tie["person"]["id"]].append({"person": {"id": child["id"]}, "relationType": tie["relationType"]})
    for thing in things:
        _embed(thing, "responsibleFor", own[thing["id"]])
    return [("responsibleFor", {"list": own[thing["id"]]}) for thing in things]


def _memberships(source: Source, things: Sequence[Body]) -> Parts:
    own: defaultdict[str, list[Body]] = defaultdict(list)
    ids = {thing["id"] for thing in things}
    parts: Parts = []
    for group in source.back("groups", _LIST.format("groupMemberships", "{person,id}"), list(ids)):
        fragment = {name: value for name, value in group.items() if name != "groupMemberships"}
        parts.append(("groups", fragment))
        for membership in group["groupMemberships"]:
            if membership["person"]["id"] in ids:
                dates = {name: membership[name] for name in ("startDate", "endDate") if name in membership}
                own[membership["person"]["id"]].append({"group": fragment, **dates})
    for thing in things:
        _embed(thing, "groupMemberships", own[thing["id"]])
    return parts


def _assignment_roles(source: Source, things: Sequence[Body]) -> Parts:
    own: defaultdict[str, list[Body]] = defaultdict(list)
    for duty in source.back("duties", _LIST.format("assignmentRole", "{group,id}"), [one["id"] for one in things]):
        for role in duty["assignmentRole"]:
            told = {name: value for name, value in role.items() if name != "group"}
            own[role["group"]["id"]].append({"duty": {"id": duty["id"]}, **told})
    for thing in things:
        _embed(thing, "assignmentRoles", own[thing["id"]])
    return [("assignmentRoles", {"list": own[thing["id"]]}) for thing in things]


EXPANSIONS: Final[Mapping[str, Mapping[str, Expansion]]] = {
    "persons": {
        "duties": _pointing("duties", "duties", _ONE.format("person"), _single("person")),
        "responsibleFor": _responsible_for,
        "placements": _pointing("placements", "placements", _ONE.format("child"), _single("child")),
        "ownedPlacements": _pointing(
            "ownedPlacements",
            "placements",
            _LIST.format("owners", "{id}"),
            lambda placement: [owner["id"] for owner in placement.get("owners", ())],
        ),
        "groupMemberships": _memberships,
    },
    "placements": {
        "child": _pointed("child", "persons", _single("child")),
        "owners": _pointed("owners", "persons", lambda one: [o["id"] for o in one.get("owners", ())], many=True),
    },
    "duties": {"person": _pointed("person", "persons", _single("person"))},
    "groups": {"assignmentRoles": _assignment_roles},
    "activities": {
        "groups": _pointed("groups", "groups", lambda one: [g["id"] for g in one.get("groups", ())], many=True),
        "teachers": _pointed(
            "teachers", "duties", lambda one: [t["duty"]["id"] for t in one.get("teachers", ())], many=True
        ),
        "syllabus": _pointed("syllabus", "syllabuses", _single("syllabus")),
    },
    "calendarEvents": {
        "activity": _pointed("activity", "activities", _single("activity")),
        "attendance": _pointing("attendance", "attendances", _ONE.format("calendarEvent"), _single("calendarEvent")),
    },
    "attendanceEvents": {
        "person": _pointed("person", "persons", _single("person")),
        "group": _pointed("group", "groups", _single("group")),
        "registeredBy": _pointed("registeredBy", "persons", _single("registeredBy")),
    },
    "aggregatedAttendance": {
        "activity": _pointed("activity", "activities", _single("activity")),
        "student": _pointed("student", "persons", _single("student")),
    },
}


def _name(source: Source, bodies: Parts) -> None:
    """Put `displayName` into every reference whose thing is there, and a person's marking."""
    holders: defaultdict[str, defaultdict[str, list[Body]]] = defaultdict(lambda: defaultdict(list))
    for path, body in bodies:
        for to, holder in _references(path, body):
            holders[to][holder["id"]].append(holder)
    for path, by_id in holders.items():
        for id_, (name, marking) in source.names(path, by_id).items():
            for holder in by_id[id_]:
                if name is not None:
                    holder["displayName"] = name
                if marking is not None and marking != UNMARKED:
                    holder["securityMarking"] = marking


def _references(path: str, body: Body) -> Iterable[tuple[str, Body]]:
    if path == "responsibleFor":
        return [("persons", tie["person"]) for tie in body["list"]]
    if path == "assignmentRoles":
        return [("duties", role["duty"]) for role in body["list"]]
    pairs = [(reference.to, holder) for reference, holder in found(path, body)]
    if path == "activities" and "parentActivity" in body:
        pairs.append(("activities", body["parentActivity"]))
    return pairs
