"""Rows as they were at a moment: those of today that have not changed since, and images of those that have."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
import psycopg
from psycopg import sql

from kateder.register.entities import Entity, Shape, shapes

Image = Mapping[str, Any]
"""A row as JSON has it: ids and dates are texts."""

# The image to believe is the oldest one written after the moment: it shows the row until that change. A row whose
# making lies after the moment was not there, also when it had been there once before.
_THEN = """
WITH candidate AS (
  SELECT id FROM {table} WHERE {column} = ANY(%(values)s)
   UNION
  SELECT root_id FROM register_historyentry WHERE entity = %(entity)s AND {tie} = ANY(%(values)s)
), later AS (
  SELECT DISTINCT ON (h.root_id) h.root_id AS id, h.before AS image
    FROM candidate JOIN register_historyentry h ON h.root_id = candidate.id AND h.entity = %(entity)s
    JOIN register_changeset c ON c.id = h.changeset_id AND c.at >= %(until)s
   ORDER BY h.root_id, c.at, h.id
), past AS (
  SELECT id, image FROM later
   UNION ALL
  SELECT t.id, to_jsonb(t) - 'authority_id' FROM {table} t
   WHERE t.id IN (SELECT id FROM candidate) AND NOT EXISTS (SELECT 1 FROM later WHERE later.id = t.id)
)
SELECT past.image FROM past
  JOIN register_changeset made ON made.id = (past.image ->> 'created_in_id')::bigint AND made.at < %(until)s
 WHERE (past.image ->> {name})::uuid = ANY(%(values)s)
 ORDER BY past.id
"""


def rows(
    cursor: psycopg.Cursor[Any], entity: Entity, *, column: str, values: Collection[UUID], until: datetime
) -> list[Image]:
    """The rows of an entity whose `column` (the id, or one of the first two references) was one of `values`.

    `until` is the first moment that no longer counts.
    """
    shape = shapes()[entity]
    statement = sql.SQL(_THEN).format(
        table=sql.Identifier(shape.table),
        column=sql.Identifier(column),
        tie=sql.Identifier(_tie(shape, column)),
        name=sql.Literal(column),
    )
    cursor.execute(statement, {"values": list(values), "entity": entity.value, "until": until})
    return [read(image) for (image,) in cursor]


def read(image: str) -> Image:
    """An image as the cursor gives it: Django leaves jsonb as text."""
    found: Image = orjson.loads(image)
    return found


def _tie(shape: Shape, column: str) -> str:
    """Where history keeps the column."""
    if column == "id":
        return "root_id"
    if column not in shape.ties:
        message = f"history of {shape.entity} cannot be searched by {column}"
        raise ValueError(message)
    return "tie_id" if shape.ties[0] == column else "other_tie_id"
