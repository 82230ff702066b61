"""Lessons, attendance, absences, grades, rooms and things to book."""

from __future__ import annotations

from typing import Final

from kateder.provisioning.ss12000.whole.writing import HEAD, reference, time, times


def _booked(column: str, table: str) -> str:
    return f"""CASE WHEN {column} <> '{{}}' THEN (
      SELECT json_agg(json_build_object('id', b.id) ORDER BY b.id) FROM {table} b WHERE b.id = ANY({column})) END"""


CALENDAR_EVENTS: Final = f"""
SELECT {HEAD}, false AS protected, NULL AS name,
  json_strip_nulls(json_build_object(
    'id', t.id,
    'meta', 0,
    'activity', json_build_object('id', t.activity_id),
    'startTime', {time("t.start_time")},
    'endTime', {time("t.end_time")},
    'cancelled', t.cancelled,
    'teachingLengthTeacher', t.teaching_length_teacher,
    'teachingLengthStudent', t.teaching_length_student,
    'comment', t.comment,
    'studentExceptions', CASE WHEN t.student_exceptions <> '[]' THEN t.student_exceptions END,
    'teacherExceptions', CASE WHEN t.teacher_exceptions <> '[]' THEN t.teacher_exceptions END,
    'rooms', {_booked("t.rooms", "register_room")},
    'resources', {_booked("t.assets", "register_asset")}))::text AS content
FROM register_calendarevent t {times()}
WHERE [[t.id]]
"""

ATTENDANCES: Final = f"""
SELECT {HEAD}, false AS protected, NULL AS name,
  json_strip_nulls(json_build_object(
    'id', t.id,
    'meta', 0,
    'calendarEvent', json_build_object('id', t.calendar_event_id),
    'student', json_build_object('id', t.student_id),
    'reporter', {reference("t.reporter_id")},
    'isReported', t.is_reported,
    'attendanceMinutes', t.attendance_minutes,
    'validAbsenceMinutes', t.valid_absence_minutes,
    'invalidAbsenceMinutes', t.invalid_absence_minutes,
    'otherAttendanceMinutes', t.other_attendance_minutes,
    'absenceReason', t.absence_reason,
    'reportedTimestamp', {time("t.reported_timestamp")}))::text AS content
FROM register_attendance t {times()}
WHERE [[t.id]]
"""

ABSENCES: Final = f"""
SELECT {HEAD}, false AS protected, NULL AS name,
  json_strip_nulls(json_build_object(
    'id', t.id,
    'meta', 0,
    'startTime', {time("t.start_time")},
    'endTime', {time("t.end_time")},
    'type', t.type,
    'student', json_build_object('id', t.student_id),
    'organisation', {reference("t.organisation_id")},
    'registeredBy', {reference("t.registered_by_id")}))::text AS content
FROM register_absence t {times()}
WHERE [[t.id]]
"""

GRADES: Final = f"""
SELECT {HEAD}, false AS protected, NULL AS name,
  json_strip_nulls(json_build_object(
    'id', t.id,
    'meta', 0,
    'student', json_build_object('id', t.student_id),
    'organisation', {reference("t.organisation_id")},
    'registeredBy', {reference("t.registered_by_id")},
    'gradingTeacher', {reference("t.grading_teacher_id")},
    'group', {reference("t.group_id")},
    'registeredDate', t.registered_date,
    'gradeValue', t.grade_value,
    'finalGrade', t.final_grade,
    'trial', t.trial,
    'adaptedStudyPlan', t.adapted_study_plan,
    'remark', t.remark,
    'converted', t.converted,
    'correctionType', t.correction_type,
    'semester', t.semester,
    'year', t.year,
    'syllabus', json_build_object('id', t.syllabus_id),
    'diplomaProject', t.diploma_project))::text AS content
FROM register_grade t {times()}
WHERE [[t.id]]
"""

ASSETS: Final = f"""
SELECT {HEAD}, false AS protected, t.display_name AS name,
  json_strip_nulls(json_build_object(
    'id', t.id,
    'meta', 0,
    'displayName', t.display_name,
    'description', t.description,
    'owner', json_build_object('id', t.owner_id)))::text AS content
FROM register_asset t {times()}
WHERE [[t.id]]
"""

ROOMS: Final = f"""
SELECT {HEAD}, false AS protected, t.display_name AS name,
  json_strip_nulls(json_build_object(
    'id', t.id,
    'meta', 0,
    'displayName', t.display_name,
    'seats', t.seats,
    'owner', json_build_object('id', t.owner_id)))::text AS content
FROM register_room t {times()}
WHERE [[t.id]]
"""
