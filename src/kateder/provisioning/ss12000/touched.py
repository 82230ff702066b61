"""What of the whole register has to be written anew: what the feed and the changesets name, and what the day did."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import psycopg

from kateder.core.feed import Entity as FeedEntity
from kateder.register.api import Entity

# The feed names persons for their enrolments and guardianships; a membership touches only its group.
_FED: Final[Mapping[str, str]] = {
    FeedEntity.ORGANISATION: "organisations",
    FeedEntity.PERSON: "persons",
    FeedEntity.ENROLMENT: "persons",
    FeedEntity.GUARDIANSHIP: "persons",
    FeedEntity.DUTY: "duties",
    FeedEntity.GROUP: "groups",
    FeedEntity.MEMBERS: "groups",
    FeedEntity.ACTIVITY: "activities",
}
_NOTED: Final[Mapping[str, str]] = {
    Entity.DUTY: "duties",
    Entity.SYLLABUS: "syllabuses",
    Entity.PROGRAMME: "programmes",
    Entity.STUDYPLAN: "studyplans",
    Entity.OFFERING: "schoolUnitOfferings",
    Entity.PLACEMENT: "placements",
    Entity.ATTENDANCE_SCHEDULE: "attendanceSchedule",
    Entity.ATTENDANCE_EVENT: "attendanceEvents",
    Entity.ROOM: "rooms",
    Entity.ASSET: "resources",
    Entity.CALENDAR_EVENT: "calendarEvents",
    Entity.ATTENDANCE: "attendances",
    Entity.ABSENCE: "absences",
    Entity.GRADE: "grades",
}
_FEED: Final = "SELECT entity, ids FROM core_feedentry WHERE position > %s AND entity = ANY(%s)"
_NOTES: Final = """
SELECT n.entity, n.ids FROM register_changenote n JOIN register_changeset c ON c.id = n.changeset_id
WHERE %(since)s::timestamptz IS NULL OR c.at > %(since)s
"""
# Whose guardians came or went, who came of age, and whose protection by the authority ended, from one day to another.
_BY_DATE: Final = """
SELECT child_id FROM register_guardianship
 WHERE (start_date > %(then)s AND start_date <= %(today)s) OR (end_date >= %(then)s AND end_date < %(today)s)
UNION
SELECT id FROM register_person
 WHERE (birth_date + interval '18 years' > %(then)s AND birth_date + interval '18 years' <= %(today)s)
    OR (local_protection AND local_protection_until >= %(then)s AND local_protection_until < %(today)s)
"""
# Whose leave began or ended.
_RESTING_BY_DATE: Final = """
SELECT duty_id FROM register_dutyleave
 WHERE (start_date > %(then)s AND start_date <= %(today)s) OR (end_date >= %(then)s AND end_date < %(today)s)
"""
_TAUGHT: Final = "SELECT activity_id FROM register_activityteacher WHERE duty_id = ANY(%s)"
_THEIR_DUTIES: Final = "SELECT id FROM register_duty WHERE person_id = ANY(%s)"
_IN_PROGRAMMES: Final = "SELECT DISTINCT person_id FROM register_enrolment WHERE programme IS NOT NULL"

Touched = Mapping[str, set[UUID]]
"""Root ids by path."""


def touched(
    cursor: psycopg.Cursor[Any], *, position: int, since: datetime | None, then: date | None, today: date
) -> Touched:
    """What has changed since a position of the feed, a time of a changeset, and a day."""
    found: defaultdict[str, set[UUID]] = defaultdict(set)
    cursor.execute(_FEED, [position, list(_FED)])
    for entity, ids in cursor.fetchall():
        found[_FED[entity]].update(ids)
    cursor.execute(_NOTES, {"since": since})
    for entity, ids in cursor.fetchall():
        if entity in _NOTED:
            found[_NOTED[entity]].update(ids)
    if then is not None and then < today:
        cursor.execute(_BY_DATE, {"then": then, "today": today})
        found["persons"].update(id_ for (id_,) in cursor.fetchall())
        cursor.execute(_RESTING_BY_DATE, {"then": then, "today": today})
        found["duties"].update(id_ for (id_,) in cursor.fetchall())
    if found["duties"]:
        # Nobody teaches by a duty that rests.
        cursor.execute(_TAUGHT, [list(found["duties"])])
        found["activities"].update(id_ for (id_,) in cursor.fetchall())
    if found["programmes"]:
        cursor.execute(_IN_PROGRAMMES)
        found["persons"].update(id_ for (id_,) in cursor.fetchall())
    if found["persons"]:
        # A duty is called by its person's name.
        cursor.execute(_THEIR_DUTIES, [list(found["persons"])])
        found["duties"].update(id_ for (id_,) in cursor.fetchall())
    return {path: ids for path, ids in found.items() if ids}
