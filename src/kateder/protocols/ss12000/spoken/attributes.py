"""What the standard says of the attributes that a source delivers: names, code lists, references, dates, lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kateder.protocols.ss12000 import code_lists
from kateder.protocols.ss12000.code_lists import CodeList


@dataclass(frozen=True, slots=True)
class Coded:
    """An attribute with a code list. `otherwise` stands for a value that is not in it; None leaves it as it came."""

    codes: CodeList
    otherwise: str | None = None


# An unknown marking protects: whoever wrote it meant something. An unknown kind of thing is the list's own "other".
CODED: Mapping[str, Coded] = {
    "organisationType": Coded(code_lists.ORGANISATION_TYPE, "Övrigt"),
    "schoolType": Coded(code_lists.SCHOOL_TYPE),
    "schoolTypes": Coded(code_lists.SCHOOL_TYPE),
    "sex": Coded(code_lists.SEX, "Okänt"),
    "securityMarking": Coded(code_lists.SECURITY_MARKING, "Sekretessmarkering"),
    "personStatus": Coded(code_lists.PERSON_STATUS, "Aktiv"),
    "relationType": Coded(code_lists.RELATION_TYPE),
    "dutyRole": Coded(code_lists.DUTY_ROLE, "Annan personal"),
    "groupType": Coded(code_lists.GROUP_TYPE, "Övrigt"),
    "activityType": Coded(code_lists.ACTIVITY_TYPE, "Övrigt"),
}
_REFERENCES = """
    child duty dutyAt enroledAt group grader offeredAt organisation parentActivity parentOrganisation
    parentProgramme person placedAt programme student syllabus
"""
_LISTS = """
    addresses assignmentRole eduPersonPrincipalNames emails enrolments externalIdentifiers
    groupMemberships groups offeredProgrammes offeredSyllabuses owners phoneNumbers responsibles schoolTypes
    syllabuses teachers
"""
_OTHERS = """
    assignmentRoleType calendarEventsRequired cancelled civicNo code comment contactInfo content context country
    countyCode courseCode courseName created curriculum description displayName dutyPercent educationCode email
    endSchoolYear familyName givenName globallyUnique hours hoursPerYear id info infoType languageCode locality
    maxWeeklyScheduleHours meta middleName minutesPlanned mobile modified municipalityCode name nationality note
    notes official organisationCode organisationNumber phoneNumber photo points postalCode realEstateDesignation
    reason schoolUnitCode schoolYear signature specialisationCourseContent specification startSchoolYear
    streetAddress subjectCode subjectDesignation subjectName title titleEngish type url value
"""
REFERENCES = frozenset(_REFERENCES.split())
REFERENCE_LISTS = frozenset({"groups", "owners", "offeredProgrammes", "offeredSyllabuses"})
DATES = frozenset({"birthDate", "endDate", "startDate"})
LISTS = frozenset(_LISTS.split())
VALUES = frozenset({"emails", "phoneNumbers"})
"""Lists of objects that some systems write as lists of text: the text is the object's `value`."""

NAMES = frozenset(_OTHERS.split()) | CODED.keys() | REFERENCES | REFERENCE_LISTS | DATES | LISTS
BY_CASE: Mapping[str, str] = {name.casefold(): name for name in sorted(NAMES)}
