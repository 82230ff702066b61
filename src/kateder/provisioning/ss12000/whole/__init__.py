"""The whole register as SS 12000 has it: SQL that writes the JSON, one statement per kind of thing.

Each gives (id, created_at, modified_at, protected, name, content). `[[column]]` stands where the statement is narrowed
to some ids, or to nothing at all; `"meta":0` in the content, for the times that `storing` puts there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from kateder.provisioning.ss12000.whole import courses, lessons, people, places, teaching

STATEMENTS: Final[Mapping[str, str]] = {
    "organisations": teaching.ORGANISATIONS,
    "persons": people.PERSONS,
    "placements": places.PLACEMENTS,
    "duties": people.DUTIES,
    "groups": teaching.GROUPS,
    "programmes": courses.PROGRAMMES,
    "studyplans": courses.STUDY_PLANS,
    "syllabuses": courses.SYLLABUSES,
    "schoolUnitOfferings": courses.OFFERINGS,
    "activities": teaching.ACTIVITIES,
    "calendarEvents": lessons.CALENDAR_EVENTS,
    "attendances": lessons.ATTENDANCES,
    "attendanceEvents": places.ATTENDANCE_EVENTS,
    "attendanceSchedule": places.ATTENDANCE_SCHEDULES,
    "grades": lessons.GRADES,
    "absences": lessons.ABSENCES,
    "resources": lessons.ASSETS,
    "rooms": lessons.ROOMS,
}

_NARROWED = re.compile(r"\[\[([a-z_.]+)\]\]")


def statement(path: str, *, some: bool) -> str:
    """The statement for all things of a kind, or for those of `%(ids)s`. It also takes `%(today)s`."""
    return _NARROWED.sub(r"\1 = ANY(%(ids)s)" if some else "true", STATEMENTS[path])
