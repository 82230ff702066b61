"""Organisations, groups with their members, activities with their groups and teachers."""

from __future__ import annotations

from typing import Final

from kateder.provisioning.ss12000.whole.writing import HEAD, reference, times
from kateder.register.api import working

ORGANISATIONS: Final = f"""
SELECT {HEAD}, false AS protected, t.display_name AS name,
  json_strip_nulls(json_build_object(
    'id', t.id,
    'meta', 0,
    'displayName', t.display_name,
    'organisationCode', t.organisation_code,
    'organisationType', t.organisation_type,
    'organisationNumber', t.organisation_number,
    'parentOrganisation', {reference("t.parent_id")},
    'schoolUnitCode', t.school_unit_code,
    'schoolTypes', CASE WHEN t.school_types <> '{{}}' THEN t.school_types END,
    'municipalityCode', t.municipality_code,
    'url', t.url,
    'email', t.email,
    'phoneNumber', t.phone_number,
    'contactInfo', CASE WHEN t.contact_info <> '[]' THEN t.contact_info END,
    'address', t.address,
    'startDate', t.start_date,
    'endDate', t.end_date))::text AS content
FROM register_organisation t {times()}
WHERE [[t.id]]
"""

GROUPS: Final = f"""
SELECT {HEAD}, false AS protected, t.display_name AS name,
  json_strip_nulls(json_build_object(
    'id', t.id,
    'meta', 0,
    'displayName', t.display_name,
    'startDate', t.start_date,
    'endDate', t.end_date,
    'groupType', t.group_type,
    'schoolType', t.school_type,
    'organisation', json_build_object('id', t.organisation_id),
    'groupMemberships', coalesce(g.list, '[]')))::text AS content
FROM register_group t
LEFT JOIN (
  SELECT x.group_id, max(x.modified_in_id) AS newest, json_agg(json_build_object(
      'person', json_build_object('id', x.person_id),
      'startDate', x.start_date,
      'endDate', x.end_date) ORDER BY x.start_date, x.id) AS list
  FROM register_groupmembership x WHERE [[x.group_id]] GROUP BY x.group_id) g ON g.group_id = t.id
{times("greatest(t.modified_in_id, g.newest)")}
WHERE [[t.id]]
"""

# A duty that rests stays a duty, but nobody teaches by it meanwhile.
ACTIVITIES: Final = f"""
SELECT {HEAD}, false AS protected, t.display_name AS name,
  json_strip_nulls(json_build_object(
    'id', t.id,
    'meta', 0,
    'displayName', t.display_name,
    'calendarEventsRequired', t.calendar_events_required,
    'startDate', t.start_date,
    'endDate', t.end_date,
    'activityType', t.activity_type,
    'comment', t.comment,
    'minutesPlanned', t.minutes_planned,
    'groups', coalesce(g.list, '[]'),
    'teachers', d.list,
    'syllabus', {reference("t.syllabus_id")},
    'organisation', json_build_object('id', t.organisation_id),
    'parentActivity', {reference("t.parent_activity")}))::text AS content
FROM register_activity t
LEFT JOIN (
  SELECT x.activity_id, max(x.modified_in_id) AS newest,
    json_agg(json_build_object('id', x.group_id) ORDER BY x.group_id) AS list
  FROM register_activitygroup x WHERE [[x.activity_id]] GROUP BY x.activity_id) g ON g.activity_id = t.id
LEFT JOIN (
  SELECT x.activity_id, max(x.modified_in_id) AS newest, json_agg(json_build_object(
      'duty', json_build_object('id', x.duty_id),
      'startDate', x.start_date,
      'endDate', x.end_date,
      'minutesPlanned', x.minutes_planned,
      'grader', x.grader) ORDER BY x.duty_id) AS list
  FROM register_activityteacher x JOIN register_duty u ON u.id = x.duty_id AND {working("u")}
  WHERE [[x.activity_id]] GROUP BY x.activity_id) d ON d.activity_id = t.id
{times("greatest(t.modified_in_id, g.newest, d.newest)")}
WHERE [[t.id]]
"""
