"""A correction is over when the source whose word would hold says the same, or when its last day has passed."""

from __future__ import annotations

from typing import Any

import psycopg

from kateder.core import clock
from kateder.register.api import Entity
from kateder.sources.mastering.models import Closing

_AGREED = """
UPDATE sources_correction x SET closed_at = %(now)s, closed_why = %(why)s, closed_by = f.name
  FROM voices v JOIN sources_source f ON f.id = v.source_id
 WHERE x.entity = %(entity)s AND x.closed_at IS NULL AND v.root_id = x.root_id AND v.attribute = x.attribute
   AND v.place = 1 AND jsonb_strip_nulls(v.value) = jsonb_strip_nulls(x.value)
"""


def close_agreed(cursor: psycopg.Cursor[Any], entity: Entity) -> int:
    """Close the corrections that the first of the `voices` now agrees with; gives how many."""
    names = {"entity": entity.value, "now": clock.now(), "why": Closing.AGREED.value}
    cursor.execute(_AGREED, names)
    return cursor.rowcount
