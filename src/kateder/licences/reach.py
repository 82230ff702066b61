"""Whom the assignments that hold today reach, computed in one statement over the register."""

import functools
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
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
_OF_LIVE = "lot_id, resource_id, kind, subject_id, school_year"
_UNITS = """
units AS (
  SELECT subject_id AS root, subject_id AS unit FROM live WHERE kind IN ('unit', 'year')
   UNION
  SELECT units.root, o.id FROM units JOIN register_organisation o ON o.parent_id = units.unit
)"""
# Whom the kinds of assignment reach. To plan it takes PostgreSQL ten times as long as to answer about some people:
# so only those branches are asked that something is assigned by, and joined in the order in which they are written.
_MEMBERS: Final[Mapping[CauseKind, str]] = {
    CauseKind.PERSON: "SELECT live.*, live.subject_id FROM live WHERE kind = 'person'",
    CauseKind.GROUP: f"""
  SELECT live.*, m.person_id FROM register_groupmembership m
    JOIN live ON live.subject_id = m.group_id AND live.kind = 'group'
    JOIN register_group g ON g.id = m.group_id AND {_in_force("g")}
   WHERE {_in_force("m")} AND {_only("m.person_id")}""",
    CauseKind.UNIT: f"""
  SELECT live.*, e.person_id FROM register_enrolment e
    JOIN units ON units.unit = e.enroled_at_id
    JOIN live ON live.subject_id = units.root AND live.kind = 'unit'
   WHERE NOT e.cancelled AND {_in_force("e")} AND {_only("e.person_id")}""",
    CauseKind.YEAR: f"""
  SELECT live.*, e.person_id FROM register_enrolment e
    JOIN units ON units.unit = e.enroled_at_id
    JOIN live ON live.subject_id = units.root AND live.kind = 'year' AND live.school_year = e.school_year
   WHERE NOT e.cancelled AND {_in_force("e")} AND {_only("e.person_id")}""",
}
_TAUGHT: Final[Mapping[CauseKind, str]] = {
    CauseKind.GROUP: "SELECT live.*, live.subject_id FROM live WHERE kind = 'group'",
    CauseKind.UNIT: """
  SELECT live.*, g.id FROM live
    JOIN units ON units.root = live.subject_id
    JOIN register_group g ON g.organisation_id = units.unit
   WHERE kind = 'unit'""",
    CauseKind.YEAR: f"""
  SELECT live.*, g.id FROM live
    JOIN units ON units.root = live.subject_id
    JOIN register_enrolment e ON e.enroled_at_id = units.unit AND NOT e.cancelled AND {_in_force("e")}
         AND e.school_year = live.school_year
    JOIN register_groupmembership m ON m.person_id = e.person_id AND {_in_force("m")}
    JOIN register_group g ON g.id = m.group_id AND g.organisation_id = units.unit
   WHERE kind = 'year'""",
}
_TEACHERS = f"""
teachers AS (
  SELECT taught.lot_id, taught.resource_id, taught.group_id, d.person_id
    FROM register_duty d
    JOIN register_activityteacher t ON t.duty_id = d.id
    JOIN register_activity a ON a.id = t.activity_id AND {_in_force("a")}
    JOIN register_activitygroup ag ON ag.activity_id = a.id
    JOIN taught ON taught.group_id = ag.group_id
    JOIN register_group g ON g.id = ag.group_id AND {_in_force("g")}
   WHERE {_in_force("d")} AND {working("d")} AND {_only("d.person_id")}
)"""
_STAFF = f"""
staff AS (
  SELECT d.person_id FROM register_duty d WHERE {_in_force("d")} AND {_only("d.person_id")}
  EXCEPT
  SELECT e.person_id FROM register_enrolment e WHERE NOT e.cancelled AND {_in_force("e")} AND {_only("e.person_id")}
)"""
_LIVE_KINDS = f"WITH {_LIVE} SELECT DISTINCT kind FROM live"


@functools.cache
def _reached(kinds: frozenset[CauseKind]) -> str:
    """Give the statement for assignments of these kinds."""
    places = f"{_UNITS}, " if kinds & {CauseKind.UNIT, CauseKind.YEAR} else ""
    members = "\n   UNION ALL\n".join(part for kind, part in _MEMBERS.items() if kind in kinds)
    reaching = f"""
  SELECT m.lot_id, m.resource_id, m.kind, m.subject_id, m.person_id,
         CASE WHEN staff.person_id IS NULL THEN 'pupil' ELSE 'teacher' END AS role
    FROM members m LEFT JOIN staff ON staff.person_id = m.person_id
   WHERE {_only("m.person_id")}"""
    taught = "\n   UNION\n".join(part for kind, part in _TAUGHT.items() if kind in kinds)
    teachers = f"taught ({_OF_LIVE}, group_id) AS ({taught}\n), {_TEACHERS}, " if taught else ""
    if taught:
        reaching += "\n   UNION\n  SELECT lot_id, resource_id, 'teaching', group_id, person_id, 'teacher' FROM teachers"
    return f"""
WITH RECURSIVE {_LIVE}, {places}members ({_OF_LIVE}, person_id) AS ({members}
), {teachers}{_STAFF}, reached AS ({reaching}
)
SELECT DISTINCT reached.* FROM reached
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
    with db.cursor() as cursor:
        kinds = frozenset(_KINDS[kind] for (kind,) in cursor.execute(_LIVE_KINDS, values))
        if not kinds:
            return []
        with db.whole_sets(cursor) if many else db.as_written(cursor):
            rows = cursor.execute(_reached(kinds), values).fetchall()
    return [
        Reach(lot, resource, _KINDS[kind], subject, person, _ROLES[role])
        for lot, resource, kind, subject, person, role in rows
    ]
