"""Foreign keys that cross from one authority to another, or lead nowhere.

PostgreSQL does not ask row-level security when it checks a foreign key, and the register's large tables have no
constraint at all: the apps' doors check both ends, set by set. This walk proves that they did. It looks at every
foreign key between tenant tables, as the owner, on whom policies do not act.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg
from django.apps import apps
from django.db import models
from psycopg import sql

COUNT = """
SELECT count(*) FILTER (WHERE p.authority_id <> c.authority_id), count(*) FILTER (WHERE p.authority_id IS NULL)
FROM {table} c LEFT JOIN {parent} p ON p.{target} = c.{column} WHERE c.{column} IS NOT NULL
"""


@dataclass(frozen=True, order=True)
class Key:
    """A foreign key from one tenant table to another."""

    table: str
    column: str
    parent: str
    target: str


@dataclass(frozen=True)
class Astray:
    """A foreign key with rows that point into another authority (`crossing`) or nowhere (`dangling`)."""

    table: str
    column: str
    crossing: int
    dangling: int


def every_key() -> list[Key]:
    """Every foreign key between tenant tables, with a constraint in the database or without."""
    return sorted(
        Key(model._meta.db_table, field.column, field.related_model._meta.db_table, str(field.target_field.column))
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and _is_tenant(model) and _is_tenant(field.related_model)
    )


def find(cursor: psycopg.Cursor[Any]) -> list[Astray]:
    """Every foreign key that has rows astray; the cursor is the owner's."""
    found = []
    for key in every_key():
        statement = sql.SQL(COUNT).format(
            table=sql.Identifier(key.table),
            column=sql.Identifier(key.column),
            parent=sql.Identifier(key.parent),
            target=sql.Identifier(key.target),
        )
        crossing, dangling = cursor.execute(statement).fetchone() or (0, 0)
        if crossing or dangling:
            found.append(Astray(key.table, key.column, crossing, dangling))
    return found


def _is_tenant(model: object) -> bool:
    return any(field.name == "authority" for field in model._meta.concrete_fields)  # type: ignore[attr-defined]
