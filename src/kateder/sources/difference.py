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


def open_differences(cursor: psycopg.Cursor[Any]) -> None:
    """Make the temporary table `difference`: entity, action, key, old and new hash, root id if there is one."""
    cursor.execute("DROP TABLE IF EXISTS difference")
    cursor.execute(
        'CREATE TEMP TABLE difference (entity text, action text, key text COLLATE "C", old_hash bytea,'
        " new_hash bytea, root_id uuid) ON COMMIT DROP"
    )


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


def judged(cursor: psycopg.Cursor[Any], *, existing: Mapping[str, int], limits: Limits) -> Verdict:
    """The verdict on the differences that `find` found."""
    counts = {(entity.value, action): count for (entity, action), count in counted(cursor).items()}
    return judge_counted(counts, plan_hash=_plan_hash(cursor), existing=existing, limits=limits)


def existing(cursor: psycopg.Cursor[Any], *, source_id: UUID) -> dict[str, int]:
    """How many rows of each entity the source delivered last."""
    cursor.execute(
        "SELECT entity, count(*) FROM sources_sourcelink WHERE source_id = %s AND content_hash IS NOT NULL"
        " GROUP BY entity",
        [source_id],
    )
    return dict(cursor.fetchall())


def counted(cursor: psycopg.Cursor[Any]) -> dict[tuple[Entity, Action], int]:
    """How many differences there are of each entity and action."""
    cursor.execute("SELECT entity, action, count(*) FROM difference GROUP BY entity, action")
    return {(Entity(entity), Action(action)): count for entity, action, count in cursor.fetchall()}


def _plan_hash(cursor: psycopg.Cursor[Any]) -> str:
    """A digest of the sorted differences, as the database writes them: what an approval is bound to.

    Here and not line by line in Python, since a first import has a million and a half of them.
    """
    digest = hashlib.blake2b(digest_size=32)
    with cursor.copy(
        "COPY (SELECT entity, action, key, old_hash, new_hash FROM difference ORDER BY entity, action, key) TO STDOUT"
    ) as lines:
        for line in lines:
            digest.update(line)
    return digest.hexdigest()
