"""Everything, a piece at a time: a large authority compared in little memory.

A piece is some schools with their groups, activities and duties, and the people who are at home there. What each of its
objects should be is said by looking around it, as when only something has changed (`touching.around`). What lies in no
piece are the schools themselves, which are looked at last, and what is held of roots that are no longer there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Final
from uuid import UUID

from kateder.core import db
from kateder.provisioning.planning.touching import Touched

LARGE: Final = 20_000
"""From so many enrolments on, everything is compared in pieces."""
PIECE: Final = 3_000
"""About so many people to a piece; a school is not divided."""

# Everybody who may have an account, at the first of their schools; those of no school are a piece together.
_LAY_OUT: Final = """
DROP TABLE IF EXISTS piece_of;
CREATE TEMP TABLE piece_of ON COMMIT DROP AS
WITH place AS (
  SELECT root, coalesce(min(unit::text), '') AS unit FROM (
    SELECT person_id, enroled_at_id FROM register_enrolment
     UNION ALL SELECT person_id, duty_at_id FROM register_duty
     UNION ALL SELECT person_id, NULL FROM register_groupmembership
     UNION ALL SELECT subject_id, NULL FROM licences_assignment WHERE kind = 'person'
     UNION ALL SELECT person_id, NULL FROM licences_ledgerentry
     UNION ALL SELECT root_id, NULL FROM provisioning_targetobject
                WHERE target_id = %(target)s AND resource_type = 'User' AND root_id IS NOT NULL
  ) known (root, unit) GROUP BY root
), size AS (
  SELECT unit, count(*) AS people FROM place GROUP BY unit
), bin AS (
  SELECT unit, (sum(people) OVER (ORDER BY unit) - people)::bigint / %(piece)s AS piece FROM size
), things (kind, root, unit) AS (
  SELECT 'people', root, unit FROM place
   UNION ALL SELECT 'groups', id, organisation_id::text FROM register_group
   UNION ALL SELECT 'activities', id, organisation_id::text FROM register_activity
   UNION ALL SELECT 'duties', id, duty_at_id::text FROM register_duty
)
SELECT things.kind, things.root, coalesce(bin.piece, 0) AS piece FROM things LEFT JOIN bin ON bin.unit = things.unit
"""
_ENROLMENTS: Final = "SELECT count(*) FROM register_enrolment"
_PIECES: Final = "SELECT DISTINCT piece FROM piece_of ORDER BY piece"
_PIECE: Final = "SELECT kind, root FROM piece_of WHERE piece = %s"
_NOWHERE: Final = """
SELECT DISTINCT o.root_id FROM provisioning_targetobject o
 WHERE o.target_id = %s AND o.root_id IS NOT NULL AND NOT EXISTS (SELECT FROM piece_of p WHERE p.root = o.root_id)
"""


def is_large() -> bool:
    """Whether the authority is so large that everything should not be in memory at once."""
    with db.cursor() as cursor:
        row = cursor.execute(_ENROLMENTS).fetchone()
    return row is not None and row[0] >= LARGE


def pieces(target_id: UUID) -> Iterator[Touched]:
    """Give everything of the register in pieces; read within one transaction, each root in exactly one."""
    with db.cursor() as cursor, db.whole_sets(cursor):
        cursor.execute(_LAY_OUT, {"target": target_id, "piece": PIECE})
        cursor.execute("ANALYZE piece_of")
        numbers = [number for (number,) in cursor.execute(_PIECES)]
    for number in numbers:
        roots: defaultdict[str, set[UUID]] = defaultdict(set)
        with db.cursor() as cursor:
            for kind, root in cursor.execute(_PIECE, [number]):
                roots[kind].add(root)
        yield Touched(**{kind: frozenset(found) for kind, found in roots.items()})


def nowhere(target_id: UUID) -> set[UUID]:
    """Give the roots of what is held and lies in no piece, once all have been given: schools, and who is gone."""
    with db.cursor() as cursor:
        return {root for (root,) in cursor.execute(_NOWHERE, [target_id])}
