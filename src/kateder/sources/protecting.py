"""Someone who became protected is protected at once, also while the rest of a plan waits for a person.

Only towards more protection: that a marking was removed waits with everything else.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from kateder.core import audit
from kateder.core.actors import Actor
from kateder.register import api as register
from kateder.register.api import Entity, open_changes, shapes


def protect_at_once(cursor: psycopg.Cursor[Any], *, source_id: UUID, actor: Actor) -> int:
    """Take over new markings of known persons from what is staged, and nothing else; gives how many.

    The links are left as they are: the plan still holds the whole of each row's change. Call last in the
    transaction, since the feed is told.
    """
    columns = list(shapes()[Entity.PERSON].columns)
    values = [sql.Identifier("s" if name == "security_marking" else "t", name) for name in columns]
    open_changes(cursor)
    cursor.execute(
        sql.SQL(
            "INSERT INTO change_person (action, id, {columns}) SELECT 'update', t.id, {values}"
            " FROM stage_person s JOIN sources_sourcelink l ON l.source_id = %s AND l.entity = 'person'"
            "  AND l.key = s.key AND l.content_hash IS NOT NULL"
            " JOIN register_person t ON t.id = l.root_id"
            " WHERE t.security_marking = 'Ingen' AND s.security_marking <> 'Ingen'"
        ).format(columns=sql.SQL(", ").join(map(sql.Identifier, columns)), values=sql.SQL(", ").join(values)),
        [source_id],
    )
    count = cursor.rowcount
    if count:
        audit.record("source.protected", actor=actor, subject_type="source", subject_id=source_id, persons=count)
        register.apply(cause=f"protected:{source_id}", actor=actor)
    return count
