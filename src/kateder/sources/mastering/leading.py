"""An activity that several sources deliver has the groups and teachers of the one that decides about it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import psycopg

_LED = """
CREATE TEMP TABLE led ON COMMIT DROP AS
SELECT DISTINCT m.root_id FROM mastered m
  JOIN sources_sourcelink l ON l.root_id = m.root_id AND l.entity = 'activity' AND l.content_hash IS NOT NULL
  JOIN ranks theirs ON theirs.source_id = l.source_id AND theirs.entity = 'activity'
   AND theirs.attribute = 'display_name'
  JOIN ranks ours ON ours.source_id = %(source)s AND ours.entity = 'activity' AND ours.attribute = 'display_name'
 WHERE m.entity = 'activity' AND theirs.rank < ours.rank
"""
# Who is left to decide is asked again at its next run: what it says of groups and teachers is not kept meanwhile.
_ASK_AGAIN = """
UPDATE sources_sourcelink l SET content_hash = decode(md5(l.content_hash::text), 'hex') FROM rooted d
 WHERE d.entity = 'activity' AND d.action = 'remove' AND l.entity = 'activity' AND l.root_id = d.root_id
   AND l.source_id <> %(source)s AND l.content_hash IS NOT NULL
"""


def find_led(cursor: psycopg.Cursor[Any], *, source_id: UUID) -> None:
    """Fill the temporary table `led` with the activities of `mastered` that another source than this decides about."""
    cursor.execute("DROP TABLE IF EXISTS led")
    cursor.execute(_LED, {"source": source_id})
    cursor.execute(_ASK_AGAIN, {"source": source_id})
