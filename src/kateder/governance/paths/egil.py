"""Where each released thing may stand in EGIL bodies and sign-in claims.

`/` separates members, `*` stands for every item of a list. What is not listed here never leaves.
"""

from typing import Final

from kateder.governance.fields import Field
from kateder.governance.paths.checks import (
    ADDRESS,
    CIVIC_NO,
    CODE,
    TEST,
    TEXT,
    YEAR,
    Identifier,
    Name,
    NamePart,
    Rule,
    UserName,
    Vocabulary,
    matching,
    one_of,
)
from kateder.governance.pseudonyms import Kind
from kateder.protocols.egil.types import NO_UNIT, USER_EXTENSION, ResourceType

CLAIMS: Final = "claims"
"""The resource type under which sign-in asks for its claims."""


def _reference(resource: ResourceType, path: str, target: ResourceType, kind: Kind) -> list[Rule]:
    ties = kind is Kind.PERSON
    return [
        (resource, f"{path}/value", Identifier(kind, ties=ties)),
        (resource, f"{path}/$ref", Identifier(kind, f"{target.endpoint}/", ties)),
    ]


def _head(resource: ResourceType, kind: Kind) -> list[Rule]:
    return [
        (resource, "schemas/*", one_of(*resource.schemas)),
        (resource, "externalId", Identifier(kind)),
    ]


_R = ResourceType
_ENROLMENT: Final = f"{USER_EXTENSION}/enrolments/*"

_STRUCTURE: Final[tuple[Rule, ...]] = (
    *_head(_R.ORGANISATION, Kind.ORGANISATION),
    (_R.ORGANISATION, "displayName", Name(Kind.ORGANISATION)),
    *_head(_R.SCHOOL_UNIT_GROUP, Kind.ORGANISATION),
    (_R.SCHOOL_UNIT_GROUP, "displayName", Name(Kind.ORGANISATION)),
    *_head(_R.SCHOOL_UNIT, Kind.ORGANISATION),
    (_R.SCHOOL_UNIT, "displayName", Name(Kind.ORGANISATION)),
    (_R.SCHOOL_UNIT, "schoolUnitCode", one_of(NO_UNIT)),
    *_reference(_R.SCHOOL_UNIT, "organisation", _R.ORGANISATION, Kind.ORGANISATION),
    *_reference(_R.SCHOOL_UNIT, "schoolUnitGroup", _R.SCHOOL_UNIT_GROUP, Kind.ORGANISATION),
    *_head(_R.USER, Kind.PERSON),
    (_R.USER, "displayName", Name(Kind.PERSON)),
    (_R.USER, "userName", UserName(Kind.PERSON)),
    (_R.USER, "name/givenName", NamePart(Kind.PERSON)),
    (_R.USER, "name/familyName", NamePart(Kind.PERSON)),
    *_reference(_R.USER, _ENROLMENT, _R.SCHOOL_UNIT, Kind.ORGANISATION),
    *_head(_R.STUDENT_GROUP, Kind.GROUP),
    (_R.STUDENT_GROUP, "displayName", Name(Kind.GROUP)),
    (_R.STUDENT_GROUP, "studentGroupType", one_of("Undervisning")),
    *_reference(_R.STUDENT_GROUP, "owner", _R.SCHOOL_UNIT, Kind.ORGANISATION),
    *_reference(_R.STUDENT_GROUP, "studentMemberships/*", _R.USER, Kind.PERSON),
    *_head(_R.EMPLOYMENT, Kind.DUTY),
    *_reference(_R.EMPLOYMENT, "employedAt", _R.SCHOOL_UNIT, Kind.ORGANISATION),
    *_reference(_R.EMPLOYMENT, "user", _R.USER, Kind.PERSON),
    (_R.EMPLOYMENT, "employmentRole", one_of("Lärare")),
    *_head(_R.ACTIVITY, Kind.ACTIVITY),
    (_R.ACTIVITY, "displayName", Name(Kind.ACTIVITY)),
    *_reference(_R.ACTIVITY, "owner", _R.SCHOOL_UNIT, Kind.ORGANISATION),
    *_reference(_R.ACTIVITY, "groups/*", _R.STUDENT_GROUP, Kind.GROUP),
    *_reference(_R.ACTIVITY, "teachers/*", _R.EMPLOYMENT, Kind.DUTY),
    (CLAIMS, "sub", Identifier(Kind.PERSON)),
    (CLAIMS, "name", Name(Kind.PERSON)),
    (CLAIMS, "preferred_username", Name(Kind.PERSON)),
    (CLAIMS, "role", one_of("pupil", "teacher")),
)
_BY_FIELD: Final[dict[Field, tuple[Rule, ...]]] = {
    Field.GIVEN_NAME: ((_R.USER, "name/givenName", TEXT), (CLAIMS, "given_name", TEXT)),
    Field.FAMILY_NAME: ((_R.USER, "name/familyName", TEXT), (CLAIMS, "family_name", TEXT)),
    Field.USER_NAME: ((_R.USER, "userName", ADDRESS), (CLAIMS, "preferred_username", ADDRESS)),
    Field.EMAILS: (
        (_R.USER, "emails/*/value", ADDRESS),
        # A service may want the address as the user name: the same value at another place.
        (_R.USER, "userName", ADDRESS),
        (CLAIMS, "email", ADDRESS),
    ),
    Field.CIVIC_NO: ((_R.USER, f"{USER_EXTENSION}/civicNo", CIVIC_NO),),
    Field.SCHOOL_YEAR: ((_R.USER, f"{_ENROLMENT}/schoolYear", YEAR), (CLAIMS, "school_year", YEAR)),
    Field.SCHOOL_TYPE: (
        (_R.USER, f"{_ENROLMENT}/schoolType", CODE),
        (_R.STUDENT_GROUP, "schoolType", CODE),
    ),
    Field.PROGRAMME: ((_R.USER, f"{_ENROLMENT}/programCode", CODE),),
    Field.SCHOOL_UNIT: (
        (_R.SCHOOL_UNIT, "displayName", TEXT),
        (_R.SCHOOL_UNIT_GROUP, "displayName", TEXT),
        (_R.SCHOOL_UNIT, "schoolUnitCode", matching(r"[0-9]{8}")),
        (_R.SCHOOL_UNIT, "municipalityCode", matching(r"[0-9]{4}")),
        (CLAIMS, "school_unit", TEXT),
    ),
    Field.GROUP_TYPE: ((_R.STUDENT_GROUP, "studentGroupType", CODE),),
    Field.DUTY_ROLE: ((_R.EMPLOYMENT, "employmentRole", TEXT),),
    Field.SIGNATURE: ((_R.EMPLOYMENT, "signature", CODE),),
    Field.TEST_ACTIVITY: ((_R.ACTIVITY, "parentActivity/*/value", TEST),),
}
_IN_THE_OPEN: Final[dict[Kind, tuple[Rule, ...]]] = {
    Kind.PERSON: ((_R.USER, "displayName", TEXT), (CLAIMS, "name", TEXT)),
    Kind.GROUP: ((_R.STUDENT_GROUP, "displayName", TEXT), (_R.ACTIVITY, "displayName", TEXT)),
}

EGIL: Final = Vocabulary(
    name="egil",
    structure=_STRUCTURE,
    by_field=_BY_FIELD,
    in_the_open=_IN_THE_OPEN,
    speaks_of={_R.USER.value: "externalId", _R.EMPLOYMENT.value: "user/value", CLAIMS: "sub"},
)
