"""Compute rows anew outside a source's run: after a rule, a correction or a merge has changed."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

import psycopg

from kateder.core import db
from kateder.core.actors import Actor
from kateder.register import api as register
from kateder.register.api import Entity, open_changes
from kateder.sources.mastering import conflicts, contributions, mastering, rules

_ALL = """
INSERT INTO mastered SELECT DISTINCT c.entity, c.root_id FROM sources_contribution c WHERE c.entity = %(entity)s
 UNION SELECT DISTINCT l.entity, l.root_id FROM sources_sourcelink l
  WHERE l.entity = %(entity)s AND l.source_id = ANY(%(restricted)s) AND l.content_hash IS NOT NULL
"""
_THESE = """
INSERT INTO mastered SELECT %(entity)s, unnest(%(roots)s::uuid[])
"""


def resettle(entity: Entity, *, roots: Collection[UUID], cause: str, actor: Actor) -> None:
    """Compute these rows anew and apply what changed. Last in its transaction, since the feed is told."""
    with db.cursor() as cursor:
        if ask(cursor, entity, roots=roots):
            register.apply(cause=cause, actor=actor)


def ask(cursor: psycopg.Cursor[Any], entity: Entity, *, roots: Collection[UUID] | None = None) -> int:
    """Ask the register for rows as they now should be, all that have words kept or these; gives how many change."""
    if roots is None:
        with db.whole_sets(cursor):
            return _ask(cursor, entity, roots=None)
    return _ask(cursor, entity, roots=roots)


def _ask(cursor: psycopg.Cursor[Any], entity: Entity, *, roots: Collection[UUID] | None) -> int:
    policy = rules.policy()
    mastering.alone(cursor)
    open_changes(cursor)
    contributions.open_mastered(cursor)
    if roots is None:
        restricted = [source for source in policy.order if policy.holds_back(source, entity)]
        cursor.execute(_ALL, {"entity": entity.value, "restricted": restricted})
    else:
        cursor.execute(_THESE, {"entity": entity.value, "roots": list(roots)})
    contributions.seed(cursor, entity)
    rules.write_ranks(cursor, policy)
    changed = mastering.settle(cursor, entity)
    conflicts.report()
    return changed
