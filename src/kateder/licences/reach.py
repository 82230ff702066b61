"""Whom the assignments that hold today reach, computed in one statement over the register."""

import contextlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from kateder.core import db
from kateder.governance.api import CauseKind, Holder
from kateder.register.api import working


@dataclass(frozen=True, slots=True)
class Reach:
    """One person reached through one assignment. Exactly one of lot and (free) resource is there."""

    lot_id: UUID | None
    resource_id: UUID | None
    kind: CauseKind
    subject_id: UUID
    person_id: UUID
    role: Holder


def _in_force(table: str) -> str:
    start, end = f"{table}.start_date", f"{table}.end_date"
    return f"{start} <= %(today)s AND ({end} IS NULL OR {end} >= %(today)s)"


def _only(column: str) -> str:
    return f"(%(everybody)s OR {column} = ANY(%(people)s))"


_LIVE = f"""
live AS MATERIALIZED (
  SELECT a.lot_id, a.resource_id, a.kind, a.subject_id, a.school_year
    FROM licences_assignment a
    LEFT JOIN licences_lot l ON l.id = a.lot_id
    LEFT JOIN catalogue_resource r ON r.id = coalesce(a.resource_id, l.resource_id)
   WHERE {_in_force("a")} AND (l.id IS NULL OR ({_in_force("l")}))
     AND (%(service)s::uuid IS NULL OR coalesce(l.service_id, r.service_id) = %(service)s)
     AND (%(every_lot)s OR a.lot_id = ANY(%(lots)s))
)"""
_UNITS = """
units AS (
  SELECT subject_id AS root, subject_id AS unit FROM live WHERE kind IN ('unit', 'year')
   UNION
  SELECT units.root, o.id FROM units JOIN register_organisation o ON o.parent_id = units.unit
)"""
_MEMBERS = f"""
members AS (
  SELECT live.*, live.subject_id AS person_id FROM live WHERE kind = 'person'
   UNION ALL
  SELECT live.*, m.person_id FROM live
    JOIN register_group g ON g.id = live.subject_id AND {_in_force("g")}
    JOIN register_groupmembership m ON m.group_id = g.id AND {_in_force("m")}
   WHERE kind = 'group' AND {_only("m.person_id")}
   UNION ALL
  SELECT live.*, e.person_id FROM live
    JOIN units ON units.root = live.subject_id
    JOIN register_enrolment e ON e.enroled_at_id = units.unit AND NOT e.cancelled AND {_in_force("e")}
   WHERE (kind = 'unit' OR (kind = 'year' AND e.school_year = live.school_year)) AND {_only("e.person_id")}
)"""
_TAUGHT = f"""
taught AS (
  SELECT live.*, live.subject_id AS group_id FROM live WHERE kind = 'group'
   UNION
  SELECT live.*, g.id FROM live
    JOIN units ON units.root = live.subject_id
    JOIN register_group g ON g.organisation_id = units.unit
   WHERE kind = 'unit'
   UNION
  SELECT live.*, g.id FROM live
    JOIN units ON units.root = live.subject_id
    JOIN register_enrolment e ON e.enroled_at_id = units.unit AND NOT e.cancelled AND {_in_force("e")}
         AND e.school_year = live.school_year
    JOIN register_groupmembership m ON m.person_id = e.person_id AND {_in_force("m")}
    JOIN register_group g ON g.id = m.group_id AND g.organisation_id = units.unit
   WHERE kind = 'year'
), teachers AS (
  SELECT taught.lot_id, taught.resource_id, taught.group_id, d.person_id
    FROM taught
    JOIN register_group g ON g.id = taught.group_id AND {_in_force("g")}
    JOIN register_activitygroup ag ON ag.group_id = g.id
    JOIN register_activity a ON a.id = ag.activity_id AND {_in_force("a")}
    JOIN register_activityteacher t ON t.activity_id = a.id
    JOIN register_duty d ON d.id = t.duty_id AND {_in_force("d")} AND {working("d")}
   WHERE {_only("d.person_id")}
)"""
_STAFF = f"""
staff AS (
  SELECT d.person_id FROM register_duty d WHERE {_in_force("d")} AND {_only("d.person_id")}
  EXCEPT
  SELECT e.person_id FROM register_enrolment e WHERE NOT e.cancelled AND {_in_force("e")} AND {_only("e.person_id")}
)"""
REACHED = f"""
WITH RECURSIVE {_LIVE}, {_UNITS}, {_MEMBERS}, {_TAUGHT}, {_STAFF}, reached AS (
  SELECT m.lot_id, m.resource_id, m.kind, m.subject_id, m.person_id,
         CASE WHEN staff.person_id IS NULL THEN 'pupil' ELSE 'teacher' END AS role
    FROM members m LEFT JOIN staff ON staff.person_id = m.person_id
   WHERE {_only("m.person_id")}
   UNION
  SELECT lot_id, resource_id, 'teaching', group_id, person_id, 'teacher' FROM teachers
)
SELECT reached.* FROM reached
  JOIN register_person p ON p.id = reached.person_id AND p.person_status = 'Aktiv' AND {_only("p.id")}
"""

MANY = 1000
"""So many people are asked about as a whole set."""
_KINDS = {kind.value: kind for kind in CauseKind}
_ROLES = {role.value: role for role in Holder}


def reached(
    *,
    today: date,
    service_id: UUID | None = None,
    people: Collection[UUID] | None = None,
    lot_ids: Collection[UUID] | None = None,
) -> list[Reach]:
    """List whom assignments reach today: members, pupils of units and years, and their teachers.

    Count persons, not these rows: somebody in three groups is here three times (domain rule 9). `service_id`,
    `people` and `lot_ids` narrow the question.
    """
    values = {
        "today": today,
        "service": service_id,
        "every_lot": lot_ids is None,
        "lots": list(lot_ids or ()),
        "everybody": people is None,
        "people": db.uuids(people or ()),
    }
    many = people is None or len(people) > MANY
    with db.cursor() as cursor, db.whole_sets(cursor) if many else contextlib.nullcontext():
        rows = cursor.execute(REACHED, values).fetchall()
    return [
        Reach(lot, resource, _KINDS[kind], subject, person, _ROLES[role])
        for lot, resource, kind, subject, person, role in rows
    ]
