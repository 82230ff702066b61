"""What a source has no right to do is taken out before its delivery is compared.

A row that it may not create is left out until another source delivers it, and what points at it with it; a row that
it may not remove counts as still delivered. Only for sources that have been given fewer rights than all.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from kateder.register.api import Entity, shapes
from kateder.sources import difference
from kateder.sources.mastering import matching
from kateder.sources.mastering.attributes import MASTERED
from kateder.sources.mastering.rules import Policy
from kateder.sources.staging import DELIVERABLE, stage_name

# As the comparison will see them: what has no living link is new, and has a root id if it had one before.
_NEW = """
INSERT INTO difference
SELECT {entity}, 'create', s.key, NULL, s.content_hash, l.root_id FROM {stage} s
  LEFT JOIN sources_sourcelink l ON l.source_id = {source} AND l.entity = {entity} AND l.key = s.key
 WHERE l.content_hash IS NULL
"""
_LEAVE_OUT = """
DELETE FROM {stage} s USING difference d WHERE d.entity = {entity} AND d.key = s.key
   AND NOT EXISTS (SELECT 1 FROM matched m WHERE m.entity = {entity} AND m.key = s.key)
   AND NOT EXISTS (SELECT 1 FROM sources_sourcelink l WHERE l.root_id = d.root_id AND l.entity = {entity}
                   AND l.content_hash IS NOT NULL)
"""
_LEAVE_OUT_BELOW = """
DELETE FROM {stage} s WHERE s.{column} IS NOT NULL
   AND NOT EXISTS (SELECT 1 FROM {parents} p WHERE p.key = s.{column})
   AND NOT EXISTS (SELECT 1 FROM stage_kept k WHERE k.entity = {parent} AND k.key = s.{column})
"""
_KEEP = """
INSERT INTO stage_kept SELECT {entity}, l.key FROM sources_sourcelink l
  LEFT JOIN {stage} s ON s.key = l.key
 WHERE l.source_id = {source} AND l.entity = {entity} AND l.content_hash IS NOT NULL AND s.key IS NULL
"""


def screen(cursor: psycopg.Cursor[Any], rules: Policy, *, source_id: UUID) -> int:
    """Take out what the source may not do, between staging and comparing; gives how many rows were left out."""
    rights = {entity: rules.right(source_id, entity) for entity in DELIVERABLE}
    creates_less = [entity for entity, right in rights.items() if not right.creates]
    left_out = _leave_out(cursor, creates_less, source_id=source_id) if creates_less else 0
    for entity, right in rights.items():
        if not right.removes:
            _run(cursor, _KEEP, entity, source_id)
    return left_out


def _leave_out(cursor: psycopg.Cursor[Any], entities: Sequence[Entity], *, source_id: UUID) -> int:
    difference.open_differences(cursor)
    for entity in {*MASTERED, *entities}:
        _run(cursor, _NEW, entity, source_id)
    matching.open_matched(cursor)
    matching.by_number(cursor, source_id=source_id)
    matching.among_sources(cursor, source_id=source_id)
    left_out = sum(_run(cursor, _LEAVE_OUT, entity, source_id) for entity in entities)
    return left_out + (_leave_out_below(cursor) if left_out else 0)


def _leave_out_below(cursor: psycopg.Cursor[Any]) -> int:
    """What points at something that was left out, from the top down."""
    count = 0
    for entity in DELIVERABLE:
        for reference in shapes()[entity].references:
            cursor.execute(
                sql.SQL(_LEAVE_OUT_BELOW).format(
                    stage=sql.Identifier(stage_name(entity)),
                    parents=sql.Identifier(stage_name(reference.to)),
                    parent=sql.Literal(reference.to.value),
                    column=sql.Identifier(reference.column),
                )
            )
            count += cursor.rowcount
    return count


def _run(cursor: psycopg.Cursor[Any], statement: str, entity: Entity, source_id: UUID) -> int:
    cursor.execute(
        sql.SQL(statement).format(
            entity=sql.Literal(entity.value), stage=sql.Identifier(stage_name(entity)), source=sql.Literal(source_id)
        )
    )
    return cursor.rowcount
