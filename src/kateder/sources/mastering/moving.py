"""What points at a row, moved to point at another, and back again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

import orjson
import psycopg
from psycopg import sql

from kateder.register.api import Entity, Shape, shapes
from kateder.register.entities import Reference

Moved = dict[str, dict[str, list[str]]]
"""{entity: {column: [ids]}} of the rows that pointed at the absorbed one."""

# Only one row may tie the same two together: the absorbed one's is taken away with it where both have one.
_ONCE: Mapping[Entity, tuple[str, str]] = {
    Entity.ACTIVITY_GROUP: ("activity_id", "group_id"),
    Entity.ACTIVITY_TEACHER: ("activity_id", "duty_id"),
}
DROPPED = "dropped"


def pointing(entity: Entity) -> Iterator[tuple[Shape, Reference]]:
    """Every column of the register that points at rows of an entity."""
    for shape in shapes().values():
        for reference in shape.references:
            if reference.to is entity:
                yield shape, reference


def decoded(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """A fetched row with its JSON read."""
    return tuple(orjson.loads(value) if isinstance(value, str | bytes) else value for value in row)


def what_moves(cursor: psycopg.Cursor[Any], entity: Entity) -> dict[UUID, Moved]:
    """What points at the absorbed of `pairs`, by absorbed root id; ties that both have are listed as dropped."""
    found: dict[UUID, Moved] = {}
    for shape, reference in pointing(entity):
        cursor.execute(
            sql.SQL(
                "SELECT p.absorbed, {twice}, array_agg(t.id::text ORDER BY t.id) FROM {table} t"
                " JOIN pairs p ON p.absorbed = t.{column} GROUP BY 1, 2"
            ).format(
                table=sql.Identifier(shape.table),
                column=sql.Identifier(reference.column),
                twice=_twice(shape, reference),
            )
        )
        for absorbed, twice, ids in cursor.fetchall():
            columns = found.setdefault(absorbed, {}).setdefault(shape.entity.value, {})
            columns[DROPPED if twice else reference.column] = ids
    return found


def point_at_survivors(cursor: psycopg.Cursor[Any], entity: Entity) -> None:
    """Ask the register to let what points at the absorbed of `pairs` point at the survivor."""
    for shape in shapes().values():
        references = [reference for reference in shape.references if reference.to is entity]
        if references:
            _replace(cursor, shape, references)
    _replace_in_words(cursor, entity)


def _replace(cursor: psycopg.Cursor[Any], shape: Shape, references: list[Reference]) -> None:
    replaced = {reference.column for reference in references}
    values = [
        sql.SQL("coalesce((SELECT p.survivor FROM pairs p WHERE p.absorbed = {column}), {column})").format(
            column=sql.Identifier("t", name)
        )
        if name in replaced
        else sql.Identifier("t", name)
        for name in shape.columns
    ]
    points = sql.SQL(" OR ").join(
        sql.SQL("{} IN (SELECT absorbed FROM pairs)").format(sql.Identifier("t", column)) for column in replaced
    )
    cursor.execute(
        sql.SQL(
            "INSERT INTO {changes} (action, id, {columns}) SELECT 'update', t.id, {values} FROM {table} t"
            " WHERE ({points}) AND NOT {twice}"
        ).format(
            changes=sql.Identifier(shape.changes),
            columns=sql.SQL(", ").join(map(sql.Identifier, shape.columns)),
            values=sql.SQL(", ").join(values),
            table=sql.Identifier(shape.table),
            points=points,
            twice=_twice(shape, references[0], pair=False),
        )
    )


def _replace_in_words(cursor: psycopg.Cursor[Any], entity: Entity) -> None:
    """What sources have said of others speaks of the survivor, too."""
    for shape, reference in pointing(entity):
        cursor.execute(
            "UPDATE sources_contribution c SET said = jsonb_set(c.said, %(path)s, to_jsonb(p.survivor)) FROM pairs p"
            " WHERE c.entity = %(entity)s AND c.said #>> %(path)s = p.absorbed::text",
            {"entity": shape.entity.value, "path": [reference.column, reference.column]},
        )


def _twice(shape: Shape, reference: Reference, *, pair: bool = True) -> sql.Composable:
    """SQL for whether the survivor is tied to the same already."""
    if shape.entity not in _ONCE:
        return sql.SQL("false")
    (other,) = (column for column in _ONCE[shape.entity] if column != reference.column)
    names = {
        "table": sql.Identifier(shape.table),
        "column": sql.Identifier(reference.column),
        "other": sql.Identifier(other),
    }
    survivor = "p.survivor" if pair else "(SELECT p.survivor FROM pairs p WHERE p.absorbed = t.{column})"
    return sql.SQL(
        "EXISTS (SELECT 1 FROM {table} o WHERE o.{other} = t.{other} AND o.{column} = " + survivor + ")"
    ).format(**names)
