"""Where each released thing may stand in OneRoster 1.2 bodies, as they are kept in a client's edition.

An address in a reference is kept without the server's own name, as `~/users/…`. Courses, sessions and enrolments have
no pseudonym: their ids are made (RFC 9562 §5.5) of the ids of what they hold.
"""

from typing import Final

from kateder.governance.fields import Field
from kateder.governance.paths.checks import (
    ADDRESS,
    CIVIC_NO,
    TEXT,
    TEXT_OR_NOTHING,
    Check,
    Identifier,
    Name,
    NamePart,
    Rule,
    Value,
    Vocabulary,
    matching,
    one_of,
)
from kateder.governance.pseudonyms import Kind

_MADE: Final = r"[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
_PEOPLE, _ORGS, _CLASSES = "users", "orgs", "classes"
_COURSES, _SESSIONS, _ENROLMENTS = "courses", "academicSessions", "enrollments"
_DAY: Final = matching(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _head(resource: str, kind: Kind | None) -> list[Rule]:
    return [
        (resource, "sourcedId", matching(_MADE) if kind is None else Identifier(kind)),
        (resource, "status", one_of("active")),
        # The time is put there when the row is written.
        (resource, "dateLastModified", Value(lambda value: value == 0)),
    ]


def _refers(resource: str, path: str, to: str, called: str, kind: Kind | None = None) -> list[Rule]:
    sourced_id: Check = matching(_MADE)
    href: Check = matching(f"~/{to}/{_MADE}")
    if kind is not None:
        ties = kind is Kind.PERSON
        sourced_id, href = Identifier(kind, ties=ties), Identifier(kind, f"~/{to}/", ties)
    return [
        (resource, f"{path}/sourcedId", sourced_id),
        (resource, f"{path}/href", href),
        (resource, f"{path}/type", one_of(called)),
    ]


_STRUCTURE: Final[tuple[Rule, ...]] = (
    *_head(_ORGS, Kind.ORGANISATION),
    (_ORGS, "name", Name(Kind.ORGANISATION)),
    (_ORGS, "type", one_of("school", "district", "local", "department")),
    (_ORGS, "identifier", Identifier(Kind.ORGANISATION)),
    *_refers(_ORGS, "parent", _ORGS, "org", Kind.ORGANISATION),
    *_refers(_ORGS, "children/*", _ORGS, "org", Kind.ORGANISATION),
    *_head(_PEOPLE, Kind.PERSON),
    (_PEOPLE, "enabledUser", one_of("true")),
    (_PEOPLE, "username", Identifier(Kind.PERSON)),
    (_PEOPLE, "givenName", NamePart(Kind.PERSON)),
    (_PEOPLE, "familyName", NamePart(Kind.PERSON)),
    (_PEOPLE, "roles/*/roleType", one_of("primary", "secondary")),
    (_PEOPLE, "roles/*/role", one_of("student", "teacher")),
    *_refers(_PEOPLE, "roles/*/org", _ORGS, "org", Kind.ORGANISATION),
    *_refers(_PEOPLE, "primaryOrg", _ORGS, "org", Kind.ORGANISATION),
    *_head(_CLASSES, Kind.GROUP),
    (_CLASSES, "title", Name(Kind.GROUP)),
    (_CLASSES, "classType", one_of("scheduled")),
    *_refers(_CLASSES, "course", _COURSES, "course"),
    *_refers(_CLASSES, "school", _ORGS, "org", Kind.ORGANISATION),
    *_refers(_CLASSES, "terms/*", _SESSIONS, "academicSession"),
    *_head(_COURSES, None),
    (_COURSES, "title", one_of("Undervisning")),
    (_COURSES, "courseCode", one_of("")),
    *_refers(_COURSES, "org", _ORGS, "org", Kind.ORGANISATION),
    *_refers(_COURSES, "schoolYear", _SESSIONS, "academicSession"),
    *_head(_ENROLMENTS, None),
    *_refers(_ENROLMENTS, "user", _PEOPLE, "user", Kind.PERSON),
    *_refers(_ENROLMENTS, "class", _CLASSES, "class", Kind.GROUP),
    *_refers(_ENROLMENTS, "school", _ORGS, "org", Kind.ORGANISATION),
    (_ENROLMENTS, "role", one_of("student", "teacher")),
    *_head(_SESSIONS, None),
    (_SESSIONS, "title", matching(r"(HT|VT|Läsåret) [0-9/]{4,9}")),
    (_SESSIONS, "type", one_of("schoolYear", "term", "gradingPeriod")),
    (_SESSIONS, "startDate", _DAY),
    (_SESSIONS, "endDate", _DAY),
    (_SESSIONS, "schoolYear", matching(r"[0-9]{4}")),
    *_refers(_SESSIONS, "parent", _SESSIONS, "academicSession"),
    *_refers(_SESSIONS, "children/*", _SESSIONS, "academicSession"),
)
_BY_FIELD: Final[dict[Field, tuple[Rule, ...]]] = {
    Field.GIVEN_NAME: ((_PEOPLE, "givenName", TEXT),),
    Field.FAMILY_NAME: ((_PEOPLE, "familyName", TEXT),),
    Field.USER_NAME: ((_PEOPLE, "username", ADDRESS),),
    Field.EMAILS: ((_PEOPLE, "email", ADDRESS),),
    Field.CIVIC_NO: (
        (_PEOPLE, "userIds/*/type", one_of("personnummer")),
        (_PEOPLE, "userIds/*/identifier", CIVIC_NO),
    ),
    Field.SCHOOL_YEAR: ((_PEOPLE, "grades/*", matching("KG|[0-9]{2}")),),
    Field.SCHOOL_UNIT: ((_ORGS, "name", TEXT), (_ORGS, "identifier", matching(r"[0-9]{8}"))),
    Field.GROUP_TYPE: ((_CLASSES, "classType", one_of("homeroom")),),
}
_IN_THE_OPEN: Final[dict[Kind, tuple[Rule, ...]]] = {
    Kind.PERSON: ((_PEOPLE, "givenName", TEXT), (_PEOPLE, "familyName", TEXT_OR_NOTHING)),
    Kind.GROUP: ((_CLASSES, "title", TEXT),),
}

ONEROSTER: Final = Vocabulary(
    name="oneroster",
    structure=_STRUCTURE,
    by_field=_BY_FIELD,
    in_the_open=_IN_THE_OPEN,
    speaks_of={_PEOPLE: "sourcedId", _ENROLMENTS: "user/sourcedId"},
    identity="sourcedId",
    places=("roles", "primaryOrg"),
)
