"""The files of a CSV folder and their columns, as the handbook describes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from kateder.protocols import ss12000
from kateder.protocols.ss12000 import CodeList
from kateder.register.api import Entity


class Kind(StrEnum):
    """How a cell is read."""

    KEY = "key"
    TEXT = "text"
    DATE = "date"
    TRUTH = "truth"
    CODE = "code"
    CODES = "codes"
    YEAR = "year"
    TEXTS = "texts"
    REFERENCE = "reference"
    REFERENCES = "references"
    CIVIC_NUMBER = "civic_number"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name in the file, the register's name for it, how it is read."""

    name: str
    to: str
    kind: Kind = Kind.TEXT
    required: bool = False
    codes: CodeList | None = None
    refers_to: Entity | None = None
    longest: int = 200
    # What an empty cell means, in COPY text; absent means absent.
    empty: str | None = None


@dataclass(frozen=True, slots=True)
class File:
    """One file: its entity, its columns, and the columns that together name a row."""

    name: str
    entity: Entity
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ("id",)
    required: bool = False


def _code(name: str, to: str, codes: CodeList, *, required: bool = False, empty: str | None = None) -> Column:
    return Column(name, to, Kind.CODE, required=required, codes=codes, empty=empty)


def _reference(name: str, to: str, entity: Entity, *, required: bool = True) -> Column:
    return Column(name, to, Kind.REFERENCE, required=required, refers_to=entity)


def _dates(*, required: bool = True) -> tuple[Column, Column]:
    start = Column("startDate", "start_date", Kind.DATE, required=required)
    return start, Column("endDate", "end_date", Kind.DATE)


_ID = Column("id", "id", Kind.KEY, required=True)
_NAME = Column("displayName", "display_name", required=True)
_NO_TEXTS = "{}"

FILES: tuple[File, ...] = (
    File(
        "organisations",
        Entity.ORGANISATION,
        (
            _ID,
            _NAME,
            _code("organisationType", "organisation_type", ss12000.ORGANISATION_TYPE, required=True),
            _reference("parentOrganisation", "parent_id", Entity.ORGANISATION, required=False),
            Column("organisationCode", "organisation_code"),
            Column("organisationNumber", "organisation_number", longest=20),
            Column("schoolUnitCode", "school_unit_code", longest=20),
            Column("schoolTypes", "school_types", Kind.CODES, codes=ss12000.SCHOOL_TYPE, empty=_NO_TEXTS),
            Column("municipalityCode", "municipality_code", longest=4),
            *_dates(required=False),
        ),
        required=True,
    ),
    File(
        "persons",
        Entity.PERSON,
        (
            _ID,
            Column("givenName", "given_name", required=True),
            Column("middleName", "middle_name"),
            Column("familyName", "family_name", required=True),
            Column("civicNo", "civic_no", Kind.CIVIC_NUMBER),
            Column("birthDate", "birth_date", Kind.DATE),
            _code("sex", "sex", ss12000.SEX),
            _code("securityMarking", "security_marking", ss12000.SECURITY_MARKING, empty="Ingen"),
            _code("personStatus", "person_status", ss12000.PERSON_STATUS, empty="Aktiv"),
            Column("emails", "emails", Kind.TEXTS, empty=_NO_TEXTS),
            Column("eduPersonPrincipalNames", "edu_person_principal_names", Kind.TEXTS, empty=_NO_TEXTS),
            Column("phoneNumbers", "phone_numbers", Kind.TEXTS, empty=_NO_TEXTS),
        ),
        required=True,
    ),
    File(
        "groups",
        Entity.GROUP,
        (
            _ID,
            _NAME,
            _code("groupType", "group_type", ss12000.GROUP_TYPE, required=True),
            _reference("organisation", "organisation_id", Entity.ORGANISATION),
            _code("schoolType", "school_type", ss12000.SCHOOL_TYPE),
            *_dates(),
        ),
    ),
    File(
        "duties",
        Entity.DUTY,
        (
            _ID,
            _reference("person", "person_id", Entity.PERSON),
            _reference("dutyAt", "duty_at_id", Entity.ORGANISATION),
            _code("dutyRole", "duty_role", ss12000.DUTY_ROLE, required=True),
            Column("signature", "signature", longest=40),
            *_dates(),
        ),
    ),
    File(
        "activities",
        Entity.ACTIVITY,
        (
            _ID,
            _NAME,
            _reference("organisation", "organisation_id", Entity.ORGANISATION),
            Column("subjectCode", "subject_code", longest=40),
            Column("subjectName", "subject_name"),
            *_dates(),
            Column("groups", "groups", Kind.REFERENCES, required=True, refers_to=Entity.GROUP),
            Column("duties", "duties", Kind.REFERENCES, refers_to=Entity.DUTY, empty=_NO_TEXTS),
        ),
    ),
    File(
        "enrolments",
        Entity.ENROLMENT,
        (
            _reference("person", "person_id", Entity.PERSON),
            _reference("enroledAt", "enroled_at_id", Entity.ORGANISATION),
            _code("schoolType", "school_type", ss12000.SCHOOL_TYPE, required=True),
            Column("schoolYear", "school_year", Kind.YEAR),
            *_dates(),
            Column("cancelled", "cancelled", Kind.TRUTH, empty="f"),
            Column("educationCode", "education_code", longest=40),
            Column("programme", "programme"),
            Column("placedBy", "placed_by"),
        ),
        key=("person", "enroledAt", "schoolType", "startDate"),
    ),
    File(
        "guardians",
        Entity.GUARDIANSHIP,
        (
            _reference("child", "child_id", Entity.PERSON),
            _reference("guardian", "guardian_id", Entity.PERSON),
            _code("relationType", "relation_type", ss12000.RELATION_TYPE, required=True),
            *_dates(required=False),
            Column("blocked", "blocked", Kind.TRUTH, empty="f"),
            Column("blockReason", "block_reason"),
        ),
        key=("child", "guardian", "relationType"),
    ),
    File(
        "memberships",
        Entity.MEMBERSHIP,
        (
            _reference("group", "group_id", Entity.GROUP),
            _reference("person", "person_id", Entity.PERSON),
            *_dates(),
        ),
        key=("group", "person", "startDate"),
    ),
)

BY_ENTITY: Mapping[Entity, File] = {file.entity: file for file in FILES}
