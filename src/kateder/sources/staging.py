"""Put what a connector read into temporary tables, one per entity, with the source's own keys in them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import psycopg
from psycopg import sql

from kateder.register.api import Entity, shapes
from kateder.sources.reading import Reading, Table

# What a source can deliver. The two that tie activities to groups and teachers come as lists in the activity;
# lessons and what happens at them come through our own API.
NOT_DELIVERED = {
    Entity.ACTIVITY_GROUP,
    Entity.ACTIVITY_TEACHER,
    Entity.ROOM,
    Entity.ASSET,
    Entity.CALENDAR_EVENT,
    Entity.ATTENDANCE,
    Entity.ATTENDANCE_EVENT,
    Entity.ATTENDANCE_SCHEDULE,
    Entity.ABSENCE,
    Entity.GRADE,
}
DELIVERABLE = tuple(entity for entity in Entity if entity not in NOT_DELIVERED)
LISTS: Mapping[Entity, tuple[str, ...]] = {Entity.ACTIVITY: ("groups", "duties")}


def stage_name(entity: Entity) -> str:
    """The temporary table of one entity."""
    return f"stage_{entity.value}"


def stage(cursor: psycopg.Cursor[Any], reading: Reading) -> None:
    """Make the tables, empty for what was not delivered, and fill them with COPY."""
    # The statements that follow join whole tables of which PostgreSQL has no statistics yet: hash joins are
    # right for all of them, and a nested loop would be a disaster.
    cursor.execute("SET LOCAL enable_nestloop = off; SET LOCAL jit = off; SET LOCAL work_mem = '64MB'")
    for entity in DELIVERABLE:
        _make(cursor, entity)
    for table in reading.tables.values():
        _copy(cursor, table)
    cursor.execute("DROP TABLE IF EXISTS stage_kept")
    cursor.execute('CREATE TEMP TABLE stage_kept (entity text, key text COLLATE "C") ON COMMIT DROP')
    _keep(cursor, reading.kept)


def columns(entity: Entity) -> Mapping[str, str]:
    """The staged columns of an entity with their types: a reference is the other one's key, as text."""
    shape = shapes()[entity]
    references = {reference.column for reference in shape.references}
    types = {name: 'text COLLATE "C"' if name in references else type_ for name, type_ in shape.columns.items()}
    return types | dict.fromkeys(LISTS.get(entity, ()), "text[]")


def _make(cursor: psycopg.Cursor[Any], entity: Entity) -> None:
    defaults = shapes()[entity].defaults
    typed = sql.SQL(", ").join(
        sql.SQL("{} {}{}").format(
            sql.Identifier(name),
            sql.SQL(type_),
            sql.SQL(f" DEFAULT {defaults[name]}" if name in defaults else ""),
        )
        for name, type_ in columns(entity).items()
    )
    name = sql.Identifier(stage_name(entity))
    cursor.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(name))
    cursor.execute(
        sql.SQL(
            'CREATE TEMP TABLE {} (key text COLLATE "C" NOT NULL, content_hash bytea NOT NULL, {}) ON COMMIT DROP'
        ).format(name, typed)
    )


def _copy(cursor: psycopg.Cursor[Any], table: Table) -> None:
    statement = sql.SQL("COPY {} (key, content_hash, {}) FROM STDIN").format(
        sql.Identifier(stage_name(table.entity)), sql.SQL(", ").join(map(sql.Identifier, table.columns))
    )
    with cursor.copy(statement) as copy:
        copy.write(table.payload)


def _keep(cursor: psycopg.Cursor[Any], kept: Mapping[Entity, Collection[str]]) -> None:
    for entity, keys in kept.items():
        if keys:
            cursor.execute("INSERT INTO stage_kept SELECT %s, unnest(%s::text[])", [entity.value, list(keys)])
