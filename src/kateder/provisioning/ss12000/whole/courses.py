"""Syllabuses, programmes, plans of study, and what units offer."""

from __future__ import annotations

from typing import Final

from kateder.provisioning.ss12000.whole.writing import HEAD, reference, times

SYLLABUSES: Final = f"""
SELECT {HEAD}, false AS protected, coalesce(t.course_name, t.subject_name) AS name,
  json_strip_nulls(json_build_object(
    'id', t.id,
    'meta', 0,
    'schoolType', t.school_type,
    'subjectCode', t.subject_code,
    'subjectName', t.subject_name,
    'subjectDesignation', t.subject_designation,
    'courseCode', t.course_code,
    'courseName', t.course_name,
    'startSchoolYear', t.start_school_year,
    'endSchoolYear', t.end_school_year,
    'points', t.points,
    'curriculum', t.curriculum,
    'languageCode', t.language_code,
    'specialisationCourseContent', t.specialisation_course_content,
    'official', t.official))::text AS content
FROM register_syllabus t {times()}
WHERE [[t.id]]
"""

PROGRAMMES: Final = f"""
SELECT {HEAD}, false AS protected, t.name,
  json_strip_nulls(json_build_object(
    'id', t.id,
    'meta', 0,
    'name', t.name,
    'type', t.type,
    'parentProgramme', {reference("t.parent_programme_id")},
    'schoolType', t.school_type,
    'code', t.code,
    'content', s.list))::text AS content
FROM register_programme t
LEFT JOIN (
  SELECT programme_id, max(newest) AS newest, json_agg(json_build_object(
      'type', type, 'points', points, 'content', list) ORDER BY type) AS list
  FROM (
    SELECT x.programme_id, x.type, max(x.points) AS points, max(x.modified_in_id) AS newest,
      json_agg(json_build_object('id', x.syllabus_id) ORDER BY x.syllabus_id) AS list
    FROM register_programmesyllabus x WHERE [[x.programme_id]] GROUP BY x.programme_id, x.type) parts
  GROUP BY programme_id) s ON s.programme_id = t.id
{times("greatest(t.modified_in_id, s.newest)")}
WHERE [[t.id]]
"""

STUDY_PLANS: Final = f"""
SELECT {HEAD}, false AS protected, NULL AS name,
  json_strip_nulls(json_build_object(
    'id', t.id,
    'meta', 0,
    'student', json_build_object('id', t.student_id),
    'content', s.list,
    'notes', CASE WHEN t.notes <> '[]' THEN t.notes END,
    'startDate', t.start_date,
    'endDate', t.end_date))::text AS content
FROM register_studyplan t
LEFT JOIN (
  SELECT study_plan_id, max(newest) AS newest, json_agg(json_build_object(
      'title', title, 'type', type, 'points', points, 'syllabuses', list) ORDER BY title, type) AS list
  FROM (
    SELECT x.study_plan_id, x.title, x.type, max(x.points) AS points, max(x.modified_in_id) AS newest,
      json_agg(json_build_object(
        'syllabus', json_build_object('id', x.syllabus_id),
        'note', x.note,
        'startDate', x.start_date,
        'endDate', x.end_date,
        'hours', x.hours) ORDER BY x.start_date, x.id) AS list
    FROM register_studyplansyllabus x WHERE [[x.study_plan_id]] GROUP BY x.study_plan_id, x.title, x.type) parts
  GROUP BY study_plan_id) s ON s.study_plan_id = t.id
{times("greatest(t.modified_in_id, s.newest)")}
WHERE [[t.id]]
"""

OFFERINGS: Final = f"""
SELECT {HEAD}, false AS protected, NULL AS name,
  json_strip_nulls(json_build_object(
    'id', t.id,
    'meta', 0,
    'startDate', t.start_date,
    'endDate', t.end_date,
    'offeredAt', json_build_object('id', t.offered_at_id),
    'offeredSyllabuses', coalesce(s.list, '[]'),
    'offeredProgrammes', p.list))::text AS content
FROM register_offering t
LEFT JOIN (
  SELECT x.offering_id, max(x.modified_in_id) AS newest,
    json_agg(json_build_object('id', x.syllabus_id) ORDER BY x.syllabus_id) AS list
  FROM register_offeredsyllabus x WHERE [[x.offering_id]] GROUP BY x.offering_id) s ON s.offering_id = t.id
LEFT JOIN (
  SELECT x.offering_id, max(x.modified_in_id) AS newest,
    json_agg(json_build_object('id', x.programme_id) ORDER BY x.programme_id) AS list
  FROM register_offeredprogramme x WHERE [[x.offering_id]] GROUP BY x.offering_id) p ON p.offering_id = t.id
{times("greatest(t.modified_in_id, s.newest, p.newest)")}
WHERE [[t.id]]
"""
