"""Compute the register's rows from what all sources, and corrections, say: for each attribute the first in rank."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
import psycopg
from psycopg import sql

from kateder.register.api import Entity, shapes
from kateder.sources.mastering.attributes import MARKING, attributes
from kateder.sources.mastering.rules import CORRECTED

# Every word about the rows that are to be settled, in order: a correction first, then by rank. Of a protection
# marking the strongest. Two keys of one source are told apart so that the order is always the same.
_VOICES = f"""
CREATE TEMP TABLE voices ON COMMIT DROP AS
SELECT c.root_id, e.key AS attribute, e.value, c.source_id, r.compared, row_number() OVER (
         PARTITION BY c.root_id, e.key
         ORDER BY CASE WHEN e.key <> '{MARKING}' THEN 0
                       WHEN e.value ->> '{MARKING}' = 'Skyddad folkbokföring' THEN 1 ELSE 2 END,
                  r.rank, c.key) AS place
  FROM mastered m JOIN sources_contribution c ON c.root_id = m.root_id AND c.entity = m.entity
 CROSS JOIN LATERAL jsonb_each(c.said) e
  JOIN ranks r ON r.source_id = c.source_id AND r.entity = c.entity AND r.attribute = e.key
 WHERE m.entity = %(entity)s
"""
_CORRECTED = f"""
INSERT INTO voices SELECT x.root_id, x.attribute, x.value, NULL, false, {CORRECTED}
  FROM sources_correction x JOIN mastered m ON m.root_id = x.root_id AND m.entity = x.entity
 WHERE x.entity = %(entity)s AND x.closed_at IS NULL
"""

# A row exists while some source that may say so delivers it.
_SETTLED = """
CREATE TEMP TABLE settled ON COMMIT DROP AS
SELECT a.root_id, r.* FROM (
  SELECT v.root_id, %(empty)s::jsonb || jsonb_object_agg(e.key, e.value) AS said
    FROM (SELECT DISTINCT ON (root_id, attribute) root_id, value FROM voices ORDER BY root_id, attribute, place) v
   CROSS JOIN LATERAL jsonb_each(v.value) e
   WHERE EXISTS (SELECT 1 FROM sources_sourcelink l WHERE l.root_id = v.root_id AND l.entity = %(entity)s
                 AND l.content_hash IS NOT NULL)
   GROUP BY v.root_id) a
 CROSS JOIN LATERAL jsonb_populate_record(NULL::{changes}, a.said) r
"""
_WANT = """
INSERT INTO {changes} (action, id, {columns})
SELECT CASE WHEN t.id IS NULL THEN 'create' ELSE 'update' END, n.root_id, {values}
  FROM settled n LEFT JOIN {table} t ON t.id = n.root_id
 WHERE t.id IS NULL OR {always} OR ROW({values}) IS DISTINCT FROM ROW({old})
"""


def open_voices(cursor: psycopg.Cursor[Any], entity: Entity) -> None:
    """Fill the temporary table `voices` for the rows in `mastered`; `ranks` must be there."""
    cursor.execute("DROP TABLE IF EXISTS voices")
    cursor.execute(_VOICES, {"entity": entity.value})
    cursor.execute(_CORRECTED, {"entity": entity.value})


def want(cursor: psycopg.Cursor[Any], entity: Entity) -> int:
    """Ask the register for the rows in `voices` as they now are; gives how many differ from what it holds."""
    shape = shapes()[entity]
    cursor.execute("DROP TABLE IF EXISTS settled")
    cursor.execute(
        sql.SQL(_SETTLED).format(changes=sql.Identifier(shape.changes)),
        {"entity": entity.value, "empty": orjson.dumps(_empty(entity)).decode()},
    )
    # An activity that stays as it is may have other groups and teachers, which are tied to what is asked for.
    cursor.execute(
        sql.SQL(_WANT).format(
            changes=sql.Identifier(shape.changes),
            table=sql.Identifier(shape.table),
            columns=sql.SQL(", ").join(map(sql.Identifier, shape.columns)),
            values=_columns("n", shape.columns),
            old=_columns("t", shape.columns),
            always=sql.Literal(entity is Entity.ACTIVITY),
        )
    )
    return cursor.rowcount


def _empty(entity: Entity) -> dict[str, object]:
    """The row that nobody has said anything about."""
    return {column: value for each in attributes(entity).values() for column, value in each.empty.items()}


def _columns(alias: str, columns: Mapping[str, str]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(alias, name) for name in columns)
