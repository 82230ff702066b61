"""Whether next year is in the register: the pupils and classes of each school on the day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from kateder.core import db

# Pupils of school forms that have classes; a pupil counts once per school.
_UNITS = """
WITH pupils AS (
  SELECT DISTINCT e.enroled_at_id AS unit_id, e.person_id, %(day)s = moment AS is_then
    FROM register_enrolment e CROSS JOIN unnest(ARRAY[%(today)s, %(day)s]::date[]) AS moment
   WHERE NOT e.cancelled AND e.school_type IN ('FKLASS', 'GR', 'GRAN', 'GY', 'GYAN', 'SP', 'SAM')
     AND e.start_date <= moment AND (e.end_date IS NULL OR e.end_date >= moment)
), classes AS (
  SELECT g.id, g.organisation_id AS unit_id, g.start_date > %(today)s AS is_new FROM register_group g
   WHERE g.group_type = 'Klass' AND g.start_date <= %(day)s AND (g.end_date IS NULL OR g.end_date >= %(day)s)
), seated AS (
  SELECT DISTINCT m.person_id FROM register_groupmembership m JOIN classes c ON c.id = m.group_id
   WHERE m.start_date <= %(day)s AND (m.end_date IS NULL OR m.end_date >= %(day)s)
)
SELECT o.id, o.display_name,
       (SELECT count(*) FROM pupils p WHERE p.unit_id = o.id AND NOT p.is_then),
       (SELECT count(*) FROM pupils p WHERE p.unit_id = o.id AND p.is_then),
       (SELECT count(*) FROM pupils p LEFT JOIN seated s ON s.person_id = p.person_id
         WHERE p.unit_id = o.id AND p.is_then AND s.person_id IS NULL),
       (SELECT count(*) FROM classes c WHERE c.unit_id = o.id),
       (SELECT count(*) FROM classes c WHERE c.unit_id = o.id AND c.is_new)
  FROM register_organisation o
 WHERE o.id IN (SELECT unit_id FROM pupils UNION SELECT unit_id FROM classes)
 ORDER BY o.display_name, o.id
"""


@dataclass(frozen=True, slots=True)
class Unit:
    """One school: its pupils today and on the day, how many of those have no class then, and its classes then."""

    id: UUID
    name: str
    pupils_now: int
    pupils_then: int
    without_class: int
    classes: int
    new_classes: int

    @property
    def is_ready(self) -> bool:
        """Whether everybody who goes there on the day has a class."""
        return self.pupils_then > 0 and self.without_class == 0


def units(*, day: date, today: date) -> list[Unit]:
    """Every school that has pupils or classes today or on the day."""
    with db.cursor() as cursor, db.whole_sets(cursor):
        cursor.execute(_UNITS, {"day": day, "today": today})
        return [Unit(*row) for row in cursor]
