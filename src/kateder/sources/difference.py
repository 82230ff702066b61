"""What a source delivers now against what it last delivered: found and digested in SQL, to be judged."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from kateder.protocols.reconcile import Action, Limits, Verdict, judge_counted
from kateder.register.api import Entity
from kateder.sources.staging import stage_name

OPEN = """
DROP TABLE IF EXISTS difference, differing;
CREATE TEMP TABLE difference (entity text, action text, key text COLLATE "C", old_hash bytea, new_hash bytea,
                              root_id uuid) ON COMMIT DROP;
CREATE TEMP TABLE differing (entity text, action text, rows bigint, one numeric, other numeric) ON COMMIT DROP
"""
DELIVERED = """
SELECT entity, count(*) FROM sources_sourcelink WHERE source_id = %s AND content_hash IS NOT NULL GROUP BY entity
"""

# Sums are the same in whatever order the rows come, and a million and a half of them need not be sorted: two of 64
# bits, of different digests, with the count. Each digest is of a whole row at once: digests of records add up their
# columns, and two rows that changed contents would sum to the same. They tell plans apart; nobody's honesty rests on
# them, since what is carried out is what the run itself kept.
SUM = """
INSERT INTO differing
SELECT %(entity)s, action, count(*), sum(hashtextextended(line, 1)), sum(hashtextextended(line, 2))
  FROM (SELECT action, concat(old_hash, '/', new_hash, '/', key) AS line FROM difference WHERE entity = %(entity)s
        OFFSET 0) lines
 GROUP BY action
"""


def open_differences(cursor: psycopg.Cursor[Any]) -> None:
    """Make the temporary table `difference`: entity, action, key, old and new hash, root id if there is one.

    And, beside it, what is said of all its rows together.
    """
    cursor.execute(OPEN)


def find(cursor: psycopg.Cursor[Any], entity: Entity, *, source_id: UUID) -> None:
    """Add the differences of one entity that was delivered: a file that is missing says nothing.

    A key whose row was set aside stays.
    """
    cursor.execute(
        sql.SQL(
            "INSERT INTO difference"
            " SELECT %(entity)s, CASE WHEN s.key IS NULL THEN 'remove' WHEN l.content_hash IS NULL"
            " THEN 'create' ELSE 'update' END, coalesce(s.key, l.key), l.content_hash, s.content_hash,"
            " l.root_id FROM {} s FULL JOIN (SELECT key, content_hash, root_id FROM sources_sourcelink"
            "  WHERE source_id = %(source)s AND entity = %(entity)s) l ON l.key = s.key"
            " WHERE s.content_hash IS DISTINCT FROM l.content_hash AND NOT (s.key IS NULL AND EXISTS"
            "  (SELECT 1 FROM stage_kept k WHERE k.entity = %(entity)s AND k.key = l.key))"
        ).format(sql.Identifier(stage_name(entity))),
        {"entity": entity.value, "source": source_id},
    )
    if cursor.rowcount:
        cursor.execute(SUM, {"entity": entity.value})


def judged(cursor: psycopg.Cursor[Any], *, source_id: UUID, limits: Limits) -> Verdict:
    """The verdict on the differences that `find` found."""
    counts = {(entity.value, action): count for (entity, action), count in counted(cursor).items()}
    # Counting a million links takes as long as comparing them: not where there is nothing to judge.
    existing = _existing(cursor, source_id=source_id) if counts else {}
    return judge_counted(counts, plan_hash=_plan_hash(cursor), existing=existing, limits=limits)


def counted(cursor: psycopg.Cursor[Any]) -> dict[tuple[Entity, Action], int]:
    """How many differences there are of each entity and action."""
    cursor.execute("SELECT entity, action, rows FROM differing")
    return {(Entity(entity), Action(action)): count for entity, action, count in cursor.fetchall()}


def _existing(cursor: psycopg.Cursor[Any], *, source_id: UUID) -> Mapping[str, int]:
    """How many rows of each entity the source delivered last."""
    cursor.execute(DELIVERED, [source_id])
    return dict(cursor.fetchall())


def _plan_hash(cursor: psycopg.Cursor[Any]) -> str:
    """What an approval is bound to: a digest of which differences there are, in whatever order."""
    cursor.execute("SELECT concat_ws(' ', entity, action, rows, one, other) FROM differing ORDER BY entity, action")
    lines = "\n".join(line for (line,) in cursor.fetchall())
    return hashlib.blake2b(lines.encode(), digest_size=32).hexdigest()
