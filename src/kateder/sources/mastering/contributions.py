"""What each source says of what is not its alone, kept so that the register's row can be computed anew.

A row that one source alone delivers, and that nobody has corrected, has no contributions: the register holds its
words as they are. When it comes to be shared, that source's contribution is therefore taken from the register.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import orjson
import psycopg
from psycopg import sql

from kateder.core.tenancy import current_authority_id
from kateder.register.api import Entity, shapes
from kateder.sources.mastering.attributes import Attribute, attributes
from kateder.sources.staging import stage_name

# Whether anything is to be mastered at all: the usual case is one source, and then there is nothing to pay for.
_ACTIVE = """
SELECT (SELECT count(*) FROM sources_source) > 1 OR EXISTS (SELECT FROM sources_contribution)
    OR EXISTS (SELECT FROM sources_attributerule) OR EXISTS (SELECT FROM sources_entityright)
    OR EXISTS (SELECT FROM sources_correction WHERE closed_at IS NULL)
"""

_OPEN = """
CREATE TEMP TABLE mastered (entity text, root_id uuid) ON COMMIT DROP
"""

# Which of the changed rows are not the source's alone: they have contributions, a correction, or another living key.
_MASTERED = """
INSERT INTO mastered
SELECT d.entity, d.root_id FROM rooted d WHERE d.entity = %(entity)s AND %(everything)s
 UNION SELECT d.entity, d.root_id FROM rooted d JOIN sources_contribution c ON c.root_id = d.root_id
        WHERE d.entity = %(entity)s
 UNION SELECT d.entity, d.root_id FROM rooted d JOIN sources_correction x ON x.root_id = d.root_id
        WHERE d.entity = %(entity)s AND x.entity = %(entity)s AND x.closed_at IS NULL
 UNION SELECT d.entity, d.root_id FROM rooted d JOIN sources_sourcelink l ON l.root_id = d.root_id
        WHERE d.entity = %(entity)s AND l.entity = %(entity)s AND l.content_hash IS NOT NULL
          AND (l.source_id <> %(source)s OR l.key <> d.key)
"""

# The register's row is the words of the one source that has delivered it: the oldest, should there be several.
_SEED = """
INSERT INTO sources_contribution (authority_id, source_id, entity, key, root_id, said)
SELECT DISTINCT ON (l.root_id) {authority}, l.source_id, {entity}, l.key, l.root_id, {said}
  FROM {wanted} m JOIN sources_sourcelink l ON l.root_id = m.root_id AND l.entity = {entity}
   AND l.content_hash IS NOT NULL
  JOIN {table} s ON s.id = m.root_id
  JOIN sources_source f ON f.id = l.source_id
 WHERE m.entity = {entity}
   AND NOT EXISTS (SELECT 1 FROM sources_contribution c WHERE c.root_id = l.root_id AND c.entity = {entity})
   AND NOT ({fresh})
 ORDER BY l.root_id, f.created_at, l.key
    ON CONFLICT (source_id, entity, key) DO NOTHING
"""
# What this run has just begun to deliver is not in the register yet: its words come from what is staged.
_FRESH = """
EXISTS (SELECT 1 FROM rooted r WHERE r.entity = {entity} AND r.key = l.key AND l.source_id = {source}
          AND r.action = 'create')
"""

_SAY = """
INSERT INTO sources_contribution (authority_id, source_id, entity, key, root_id, said)
SELECT {authority}, {source}, {entity}, d.key, d.root_id, {said}
  FROM rooted d JOIN mastered m ON m.entity = d.entity AND m.root_id = d.root_id
  JOIN {stage} s ON s.key = d.key{joins}
 WHERE d.entity = {entity} AND d.action <> 'remove'
    ON CONFLICT (source_id, entity, key) DO {conflict}
"""
_AGAIN = "UPDATE SET said = excluded.said, root_id = excluded.root_id"

_SILENCE = """
DELETE FROM sources_contribution c USING rooted d
 WHERE c.source_id = %(source)s AND c.entity = d.entity AND c.key = d.key AND d.action = 'remove'
"""


def is_active(cursor: psycopg.Cursor[Any]) -> bool:
    """Whether this authority has anything that several have a say about."""
    cursor.execute(_ACTIVE)
    row = cursor.fetchone()
    return bool(row and row[0])


def open_mastered(cursor: psycopg.Cursor[Any]) -> None:
    """Make the empty temporary table `mastered`: entity and root id."""
    cursor.execute("DROP TABLE IF EXISTS mastered")
    cursor.execute(_OPEN)


def find_mastered(cursor: psycopg.Cursor[Any], entity: Entity, *, source_id: UUID, everything: bool) -> int:
    """Find which rows of `rooted` are not the source's alone; all of them where its word is restricted."""
    cursor.execute(_MASTERED, {"entity": entity.value, "source": source_id, "everything": everything})
    return cursor.rowcount


def seed(
    cursor: psycopg.Cursor[Any], entity: Entity, *, wanted: str = "mastered", source_id: UUID | None = None
) -> int:
    """Keep the register's rows as the words of the source that delivered them, where no words are kept.

    `wanted` is a table of (entity, root_id); `source_id` the source whose run has written `rooted`.
    """
    names = _names(entity)
    fresh = sql.SQL(_FRESH).format(**names, source=sql.Literal(source_id)) if source_id else sql.SQL("false")
    cursor.execute(
        sql.SQL(_SEED).format(
            **names, said=_said(entity), fresh=fresh, wanted=sql.Identifier(wanted),
            table=sql.Identifier(shapes()[entity].table),
        )
    )  # fmt: skip
    return cursor.rowcount


def take_up(cursor: psycopg.Cursor[Any], entity: Entity, *, source_id: UUID, changes: bool) -> None:
    """Keep what is staged of `mastered` rows; only what is said for the first time unless `changes`."""
    references = {reference.column: reference.to for reference in shapes()[entity].references}
    cursor.execute(
        sql.SQL(_SAY).format(
            **_names(entity),
            source=sql.Literal(source_id),
            said=_said(entity, references=frozenset(references)),
            stage=sql.Identifier(stage_name(entity)),
            joins=sql.Composed(_joins(references.items(), source_id)),
            conflict=sql.SQL(_AGAIN if changes else "NOTHING"),
        )
    )


def silence(cursor: psycopg.Cursor[Any], *, source_id: UUID) -> None:
    """Forget what was said under keys that the source no longer delivers."""
    cursor.execute(_SILENCE, {"source": source_id})


def _names(entity: Entity) -> dict[str, sql.Composable]:
    return {"authority": sql.Literal(current_authority_id()), "entity": sql.Literal(entity.value)}


def _joins(references: Iterable[tuple[str, Entity]], source_id: UUID) -> list[sql.Composed]:
    return [
        sql.SQL(
            " LEFT JOIN sources_sourcelink {alias} ON {alias}.source_id = {source} AND {alias}.entity = {entity}"
            " AND {alias}.key = s.{column} AND {alias}.content_hash IS NOT NULL"
        ).format(
            alias=sql.Identifier(f"to_{column}"),
            source=sql.Literal(source_id),
            entity=sql.Literal(to.value),
            column=sql.Identifier(column),
        )
        for column, to in references
    ]


def _said(entity: Entity, *, references: frozenset[str] = frozenset()) -> sql.Composed:
    """SQL for what a row `s` says: {attribute: {column: value}}, without what it says nothing about."""
    parts = [_one(attribute, references) for attribute in attributes(entity).values()]
    return sql.SQL("{}").format(sql.SQL(" || ").join(parts))


def _one(attribute: Attribute, references: frozenset[str]) -> sql.Composed:
    """SQL for one attribute as {name: {column: value}}, or {} where nothing is said."""
    values = [
        sql.SQL("{}, {}").format(
            sql.Literal(column),
            sql.Identifier(f"to_{column}", "root_id") if column in references else sql.Identifier("s", column),
        )
        for column in attribute.columns
    ]
    first = attribute.columns[0]
    value = sql.Identifier(f"to_{first}", "root_id") if first in references else sql.Identifier("s", first)
    return sql.SQL(
        "CASE WHEN to_jsonb({value}) IS DISTINCT FROM {empty}::jsonb AND {value} IS NOT NULL"
        " THEN jsonb_build_object({name}, jsonb_build_object({values})) ELSE '{{}}' END"
    ).format(
        value=value,
        empty=sql.Literal(orjson.dumps(attribute.empty[first]).decode()),
        name=sql.Literal(attribute.name),
        values=sql.SQL(", ").join(values),
    )
