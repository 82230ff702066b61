"""SS 12000:2020: the standard's code lists as versioned data, and its names.

The lists lie as TOML files in `codes/`, one per list, with the days from which and until which each value
is in force and what replaced it. A value that is out of force is still read, and mapped to its successor,
but never shown (SS 12000:2020; särskola became anpassad skola on 2 July 2023). `school_years` says what the
number of a school year means on a day, `study_kinds` when courses and subjects with levels are studied.
"""

from kateder.protocols.ss12000.code_lists import (
    ACTIVITY_TYPE,
    ASSIGNMENT_ROLE_TYPE,
    CONTENT_TYPE,
    DUTY_ROLE,
    GROUP_TYPE,
    ORGANISATION_TYPE,
    PERSON_STATUS,
    PLACEMENT_REASON,
    PROGRAMME_TYPE,
    RELATION_TYPE,
    SCHOOL_TYPE,
    SECURITY_MARKING,
    SEX,
    Code,
    CodeList,
    UnknownCode,
)

__all__ = [
    "ACTIVITY_TYPE",
    "ASSIGNMENT_ROLE_TYPE",
    "CONTENT_TYPE",
    "DUTY_ROLE",
    "GROUP_TYPE",
    "ORGANISATION_TYPE",
    "PERSON_STATUS",
    "PLACEMENT_REASON",
    "PROGRAMME_TYPE",
    "RELATION_TYPE",
    "SCHOOL_TYPE",
    "SECURITY_MARKING",
    "SEX",
    "Code",
    "CodeList",
    "UnknownCode",
]
