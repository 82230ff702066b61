"""aggregatedAttendance: sums over the lessons of a period, per activity and pupil, of what the client may see."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

import orjson
import psycopg

from kateder.protocols.ss12000.endpoints import AGGREGATED
from kateder.protocols.ss12000.questions import BadQuestion, Place, read, token
from kateder.provisioning.ss12000.answers import Answer, bad
from kateder.provisioning.ss12000.expanding import decorate

# A lesson is of the day on which it begins, in Sweden.
_SUMS: Final = """
WITH lessons AS (
  SELECT e.id::text AS id, e.doc#>>'{activity,id}' AS activity,
    coalesce((e.doc->>'teachingLengthStudent')::int, round(extract(epoch FROM
      (e.doc->>'endTime')::timestamptz - (e.doc->>'startTime')::timestamptz) / 60)::int) AS minutes
  FROM provisioning_editionrow e
  WHERE e.edition_id = %(edition)s AND e.path = 'calendarEvents' AND e.gone_at IS NULL
    AND ((e.doc->>'startTime')::timestamptz AT TIME ZONE 'Europe/Stockholm')::date BETWEEN %(first)s AND %(last)s
), activities AS (
  SELECT a.id::text AS id FROM provisioning_editionrow a
  WHERE a.edition_id = %(edition)s AND a.path = 'activities' AND a.gone_at IS NULL
    AND (%(organisation)s::text IS NULL OR a.doc#>>'{organisation,id}' = %(organisation)s)
    AND (%(types)s::text[] IS NULL OR EXISTS (
      SELECT 1 FROM provisioning_editionrow g, jsonb_array_elements(a.doc->'groups') its
      WHERE g.edition_id = %(edition)s AND g.path = 'groups' AND g.gone_at IS NULL
        AND g.id::text = its->>'id' AND g.doc->>'schoolType' = ANY(%(types)s)))
)
SELECT l.activity, t.doc#>>'{student,id}' AS student,
  sum((t.doc->>'attendanceMinutes')::int),
  sum((t.doc->>'validAbsenceMinutes')::int),
  sum((t.doc->>'invalidAbsenceMinutes')::int),
  sum((t.doc->>'otherAttendanceMinutes')::int),
  sum(l.minutes) FILTER (WHERE (t.doc->>'isReported')::boolean),
  sum(l.minutes)
FROM provisioning_editionrow t JOIN lessons l ON l.id = t.doc#>>'{calendarEvent,id}'
JOIN activities a ON a.id = l.activity
WHERE t.edition_id = %(edition)s AND t.path = 'attendances' AND t.gone_at IS NULL
  AND (%(students)s::text[] IS NULL OR t.doc#>>'{student,id}' = ANY(%(students)s))
  AND (%(after)s::text IS NULL OR (l.activity, t.doc#>>'{student,id}') > (%(after)s, %(after_student)s))
GROUP BY 1, 2 ORDER BY 1, 2 LIMIT %(limit)s
"""
_NAMES: Final = (
    "attendanceSum",
    "validAbsenceSum",
    "invalidAbsenceSum",
    "otherAttendanceSum",
    "reportedSum",
    "offeredSum",
)


def aggregated(cursor: psycopg.Cursor[Any], edition: UUID, query: str) -> Answer:
    """A page of sums. Raises Refused."""
    try:
        question = read(query, AGGREGATED)
    except BadQuestion as error:
        raise bad(str(error)) from None
    asked = question.filters
    first, last = asked["startDate"][0], asked["endDate"][0]
    place = question.place
    values = {
        "edition": edition,
        "first": first,
        "last": last,
        "organisation": asked.get("organisation", (None,))[0],
        "types": list(asked["schoolType"]) if "schoolType" in asked else None,
        "students": list(asked["student"]) if "student" in asked else None,
        "after": place.after if place else None,
        "after_student": place.listing if place else None,
        "limit": question.limit + 1,
    }
    rows = cursor.execute(_SUMS, values).fetchall()
    things = [_thing(row, first, last) for row in rows[: question.limit]]
    seen = decorate(cursor, edition, AGGREGATED.path, things, expand=question.expand, names=question.names)
    content: dict[str, object] = {"data": things}
    if len(rows) > question.limit:
        activity, student = rows[question.limit - 1][:2]
        content["pageToken"] = token(question, AGGREGATED.path, Place(after=activity, listing=student))
    return Answer(orjson.dumps(content), AGGREGATED.path, objects=len(things), embedded=frozenset(seen))


def _thing(row: tuple[Any, ...], first: str, last: str) -> dict[str, Any]:
    activity, student, *sums = row
    told = {name: int(total) for name, total in zip(_NAMES, sums, strict=True) if total is not None}
    return {"activity": {"id": activity}, "student": {"id": student}, "startDate": first, "endDate": last, **told}
