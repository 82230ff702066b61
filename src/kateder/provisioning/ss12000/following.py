"""A provider's edition follows what has changed: only the rows that the change reaches are made again.

What a change reaches is said where deliveries say it (`provisioning.touching`). Organisations are few, and made again
each time; when one has perhaps left, or an authority has come, everything is. So it is when a day has passed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final
from uuid import UUID

import orjson
from psycopg.types.json import Jsonb

from kateder.core import feed
from kateder.governance import api as governance
from kateder.provisioning.egil.roster import AUTHORITY, Roster, read_roster
from kateder.provisioning.oneroster import projecting as oneroster
from kateder.provisioning.planning.touching import Touched, around, touched
from kateder.provisioning.ss12000 import services
from kateder.provisioning.ss12000.profiles import Api
from kateder.provisioning.ss12000.storing import Row, Store

MANY: Final = 5000
"""Above so many touched things, all of them are written together."""

_NOTED: Final = """
SELECT n.ids FROM register_changenote n JOIN register_changeset c ON c.id = n.changeset_id
WHERE n.entity = 'duty' AND (%(since)s::timestamptz IS NULL OR c.at > %(since)s)
"""
_HOLDERS: Final = "SELECT person_id FROM register_duty WHERE id = ANY(%s)"
_DUTIES: Final = "SELECT id FROM register_duty WHERE person_id = ANY(%s)"
_TYPES: Final = "SELECT id FROM register_organisation WHERE organisation_type = %s"
_KNOWN_AS: Final = "SELECT root_id, released_id FROM governance_pseudonym WHERE service_id = %s AND root_id = ANY(%s)"
_ROOTS: Final = """
SELECT root_id FROM provisioning_editionrow WHERE edition_id = %s AND path = %s AND gone_at IS NULL
"""
_BETWEEN: Final = """
SELECT id FROM provisioning_editionrow WHERE edition_id = %s AND path = 'enrollments' AND gone_at IS NULL
  AND id BETWEEN %s AND %s
"""
_AT: Final = """
SELECT DISTINCT place #>> '{}' FROM provisioning_editionrow r, jsonb_path_query(r.doc, %(place)s::jsonpath) place
WHERE r.edition_id = %(edition)s AND r.path = %(path)s AND r.gone_at IS NULL AND r.id = ANY(%(ids)s)
"""
_STILL_AT: Final = """
SELECT EXISTS (SELECT 1 FROM provisioning_editionrow r WHERE r.edition_id = %(edition)s AND r.path = %(path)s
  AND r.gone_at IS NULL AND jsonb_path_exists(r.doc, %(place)s::jsonpath, %(values)s))
"""


@dataclass(frozen=True, slots=True)
class Shape:
    """How an API writes an edition: its organisations, and where each kind of row says at which it is."""

    organisations: str
    places: Mapping[str, str]
    pages: services.PagesOf


SHAPES: Final[Mapping[Api, Shape]] = {
    Api.SS12000: Shape(
        "organisations",
        {
            "persons": "$.enrolments[*].enroledAt.id",
            "groups": "$.organisation.id",
            "duties": "$.dutyAt.id",
            "activities": "$.organisation.id",
        },
        services.pages_of,
    ),
    Api.ONEROSTER: Shape(
        "orgs", {"users": "$.roles[*].org.sourcedId", "classes": "$.school.sourcedId"}, oneroster.pages_of
    ),
}


def follow(
    store: Store,
    *,
    service_id: UUID,
    api: Api,
    position: int,
    since: datetime | None,
    until: int,
    today: date,
    now: datetime,
) -> bool:
    """Write what has changed between two positions of the feed, on one day; False where everything has to be written.

    `since` is the time of the last changeset that the edition has taken in.
    """
    noted = {id_ for (ids,) in store.cursor.execute(_NOTED, {"since": since}).fetchall() for id_ in ids}
    found = touched(feed.since(position, until=until), service_id=service_id, today=today, also=noted)
    if found is None or len(found.roots) > MANY:
        return False
    return not found or _write(store, _with_holders(store, found), service_id, SHAPES[api], today=today, now=now)


def _with_holders(store: Store, found: Touched) -> Touched:
    """Where somebody's duties are is said of them: who has a touched one is touched, with all of theirs."""
    people = found.people | _ids(store, _HOLDERS, found.duties)
    return replace(found, people=people, duties=found.duties | _ids(store, _DUTIES, people))


def _write(store: Store, found: Touched, service_id: UUID, shape: Shape, *, today: date, now: datetime) -> bool:
    if not services.keeps(governance.verdict(service_id, today=today)):
        return False
    there = {id_ for (id_,) in store.cursor.execute(_ROOTS, [store.edition_id, shape.organisations]).fetchall()}
    roster = _roster(service_id, found, there=there, today=today)
    if (roster.context.organisations.keys() - there) & _ids(store, _TYPES, AUTHORITY):
        return False
    known = _known_as(store, service_id, found)
    kept = {
        path: _kept(path, rows, found, known)
        for path, rows in shape.pages(roster, service_id=service_id, today=today, now=now, there=there)
    }
    ids = {path: _rewritten(store, path, found, known) for path in kept}
    left = _places(store, shape, ids) - _new_places(shape, kept)
    for path, rows in kept.items():
        store.rows(path, rows, ids=ids[path])
    return all(_is_referred_to(store, shape, place) for place in left)


def _roster(service_id: UUID, found: Touched, *, there: Collection[UUID], today: date) -> Roster:
    near = around(found)
    entitled, people = services.released(service_id, today=today, only=near.people)
    return read_roster(service_id, people=people, entitled=entitled, today=today, near=near, units=there)


def _known_as(store: Store, service_id: UUID, found: Touched) -> Mapping[UUID, set[UUID]]:
    """Under which ids the service has ever been told of the touched things."""
    known: dict[UUID, set[UUID]] = {}
    for root, released in store.cursor.execute(_KNOWN_AS, [service_id, list(found.roots)]).fetchall():
        known.setdefault(root, set()).add(released)
    return known


_ROWS_OF: Final = {
    "persons": "people", "users": "people", "groups": "groups", "classes": "groups", "duties": "duties",
    "activities": "activities",
}  # fmt: skip


def _kept(path: str, rows: Iterable[Row], found: Touched, known: Mapping[UUID, set[UUID]]) -> list[Row]:
    """The rows of the touched things, and all of what is made again each time."""
    if path == "enrollments":
        begins = {oneroster.begins(id_) for group in found.groups for id_ in known.get(group, ())}
        return [row for row in rows if row.id.bytes[: oneroster.HALF] in begins]
    if path not in _ROWS_OF:
        return list(rows)
    roots: frozenset[UUID] = getattr(found, _ROWS_OF[path])
    return [row for row in rows if row.root_id in roots]


def _rewritten(store: Store, path: str, found: Touched, known: Mapping[UUID, set[UUID]]) -> Collection[UUID] | None:
    """The ids of the rows that are written anew, or go; None: all of the kind."""
    if path == "enrollments":
        ranges = (oneroster.enrolments_between(id_) for group in found.groups for id_ in known.get(group, ()))
        rows = (store.cursor.execute(_BETWEEN, [store.edition_id, *both]).fetchall() for both in ranges)
        return {id_ for each in rows for (id_,) in each}
    if path not in _ROWS_OF:
        return None
    return {id_ for root in getattr(found, _ROWS_OF[path]) for id_ in known.get(root, ())}


def _places(store: Store, shape: Shape, ids: Mapping[str, Collection[UUID] | None]) -> set[str]:
    """Where the rows that are written anew said that they are (released ids)."""
    found: set[str] = set()
    for path, place in shape.places.items():
        values = {"edition": store.edition_id, "path": path, "place": place, "ids": list(ids[path] or ())}
        found |= {id_ for (id_,) in store.cursor.execute(_AT, values).fetchall()}
    return found


def _new_places(shape: Shape, kept: Mapping[str, Iterable[Row]]) -> set[str]:
    found: set[str] = set()
    for path in shape.places:
        for row in kept[path]:
            body = orjson.loads(row.content)
            owners = [body, *body.get("enrolments", ()), *body.get("roles", ())]
            named = (
                one.get(name) for one in owners for name in ("enroledAt", "organisation", "dutyAt", "org", "school")
            )
            found |= {place.get("id") or place["sourcedId"] for place in named if place}
    return found


def _is_referred_to(store: Store, shape: Shape, place: str) -> bool:
    """Whether anything is still at an organisation."""
    for path, where in shape.places.items():
        values = {
            "edition": store.edition_id, "path": path, "place": f"{where} ? (@ == $id)", "values": Jsonb({"id": place}),
        }  # fmt: skip
        row = store.cursor.execute(_STILL_AT, values).fetchone()
        if row is not None and row[0]:
            return True
    return False


def _ids(store: Store, statement: str, of: Collection[UUID] | str) -> frozenset[UUID]:
    values = of if isinstance(of, str) else list(of)
    return frozenset(id_ for (id_,) in store.cursor.execute(statement, [values]).fetchall()) if values else frozenset()
