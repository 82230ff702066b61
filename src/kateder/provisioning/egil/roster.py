"""What projection needs to know: who is released, and what of the register ties them together today."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from kateder.core import db
from kateder.governance import api as governance
from kateder.governance.api import Cause, CauseKind, Entitled, ReleaseContext, Released, Rules
from kateder.provisioning.planning.touching import Around
from kateder.register.api import working

CLASS = "Klass"
AUTHORITY = "Huvudman"
SCHOOL = "Skola"

_IN_FORCE = "{0}.start_date <= %(today)s AND ({0}.end_date IS NULL OR {0}.end_date >= %(today)s)"

_GROUPS = f"""
SELECT g.id, g.organisation_id, array_agg(m.person_id)
  FROM register_group g
  JOIN register_groupmembership m ON m.group_id = g.id AND {_IN_FORCE.format("m")}
 WHERE {_IN_FORCE.format("g")} AND m.person_id = ANY(%(pupils)s)
   AND (%(every)s OR g.id = ANY(%(only)s))
   AND (g.id = ANY(%(groups)s)
        OR (g.group_type = %(class)s AND g.id IN (
            SELECT c.group_id FROM register_groupmembership c
             WHERE c.person_id = ANY(%(broadly)s) AND {_IN_FORCE.format("c")})))
 GROUP BY g.id
"""
_ACTIVITIES = f"""
SELECT a.id, a.organisation_id, array_agg(DISTINCT ag.group_id), array_agg(DISTINCT d.id)
  FROM register_activity a
  JOIN register_activitygroup ag ON ag.activity_id = a.id AND ag.group_id = ANY(%(groups)s)
  JOIN register_activityteacher t ON t.activity_id = a.id
  JOIN register_duty d ON d.id = t.duty_id AND {_IN_FORCE.format("d")} AND {working("d")}
 WHERE {_IN_FORCE.format("a")} AND d.person_id = ANY(%(teachers)s) AND (%(every)s OR a.id = ANY(%(only)s))
 GROUP BY a.id
"""
_DUTIES = "SELECT id, person_id, duty_at_id FROM register_duty WHERE id = ANY(%(duties)s)"
_ORGANISATIONS = "SELECT id, parent_id, organisation_type FROM register_organisation"


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group with those of its members whom the target may know to be in it."""

    id: UUID
    unit_id: UUID
    members: Sequence[UUID]


@dataclass(frozen=True, slots=True)
class ActivityRow:
    """An activity with its groups and duties, as far as they are delivered."""

    id: UUID
    unit_id: UUID
    groups: Sequence[UUID]
    duties: Sequence[UUID]


@dataclass(frozen=True, slots=True)
class DutyRow:
    """A teacher's duty at a school unit."""

    id: UUID
    person_id: UUID
    unit_id: UUID


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A school unit with the school and the authority above it."""

    id: UUID
    school_id: UUID | None
    authority_id: UUID | None


@dataclass(frozen=True, slots=True)
class Roster:
    """Everything that one delivery is projected from; all ids are root ids."""

    people: Sequence[Released]
    units: Sequence[UnitRow]
    groups: Sequence[GroupRow]
    activities: Sequence[ActivityRow]
    duties: Sequence[DutyRow]
    context: ReleaseContext
    causes: Mapping[UUID, tuple[Cause, ...]] = field(default_factory=dict)
    """Why each person should have an account."""

    @property
    def roots(self) -> set[UUID]:
        """The root ids of all that is in it."""
        things = (self.context.organisations, self.context.groups, self.context.activities, self.context.duties)
        return {one.person_id for one in self.people}.union(*things)


def read_roster(
    service_id: UUID,
    *,
    people: Sequence[Released],
    entitled: Collection[Entitled],
    today: date,
    absent: frozenset[UUID] = frozenset(),
    near: Around | None = None,
    units: Collection[UUID] = (),
    rules: Rules | None = None,
) -> Roster:
    """Read the groups, activities, duties and units that the released people have in common with the service.

    A group goes along when the service is assigned to it or taught in it, or when it is the class of somebody
    who has the service through a school or a year; nobody's other groups do. Nothing refers to what is
    `absent` (root ids).
    """
    shown = {one.person_id for one in people if one.memberships}
    causes = {one.person_id: one.causes for one in entitled if one.person_id in shown}
    pupils = [one.person_id for one in people if one.role is governance.Holder.PUPIL and one.memberships]
    teachers = [one.person_id for one in people if one.role is governance.Holder.TEACHER and one.memberships]
    groups = _groups(causes, pupils=pupils, today=today, only=near.groups if near else None)
    activities = _activities(
        [group.id for group in groups], teachers=teachers, today=today, only=near.activities if near else None
    )
    duties = _duties({duty for activity in activities for duty in activity.duties})
    if absent:
        duties = [duty for duty in duties if duty.person_id not in absent]
        groups, activities = _without(absent, groups, activities, duties)
    units = {*units, *(group.unit_id for group in groups)} | {activity.unit_id for activity in activities}
    units |= {duty.unit_id for duty in duties}
    units |= {place.unit_root_id for one in people for place in one.enrolments}
    rows = _units(units)
    above = {each for row in rows for each in (row.school_id, row.authority_id) if each}
    context = governance.release_context(
        service_id,
        today=today,
        organisations=units | above,
        groups=[group.id for group in groups],
        activities=[activity.id for activity in activities],
        duties=[duty.id for duty in duties],
        rules=rules,
    )
    return Roster(people, rows, groups, activities, duties, context, {one.person_id: one.causes for one in entitled})


def _without(
    absent: frozenset[UUID],
    groups: Sequence[GroupRow],
    activities: Sequence[ActivityRow],
    duties: Sequence[DutyRow],
) -> tuple[list[GroupRow], list[ActivityRow]]:
    """Groups and activities stay, even empty: what is there already must not go because somebody is missing."""
    there = {duty.id for duty in duties} - absent
    return (
        [replace(group, members=[one for one in group.members if one not in absent]) for group in groups],
        [
            replace(
                activity,
                groups=[group for group in activity.groups if group not in absent],
                duties=[duty for duty in activity.duties if duty in there],
            )
            for activity in activities
        ],
    )


def _groups(
    causes: Mapping[UUID, tuple[Cause, ...]],
    *,
    pupils: Collection[UUID],
    today: date,
    only: Collection[UUID] | None,
) -> list[GroupRow]:
    all_causes = {cause for each in causes.values() for cause in each}
    named = {c.subject_id for c in all_causes if c.kind in {CauseKind.GROUP, CauseKind.TEACHING}}
    broadly = [
        person_id
        for person_id, each in causes.items()
        if any(cause.kind in {CauseKind.UNIT, CauseKind.YEAR} for cause in each)
    ]
    values = {
        "pupils": db.uuids(pupils),
        "groups": db.uuids(named),
        "broadly": db.uuids(broadly),
        "class": CLASS,
        "today": today,
    }
    values |= _narrowed(only)
    with db.cursor() as cursor:
        return [GroupRow(*row) for row in cursor.execute(_GROUPS, values)]


def _activities(
    groups: list[UUID], *, teachers: list[UUID], today: date, only: Collection[UUID] | None
) -> list[ActivityRow]:
    values = {"groups": db.uuids(groups), "teachers": db.uuids(teachers), "today": today} | _narrowed(only)
    with db.cursor() as cursor:
        return [ActivityRow(*row) for row in cursor.execute(_ACTIVITIES, values)]


def _narrowed(only: Collection[UUID] | None) -> dict[str, object]:
    return {"every": only is None, "only": db.uuids(only or ())}


def _duties(ids: Collection[UUID]) -> list[DutyRow]:
    with db.cursor() as cursor:
        return [DutyRow(*row) for row in cursor.execute(_DUTIES, {"duties": db.uuids(ids)})]


def _units(ids: Collection[UUID]) -> list[UnitRow]:
    with db.cursor() as cursor:
        rows = {row[0]: (row[1], row[2]) for row in cursor.execute(_ORGANISATIONS)}
    units = []
    for unit_id in sorted(ids):
        above = {rows[each][1]: each for each in _ancestors(unit_id, rows)}
        units.append(UnitRow(unit_id, above.get(SCHOOL), above.get(AUTHORITY)))
    return units


def _ancestors(start: UUID, rows: Mapping[UUID, tuple[UUID | None, str]]) -> Iterable[UUID]:
    seen = {start}
    parent = rows[start][0]
    while parent is not None and parent not in seen and parent in rows:
        seen.add(parent)
        yield parent
        parent = rows[parent][0]
