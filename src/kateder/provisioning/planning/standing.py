"""What stands by itself: held for the sake of something that nothing has touched, and therefore still wanted.

A duty is delivered for its activities and a school for what is in it. Whether one of them is to go cannot be told from
what has changed alone, and looking at everything around would be looking at the whole school. But what the target holds
and nothing has touched is wanted as it was; one such thing is enough.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date
from typing import Final
from uuid import UUID

from kateder.core import db
from kateder.provisioning.planning.touching import Touched
from kateder.provisioning.ways.contract import ACCOUNT

_QUIET: Final = """
SELECT FROM provisioning_targetobject o
 WHERE o.target_id = %(target)s AND o.content_hash IS NOT NULL AND o.intent = '' AND o.failure = ''
   AND o.root_id <> ALL (%(touched)s) AND o.root_id = {0}
"""
_DUTIES: Final = f"""
SELECT d.id FROM register_duty d
 WHERE d.id = ANY(%(duties)s) AND d.person_id <> ALL (%(people)s)
   AND EXISTS (SELECT FROM provisioning_targetobject h
                WHERE h.target_id = %(target)s AND h.root_id = d.id
                  AND h.content_hash IS NOT NULL AND h.intent = '' AND h.failure = '')
   AND EXISTS (SELECT FROM register_activityteacher t
                WHERE t.duty_id = d.id AND EXISTS ({_QUIET.format("t.activity_id")}))
"""
_HELD_UNITS: Final = """
SELECT u.id FROM register_organisation u
  JOIN provisioning_targetobject o ON o.root_id = u.id AND o.target_id = %(target)s
"""
_UNITS: Final = " UNION ".join(
    f"SELECT held.id FROM ({_HELD_UNITS}) held WHERE EXISTS ("
    f"SELECT FROM {table} r WHERE r.{column} = held.id AND EXISTS ({_QUIET.format('r.id')}))"
    for table, column in (
        ("register_group", "organisation_id"),
        ("register_activity", "organisation_id"),
        ("register_duty", "duty_at_id"),
    )
)
_LIVING: Final = f"""
SELECT u.id, there.person_id FROM register_organisation u CROSS JOIN LATERAL (
  SELECT e.person_id FROM register_enrolment e
   WHERE e.enroled_at_id = u.id AND NOT e.cancelled
     AND e.start_date <= %(today)s AND (e.end_date IS NULL OR e.end_date >= %(today)s)
     AND EXISTS ({_QUIET.format("e.person_id")} AND o.resource_type = '{ACCOUNT}')
   LIMIT %(most)s) there
 WHERE u.id = ANY(%(units)s)
"""


def without_standing(target_id: UUID, touched: Touched) -> Touched:
    """Leave out the duties that stand by themselves: those of untouched people, held, in an untouched activity."""
    if not touched.duties:
        return touched
    values = _values(target_id, touched) | {"duties": db.uuids(touched.duties), "people": db.uuids(touched.people)}
    with db.cursor() as cursor:
        standing = {duty for (duty,) in cursor.execute(_DUTIES, values)}
    return replace(touched, duties=touched.duties - standing)


def held_units(target_id: UUID) -> set[UUID]:
    """Give the organisations (root ids) that the target holds or may hold."""
    with db.cursor() as cursor:
        return {unit for (unit,) in cursor.execute(_HELD_UNITS, {"target": target_id})}


def standing_units(target_id: UUID, touched: Touched) -> set[UUID]:
    """Give the school units in which a group, an activity or a duty stands that nothing has touched."""
    with db.cursor() as cursor:
        return {unit for (unit,) in cursor.execute(_UNITS, _values(target_id, touched))}


def living_in(
    target_id: UUID, touched: Touched, *, units: set[UUID], today: date, most: int | None = None
) -> dict[UUID, list[UUID]]:
    """Give untouched people with an account who are enrolled at some units, by unit, at most so many of each."""
    values = _values(target_id, touched) | {"units": list(units), "today": today, "most": most}
    living: defaultdict[UUID, list[UUID]] = defaultdict(list)
    with db.cursor() as cursor:
        for unit, person in cursor.execute(_LIVING, values):
            living[unit].append(person)
    return living


def _values(target_id: UUID, touched: Touched) -> dict[str, object]:
    return {"target": target_id, "touched": db.uuids(touched.roots)}
