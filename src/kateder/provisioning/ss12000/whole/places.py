"""Places in preschool and leisure-time centres, and who comes and goes."""

from __future__ import annotations

from typing import Final

from kateder.provisioning.ss12000.whole.writing import HEAD, reference, time, times

PLACEMENTS: Final = f"""
SELECT {HEAD}, false AS protected, NULL AS name,
  json_strip_nulls(json_build_object(
    'id', t.id,
    'meta', 0,
    'placedAt', json_build_object('id', t.placed_at_id),
    'group', {reference("t.group_id")},
    'child', json_build_object('id', t.child_id),
    'owners', o.list,
    'schoolType', t.school_type,
    'startDate', t.start_date,
    'endDate', t.end_date,
    'reason', t.reason,
    'maxWeeklyScheduleHours', t.max_weekly_schedule_hours))::text AS content
FROM register_placement t
LEFT JOIN (
  SELECT x.placement_id, max(x.modified_in_id) AS newest,
    json_agg(json_build_object('id', x.owner_id) ORDER BY x.owner_id) AS list
  FROM register_placementowner x WHERE [[x.placement_id]] GROUP BY x.placement_id) o ON o.placement_id = t.id
{times("greatest(t.modified_in_id, o.newest)")}
WHERE [[t.id]]
"""

ATTENDANCE_EVENTS: Final = f"""
SELECT {HEAD}, false AS protected, NULL AS name,
  json_strip_nulls(json_build_object(
    'id', t.id,
    'meta', 0,
    'time', {time("t.time")},
    'eventType', t.event_type,
    'person', {reference("t.person_id")},
    'registeredBy', {reference("t.registered_by_id")},
    'group', json_build_object('id', t.group_id)))::text AS content
FROM register_attendanceevent t {times()}
WHERE [[t.id]]
"""

ATTENDANCE_SCHEDULES: Final = f"""
SELECT {HEAD}, false AS protected, NULL AS name,
  json_strip_nulls(json_build_object(
    'id', t.id,
    'meta', 0,
    'placement', json_build_object('id', t.placement_id),
    'numberOfWeeks', t.number_of_weeks,
    'startDate', t.start_date,
    'endDate', t.end_date,
    'temporary', t.temporary,
    'state', t.state,
    'scheduleEntries', CASE WHEN t.schedule_entries <> '[]' THEN t.schedule_entries END))::text AS content
FROM register_attendanceschedule t {times()}
WHERE [[t.id]]
"""
