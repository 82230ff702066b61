"""What has changed about a person or a group, newest first: when, what, from which source, who acted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from kateder.core import db
from kateder.protocols.reconcile import Action
from kateder.register.as_it_was.images import Image, read
from kateder.register.as_it_was.keeping import first_day
from kateder.register.as_it_was.reading import NAMES
from kateder.register.entities import Entity, shapes


@dataclass(frozen=True, slots=True)
class Change:
    """One row that one changeset made, changed or removed.

    `fields` are (before, after) by name; of names and numbers it says only that they changed (None, None).
    """

    at: datetime
    changeset_id: int
    cause: str
    actor: str
    entity: Entity
    action: Action
    root_id: UUID
    ties: Mapping[str, str]
    fields: Mapping[str, tuple[Any, Any]]


OF_PERSON = (
    (Entity.PERSON, "id"),
    (Entity.ENROLMENT, "person_id"),
    (Entity.MEMBERSHIP, "person_id"),
    (Entity.DUTY, "person_id"),
    (Entity.GUARDIANSHIP, "child_id"),
)
OF_GROUP = ((Entity.GROUP, "id"), (Entity.MEMBERSHIP, "group_id"), (Entity.ACTIVITY_GROUP, "group_id"))
_QUIET = NAMES | {"security_marking", "local_protection_rule"}
_BOOKS = frozenset({"id", "authority_id", "created_in_id", "modified_in_id", "sort_key", "search_key"})

_VERSIONS = """
SELECT h.root_id, h.before, h.changeset_id FROM register_historyentry h
 WHERE h.entity = %(entity)s AND h.{tie} = %(root)s
 UNION ALL
SELECT h.root_id, h.before, h.changeset_id FROM register_historyentry h
 WHERE h.entity = %(entity)s AND h.root_id IN (SELECT id FROM {table} WHERE {column} = %(root)s)
   AND h.{tie} IS DISTINCT FROM %(root)s
 UNION ALL
SELECT t.id, to_jsonb(t), NULL FROM {table} t WHERE t.{column} = %(root)s
"""


def changes_of(
    root_id: UUID, *, of: Sequence[tuple[Entity, str]] = OF_PERSON, today: date, most: int = 200
) -> list[Change]:
    """What has changed about a person (`OF_PERSON`) or a group (`OF_GROUP`), newest first, as far as it is kept."""
    with db.cursor() as cursor:
        found = [event for entity, column in of for event in _of_entity(cursor, entity, column, root_id)]
        made = _changesets(cursor, {event.changeset_id for event in found}, first=first_day(today=today))
    changes = [_change(made[event.changeset_id], event) for event in found if event.changeset_id in made]
    return sorted(changes, key=lambda one: (one.at, one.entity, one.root_id), reverse=True)[:most]


@dataclass(frozen=True, slots=True)
class _Event:
    """One row before and after one changeset."""

    changeset_id: int
    entity: Entity
    action: Action
    before: Image | None
    after: Image | None


def _of_entity(cursor: psycopg.Cursor[Any], entity: Entity, column: str, root_id: UUID) -> Iterator[_Event]:
    shape = shapes()[entity]
    tie = "root_id" if column == "id" else ("tie_id" if shape.ties[0] == column else "other_tie_id")
    names = {"table": sql.Identifier(shape.table), "column": sql.Identifier(column), "tie": sql.Identifier(tie)}
    cursor.execute(sql.SQL(_VERSIONS).format(**names), {"entity": entity.value, "root": root_id})
    versions: defaultdict[UUID, list[tuple[Image, int | None]]] = defaultdict(list)
    for row_id, image, changeset_id in cursor:
        versions[row_id].append((read(image), changeset_id))
    for each in versions.values():
        yield from _events(entity, each)


def _events(entity: Entity, versions: list[tuple[Image, int | None]]) -> Iterator[_Event]:
    """What happened to one row: its images are in the order in which changesets replaced them, today's last."""
    ordered = sorted(versions, key=lambda one: (one[1] is None, one[1] or 0))
    before: Image | None = None
    for index, (image, ended_by) in enumerate(ordered):
        if before is None or before["created_in_id"] != image["created_in_id"]:
            yield _Event(image["created_in_id"], entity, Action.CREATE, None, image)
        if ended_by is not None:
            after = ordered[index + 1][0] if index + 1 < len(ordered) else None
            lives_on = after is not None and after["created_in_id"] == image["created_in_id"]
            action = Action.UPDATE if lives_on else Action.REMOVE
            yield _Event(ended_by, entity, action, image, after if lives_on else None)
        before = image


def _changesets(cursor: psycopg.Cursor[Any], numbers: set[int], *, first: date) -> dict[int, tuple[datetime, str, str]]:
    cursor.execute(
        "SELECT id, at, cause, actor FROM register_changeset WHERE id = ANY(%s) AND at >= %s", [list(numbers), first]
    )
    return {number: (at, cause, actor) for number, at, cause, actor in cursor}


def _change(made: tuple[datetime, str, str], event: _Event) -> Change:
    image = event.after or event.before or {}
    at, cause, actor = made
    ties = {column: image[column] for column in shapes()[event.entity].ties if column and image.get(column)}
    fields = _fields(event.before or {}, event.after or {}) if event.action is Action.UPDATE else {}
    return Change(at, event.changeset_id, cause, actor, event.entity, event.action, UUID(image["id"]), ties, fields)


def _fields(before: Image, after: Image) -> dict[str, tuple[Any, Any]]:
    changed = {name for name in after if before.get(name) != after[name]} - _BOOKS
    return {name: (None, None) if name in _QUIET else (before.get(name), after[name]) for name in sorted(changed)}
