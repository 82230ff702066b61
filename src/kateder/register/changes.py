"""The wanted changes of one changeset, in temporary tables that end with the transaction.

`open_changes` makes a table per entity: `action` (create, update, remove), `id` (the root id), and the columns
that a source may deliver. Who has changes fills them with INSERT … SELECT; `applying.apply` carries them out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from kateder.protocols.reconcile import Action
from kateder.register.entities import Entity, Shape, shapes

# What the feed will name: (entity of the feed, id), from before and after the changes.
TOUCHED = "change_touched"
# What is noted beside the feed: (entity, id), likewise.
NOTED = "change_noted"


def open_changes(cursor: psycopg.Cursor[Any]) -> None:
    """Make the empty tables, or empty them where this transaction has used them before."""
    tables = [_table(shape) for shape in shapes().values()]
    tables += [
        sql.SQL("CREATE TEMP TABLE IF NOT EXISTS {} (entity text, id uuid) ON COMMIT DROP").format(sql.Identifier(name))
        for name in (TOUCHED, NOTED)
    ]
    names = [*(shape.changes for shape in shapes().values()), TOUCHED, NOTED]
    emptied = sql.SQL("TRUNCATE {}").format(sql.SQL(", ").join(map(sql.Identifier, names)))
    cursor.execute(sql.SQL("; ").join([*tables, emptied]))


def _table(shape: Shape) -> sql.Composed:
    columns = sql.SQL(", ").join(
        sql.SQL("{} {}{}").format(
            sql.Identifier(name),
            sql.SQL(type_),
            sql.SQL(f" DEFAULT {shape.defaults[name]}" if name in shape.defaults else ""),
        )
        for name, type_ in shape.columns.items()
    )
    return sql.SQL(
        "CREATE TEMP TABLE IF NOT EXISTS {} (action text NOT NULL, id uuid NOT NULL, {}) ON COMMIT DROP"
    ).format(sql.Identifier(shape.changes), columns)


def add(
    cursor: psycopg.Cursor[Any],
    entity: Entity,
    *,
    action: Action,
    root_id: UUID,
    values: Mapping[str, object] | None = None,
) -> None:
    """Ask for one change: for tests and small hand-made changesets. `values` are by column name."""
    values = dict(values or {})
    shape = shapes()[entity]
    _known(shape, values)
    names = ["action", "id", *values]
    cursor.execute(
        sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
            sql.Identifier(shape.changes),
            sql.SQL(", ").join(map(sql.Identifier, names)),
            sql.SQL(", ").join(sql.Placeholder() * len(names)),
        ),
        [action.value, root_id, *(_adapted(shape, name, value) for name, value in values.items())],
    )


def _adapted(shape: Shape, name: str, value: object) -> object:
    return Jsonb(value) if shape.columns[name] == "jsonb" and value is not None else value


def _known(shape: Shape, values: Mapping[str, object]) -> None:
    unknown = values.keys() - shape.columns.keys()
    if unknown:
        message = f"{shape.entity} has no columns {sorted(unknown)}"
        raise ValueError(message)
