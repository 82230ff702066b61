"""Put what a connector read into temporary tables, one per entity, with the source's own keys in them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

import psycopg
from psycopg import sql

from kateder.register.api import Entity, shapes
from kateder.sources.reading import Table

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


def open_stage(cursor: psycopg.Cursor[Any]) -> None:
    """Make the tables, empty, and the one of keys that are kept."""
    # The statements that follow join whole tables of which PostgreSQL has no statistics yet: hash joins are
    # right for all of them, and a nested loop would be a disaster. A merge join would give the rows in the order of
    # keys that are digests, and so scatter what is then written over every index of the register (twice the time).
    cursor.execute(
        "SET LOCAL enable_nestloop = off; SET LOCAL enable_mergejoin = off; SET LOCAL jit = off;"
        " SET LOCAL work_mem = '128MB'"
    )
    for entity in DELIVERABLE:
        _make(cursor, entity)
    cursor.execute("DROP TABLE IF EXISTS stage_kept")
    cursor.execute('CREATE TEMP TABLE stage_kept (entity text, key text COLLATE "C") ON COMMIT DROP')


def take(cursor: psycopg.Cursor[Any], table: Table) -> None:
    """Add rows of an entity, with COPY."""
    with cursor.copy(_copy_in(table.entity, table.columns)) as copy:
        copy.write(table.payload)


def take_stream(cursor: psycopg.Cursor[Any], entity: Entity, *, payload: Iterable[bytes]) -> None:
    """Add what `give_stream` gave."""
    with cursor.copy(_copy_in(entity, columns(entity))) as copy:
        for part in payload:
            copy.write(part)


def give_stream(cursor: psycopg.Cursor[Any], entity: Entity) -> Iterator[bytes]:
    """Everything that is staged of an entity, as COPY text in parts of any length."""
    statement = sql.SQL("COPY {} (key, content_hash, {}) TO STDOUT").format(*_named(entity, columns(entity)))
    with cursor.copy(statement) as copy:
        yield from map(bytes, copy)


def keep(cursor: psycopg.Cursor[Any], entity: Entity, *, keys: Collection[str]) -> None:
    """Leave what the source is known for under these keys as it is."""
    if keys:
        cursor.execute("INSERT INTO stage_kept SELECT %s, unnest(%s::text[])", [entity.value, list(keys)])


def kept(cursor: psycopg.Cursor[Any], entity: Entity) -> list[str]:
    """The keys that are left as they are."""
    cursor.execute("SELECT key FROM stage_kept WHERE entity = %s ORDER BY key", [entity.value])
    return [key for (key,) in cursor.fetchall()]


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


def _copy_in(entity: Entity, names: Iterable[str]) -> sql.Composed:
    return sql.SQL("COPY {} (key, content_hash, {}) FROM STDIN").format(*_named(entity, names))


def _named(entity: Entity, names: Iterable[str]) -> tuple[sql.Identifier, sql.Composed]:
    return sql.Identifier(stage_name(entity)), sql.SQL(", ").join(map(sql.Identifier, names))
