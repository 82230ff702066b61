"""The files of a CSV folder and their columns, as the handbook describes them."""

from __future__ import annotations

from collections.abc import Mapping

from kateder.protocols import ss12000
from kateder.register.api import Entity
from kateder.sources.canonical import courses
from kateder.sources.canonical.columns import (
    DISPLAY_NAME,
    ID,
    NO_TEXTS,
    Column,
    File,
    Kind,
    code,
    dates,
    extra,
    reference,
)

__all__ = ["BY_ENTITY", "FILES", "Column", "File", "Kind"]

FILES: tuple[File, ...] = (
    File(
        "organisations",
        Entity.ORGANISATION,
        (
            ID,
            DISPLAY_NAME,
            code("organisationType", "organisation_type", ss12000.ORGANISATION_TYPE, required=True),
            reference("parentOrganisation", "parent_id", Entity.ORGANISATION, required=False),
            Column("organisationCode", "organisation_code"),
            Column("organisationNumber", "organisation_number", longest=20),
            Column("schoolUnitCode", "school_unit_code", longest=20),
            Column("schoolTypes", "school_types", Kind.CODES, codes=ss12000.SCHOOL_TYPE, empty=NO_TEXTS),
            Column("municipalityCode", "municipality_code", longest=4),
            *dates(required=False),
            extra("url", "url", longest=500),
            extra("email", "email", longest=254),
            extra("phoneNumber", "phone_number", longest=40),
            extra("contactInfo", "contact_info", Kind.JSON, empty="[]"),
            extra("address", "address", Kind.JSON),
        ),
        required=True,
    ),
    File(
        "persons",
        Entity.PERSON,
        (
            ID,
            Column("givenName", "given_name", required=True),
            Column("middleName", "middle_name"),
            Column("familyName", "family_name", required=True),
            Column("civicNo", "civic_no", Kind.CIVIC_NUMBER),
            Column("birthDate", "birth_date", Kind.DATE),
            code("sex", "sex", ss12000.SEX),
            code("securityMarking", "security_marking", ss12000.SECURITY_MARKING, empty="Ingen"),
            code("personStatus", "person_status", ss12000.PERSON_STATUS, empty="Aktiv"),
            Column("emails", "emails", Kind.TEXTS, empty=NO_TEXTS),
            Column("eduPersonPrincipalNames", "edu_person_principal_names", Kind.TEXTS, empty=NO_TEXTS),
            Column("phoneNumbers", "phone_numbers", Kind.TEXTS, empty=NO_TEXTS),
            extra("emailTypes", "email_types", Kind.LIST, empty=NO_TEXTS),
            extra("phoneTypes", "phone_types", Kind.LIST, empty=NO_TEXTS),
            extra("externalIdentifiers", "external_identifiers", Kind.JSON, empty="[]"),
            extra("addresses", "addresses", Kind.JSON, empty="[]"),
            extra("civicNationality", "civic_nationality", longest=3),
            extra("photo", "photo", longest=500),
        ),
        required=True,
    ),
    File(
        "groups",
        Entity.GROUP,
        (
            ID,
            DISPLAY_NAME,
            code("groupType", "group_type", ss12000.GROUP_TYPE, required=True),
            reference("organisation", "organisation_id", Entity.ORGANISATION),
            code("schoolType", "school_type", ss12000.SCHOOL_TYPE),
            *dates(),
        ),
    ),
    File(
        "duties",
        Entity.DUTY,
        (
            ID,
            reference("person", "person_id", Entity.PERSON),
            reference("dutyAt", "duty_at_id", Entity.ORGANISATION),
            code("dutyRole", "duty_role", ss12000.DUTY_ROLE, required=True),
            Column("signature", "signature", longest=40),
            *dates(),
            extra("description", "description"),
            extra("dutyPercent", "duty_percent", Kind.NUMBER),
            extra("hoursPerYear", "hours_per_year", Kind.NUMBER),
        ),
    ),
    *courses.BEFORE_ACTIVITIES,
    File(
        "activities",
        Entity.ACTIVITY,
        (
            ID,
            DISPLAY_NAME,
            reference("organisation", "organisation_id", Entity.ORGANISATION),
            Column("subjectCode", "subject_code", longest=40),
            Column("subjectName", "subject_name"),
            *dates(),
            Column("groups", "groups", Kind.REFERENCES, required=True, refers_to=Entity.GROUP),
            Column("duties", "duties", Kind.REFERENCES, refers_to=Entity.DUTY, empty=NO_TEXTS),
            Column("activityType", "activity_type", Kind.CODE, codes=ss12000.ACTIVITY_TYPE, extra=True),
            extra("calendarEventsRequired", "calendar_events_required", Kind.TRUTH, empty="f"),
            Column("syllabus", "syllabus_id", Kind.REFERENCE, refers_to=Entity.SYLLABUS, extra=True),
            extra("parentActivity", "parent_activity", Kind.UUID),
            extra("comment", "comment", longest=500),
            extra("minutesPlanned", "minutes_planned", Kind.NUMBER),
        ),
    ),
    File(
        "enrolments",
        Entity.ENROLMENT,
        (
            reference("person", "person_id", Entity.PERSON),
            reference("enroledAt", "enroled_at_id", Entity.ORGANISATION),
            code("schoolType", "school_type", ss12000.SCHOOL_TYPE, required=True),
            Column("schoolYear", "school_year", Kind.YEAR),
            *dates(),
            Column("cancelled", "cancelled", Kind.TRUTH, empty="f"),
            Column("educationCode", "education_code", longest=40),
            Column("programme", "programme"),
            Column("placedBy", "placed_by"),
            extra("specification", "specification"),
        ),
        key=("person", "enroledAt", "schoolType", "startDate"),
    ),
    File(
        "guardians",
        Entity.GUARDIANSHIP,
        (
            reference("child", "child_id", Entity.PERSON),
            reference("guardian", "guardian_id", Entity.PERSON),
            code("relationType", "relation_type", ss12000.RELATION_TYPE, required=True),
            *dates(required=False),
            Column("blocked", "blocked", Kind.TRUTH, empty="f"),
            Column("blockReason", "block_reason"),
        ),
        key=("child", "guardian", "relationType"),
    ),
    File(
        "memberships",
        Entity.MEMBERSHIP,
        (
            reference("group", "group_id", Entity.GROUP),
            reference("person", "person_id", Entity.PERSON),
            *dates(),
        ),
        key=("group", "person", "startDate"),
    ),
    *courses.REST,
)

BY_ENTITY: Mapping[Entity, File] = {file.entity: file for file in FILES}
