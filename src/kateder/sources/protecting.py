"""Someone who became protected is protected at once, also while the rest of a plan waits for a person.

Only towards more protection: that a marking was removed waits with everything else. And only for few: a source that
suddenly marks everybody would take everybody's accounts away, and is looked at first.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from kateder.core import audit
from kateder.core.actors import Actor
from kateder.protocols.reconcile import Limits
from kateder.register import api as register
from kateder.register.api import Entity, open_changes, shapes

_NEWLY_MARKED = """
 FROM stage_person s JOIN sources_sourcelink l ON l.source_id = %(source)s AND l.entity = 'person'
  AND l.key = s.key AND l.content_hash IS NOT NULL
 JOIN register_person t ON t.id = l.root_id
 WHERE t.security_marking = 'Ingen' AND s.security_marking <> 'Ingen'
"""
_DOUBT = f"""
UPDATE sources_sourcelink SET content_hash = decode(md5(content_hash::text), 'hex')
 WHERE source_id = %(source)s AND entity = 'person' AND key IN (SELECT s.key {_NEWLY_MARKED})
"""


def newly_marked(cursor: psycopg.Cursor[Any], *, source_id: UUID, limits: Limits) -> bool:
    """Say whether somebody is to be protected at once: nobody where they are more than a limit's count.

    What the register will hold is then no longer what was delivered last, and the links of those people say so: a
    later delivery without the marking is a change. The caller finds the differences anew.
    """
    cursor.execute(f"SELECT count(*) {_NEWLY_MARKED}", {"source": source_id})
    row = cursor.fetchone()
    if row is None or not 0 < row[0] <= limits.of(Entity.PERSON.value).max_count:
        return False
    cursor.execute(_DOUBT, {"source": source_id})
    return True


def protect_at_once(cursor: psycopg.Cursor[Any], *, source_id: UUID, actor: Actor) -> int:
    """Take over new markings of known persons from what is staged, and nothing else; gives how many.

    The plan still holds the whole of each row's change. Call last in the transaction, since the feed is told.
    """
    columns = list(shapes()[Entity.PERSON].columns)
    values = [sql.Identifier("s" if name == "security_marking" else "t", name) for name in columns]
    open_changes(cursor)
    cursor.execute(
        sql.SQL(
            "INSERT INTO change_person (action, id, {columns}) SELECT 'update', t.id, {values} {newly_marked}"
        ).format(
            columns=sql.SQL(", ").join(map(sql.Identifier, columns)),
            values=sql.SQL(", ").join(values),
            newly_marked=sql.SQL(_NEWLY_MARKED),
        ),
        {"source": source_id},
    )
    count = cursor.rowcount
    if count:
        audit.record("source.protected", actor=actor, subject_type="source", subject_id=source_id, persons=count)
        register.apply(cause=f"protected:{source_id}", actor=actor)
    return count
