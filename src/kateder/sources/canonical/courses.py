"""The files of courses, plans of study, places and assignment roles: what few sources have."""

from __future__ import annotations

from kateder.protocols import ss12000
from kateder.register.api import Entity
from kateder.sources.canonical.columns import ID, Column, File, Kind, code, dates, reference

_SYLLABUSES = File(
    "syllabuses",
    Entity.SYLLABUS,
    (
        ID,
        code("schoolType", "school_type", ss12000.SCHOOL_TYPE, required=True),
        Column("subjectCode", "subject_code", longest=40),
        Column("subjectName", "subject_name", required=True),
        Column("subjectDesignation", "subject_designation", longest=40),
        Column("courseCode", "course_code", longest=40),
        Column("courseName", "course_name"),
        Column("startSchoolYear", "start_school_year", Kind.YEAR),
        Column("endSchoolYear", "end_school_year", Kind.YEAR),
        Column("points", "points", Kind.NUMBER),
        Column("curriculum", "curriculum", longest=40),
        Column("languageCode", "language_code", longest=8),
        Column("specialisationCourseContent", "specialisation_course_content", Kind.JSON),
        Column("official", "official", Kind.TRUTH, empty="f"),
    ),
)
BEFORE_ACTIVITIES = (_SYLLABUSES,)
"""What an activity points at."""

_PROGRAMMES = (
    File(
        "programmes",
        Entity.PROGRAMME,
        (
            ID,
            Column("name", "name", required=True),
            code("type", "type", ss12000.PROGRAMME_TYPE),
            Column("parentProgramme", "parent_programme_id", Kind.REFERENCE, refers_to=Entity.PROGRAMME),
            code("schoolType", "school_type", ss12000.SCHOOL_TYPE, required=True),
            Column("code", "code", longest=40),
        ),
    ),
    File(
        "programmeSyllabuses",
        Entity.PROGRAMME_SYLLABUS,
        (
            reference("programme", "programme_id", Entity.PROGRAMME),
            reference("syllabus", "syllabus_id", Entity.SYLLABUS),
            code("type", "type", ss12000.CONTENT_TYPE, required=True),
            Column("points", "points", Kind.NUMBER),
        ),
        key=("programme", "syllabus", "type"),
    ),
)
_PLANS = (
    File(
        "studyplans",
        Entity.STUDYPLAN,
        (
            ID,
            reference("student", "student_id", Entity.PERSON),
            Column("notes", "notes", Kind.JSON, empty="[]"),
            *dates(),
        ),
    ),
    File(
        "studyplanSyllabuses",
        Entity.STUDYPLAN_SYLLABUS,
        (
            reference("studyplan", "study_plan_id", Entity.STUDYPLAN),
            reference("syllabus", "syllabus_id", Entity.SYLLABUS),
            Column("title", "title"),
            code("type", "type", ss12000.CONTENT_TYPE),
            Column("points", "points", Kind.NUMBER),
            Column("note", "note", longest=500),
            Column("hours", "hours", Kind.NUMBER),
            *dates(required=False),
        ),
        key=("studyplan", "syllabus", "title"),
    ),
)
_OFFERINGS = (
    File(
        "schoolUnitOfferings",
        Entity.OFFERING,
        (ID, reference("offeredAt", "offered_at_id", Entity.ORGANISATION), *dates(required=False)),
    ),
    File(
        "offeredSyllabuses",
        Entity.OFFERED_SYLLABUS,
        (
            reference("schoolUnitOffering", "offering_id", Entity.OFFERING),
            reference("syllabus", "syllabus_id", Entity.SYLLABUS),
        ),
        key=("schoolUnitOffering", "syllabus"),
    ),
    File(
        "offeredProgrammes",
        Entity.OFFERED_PROGRAMME,
        (
            reference("schoolUnitOffering", "offering_id", Entity.OFFERING),
            reference("programme", "programme_id", Entity.PROGRAMME),
        ),
        key=("schoolUnitOffering", "programme"),
    ),
)
_PLACES = (
    File(
        "placements",
        Entity.PLACEMENT,
        (
            ID,
            reference("placedAt", "placed_at_id", Entity.ORGANISATION),
            reference("group", "group_id", Entity.GROUP, required=False),
            reference("child", "child_id", Entity.PERSON),
            code("schoolType", "school_type", ss12000.SCHOOL_TYPE),
            code("reason", "reason", ss12000.PLACEMENT_REASON),
            Column("maxWeeklyScheduleHours", "max_weekly_schedule_hours", Kind.NUMBER),
            *dates(),
        ),
    ),
    File(
        "placementOwners",
        Entity.PLACEMENT_OWNER,
        (
            reference("placement", "placement_id", Entity.PLACEMENT),
            reference("owner", "owner_id", Entity.PERSON),
        ),
        key=("placement", "owner"),
    ),
    File(
        "assignmentRoles",
        Entity.ASSIGNMENT_ROLE,
        (
            reference("duty", "duty_id", Entity.DUTY),
            reference("group", "group_id", Entity.GROUP),
            code("assignmentRoleType", "assignment_role_type", ss12000.ASSIGNMENT_ROLE_TYPE, required=True),
            *dates(),
        ),
        key=("duty", "group", "assignmentRoleType", "startDate"),
    ),
)
REST = (*_PROGRAMMES, *_PLANS, *_OFFERINGS, *_PLACES)
