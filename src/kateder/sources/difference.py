"""What a source delivers now against what it last delivered: found in SQL, streamed to be judged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, Future
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from kateder.protocols.reconcile import Action, Difference, Limits, Verdict, judge
from kateder.register.api import Entity
from kateder.sources.staging import stage_name

PAGE = 10_000


def find(cursor: psycopg.Cursor[Any], *, source_id: UUID, delivered: Iterable[Entity]) -> None:
    """Fill the temporary table `difference`: entity, action, key, old and new hash, root id if there is one.

    Only for what was delivered: a file that is missing says nothing. A key whose row was set aside stays.
    """
    cursor.execute("DROP TABLE IF EXISTS difference")
    cursor.execute(
        'CREATE TEMP TABLE difference (entity text, action text, key text COLLATE "C", old_hash bytea,'
        " new_hash bytea, root_id uuid) ON COMMIT DROP"
    )
    for entity in delivered:
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


def judged(cursor: psycopg.Cursor[Any], *, source_id: UUID, limits: Limits) -> Verdict:
    """The verdict on the differences that `find` found."""
    return judge(_stream(cursor), existing=existing(cursor, source_id=source_id), limits=limits)


def judged_beside(cursor: psycopg.Cursor[Any], *, source_id: UUID, limits: Limits, aside: Executor) -> Future[Verdict]:
    """The same, in another thread while the database goes on: all differences are fetched first."""
    found = list(_stream(cursor))
    there = existing(cursor, source_id=source_id)
    return aside.submit(judge, found, existing=there, limits=limits)


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


def _stream(cursor: psycopg.Cursor[Any]) -> Iterator[Difference]:
    """The differences, a page at a time from the server."""
    for entity, action in counted(cursor):
        kind = entity.value
        with cursor.connection.cursor(name="differences") as pages:
            pages.itersize = PAGE
            pages.execute(
                "SELECT key, old_hash, new_hash FROM difference WHERE entity = %s AND action = %s",
                [kind, action.value],
                binary=True,
            )
            for key, old_hash, new_hash in pages:
                yield Difference(action, kind, key, old_hash, new_hash)
