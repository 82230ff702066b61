"""Where each released thing may stand in plain bodies: what files and directories are made from.

One object per body, as in EGIL, with references as bare ids; `provisioning.plain` builds them.
"""

from typing import Final

from kateder.governance.fields import Field
from kateder.governance.paths.checks import (
    ADDRESS,
    CIVIC_NO,
    CODE,
    TEXT,
    YEAR,
    Check,
    Identifier,
    Name,
    Rule,
    Vocabulary,
    matching,
    one_of,
)
from kateder.governance.pseudonyms import Kind

_ORGANISATION: Final = Identifier(Kind.ORGANISATION)
_PERSON: Final = Identifier(Kind.PERSON, ties=True)


def _of(resource_type: str, rules: dict[str, Check]) -> list[Rule]:
    return [(resource_type, path, check) for path, check in rules.items()]


_STRUCTURE: Final[tuple[Rule, ...]] = (
    *_of("Organisation", {"id": _ORGANISATION, "displayName": Name(Kind.ORGANISATION)}),
    *_of("SchoolUnitGroup", {"id": _ORGANISATION, "displayName": Name(Kind.ORGANISATION)}),
    *_of(
        "SchoolUnit",
        {
            "id": _ORGANISATION,
            "displayName": Name(Kind.ORGANISATION),
            "organisation": _ORGANISATION,
            "schoolUnitGroup": _ORGANISATION,
        },
    ),
    *_of(
        "User",
        {
            "id": Identifier(Kind.PERSON),
            "role": one_of("pupil", "teacher"),
            "displayName": Name(Kind.PERSON),
            "userName": Name(Kind.PERSON),
            "enrolments/*/schoolUnit": _ORGANISATION,
        },
    ),
    *_of(
        "StudentGroup",
        {
            "id": Identifier(Kind.GROUP),
            "displayName": Name(Kind.GROUP),
            "schoolUnit": _ORGANISATION,
            "members/*": _PERSON,
        },
    ),
    *_of(
        "Employment",
        {"id": Identifier(Kind.DUTY), "user": _PERSON, "schoolUnit": _ORGANISATION},
    ),
    *_of(
        "Activity",
        {
            "id": Identifier(Kind.ACTIVITY),
            "displayName": Name(Kind.ACTIVITY),
            "schoolUnit": _ORGANISATION,
            "groups/*": Identifier(Kind.GROUP),
            "employments/*": Identifier(Kind.DUTY),
        },
    ),
)
_BY_FIELD: Final[dict[Field, tuple[Rule, ...]]] = {
    Field.GIVEN_NAME: (("User", "givenName", TEXT),),
    Field.FAMILY_NAME: (("User", "familyName", TEXT),),
    Field.USER_NAME: (("User", "userName", ADDRESS),),
    Field.EMAILS: (("User", "emails/*", ADDRESS),),
    Field.CIVIC_NO: (("User", "civicNo", CIVIC_NO),),
    Field.SCHOOL_YEAR: (("User", "enrolments/*/schoolYear", YEAR),),
    Field.SCHOOL_TYPE: (("User", "enrolments/*/schoolType", CODE), ("StudentGroup", "schoolType", CODE)),
    Field.PROGRAMME: (("User", "enrolments/*/programme", CODE),),
    Field.SCHOOL_UNIT: (
        ("SchoolUnit", "displayName", TEXT),
        ("SchoolUnitGroup", "displayName", TEXT),
        ("SchoolUnit", "schoolUnitCode", matching(r"[0-9]{8}")),
        ("SchoolUnit", "municipalityCode", matching(r"[0-9]{4}")),
    ),
    Field.GROUP_TYPE: (("StudentGroup", "groupType", CODE),),
    Field.DUTY_ROLE: (("Employment", "role", TEXT),),
    Field.SIGNATURE: (("Employment", "signature", CODE),),
}
_IN_THE_OPEN: Final[dict[Kind, tuple[Rule, ...]]] = {
    Kind.PERSON: (("User", "displayName", TEXT),),
    Kind.GROUP: (("StudentGroup", "displayName", TEXT), ("Activity", "displayName", TEXT)),
}

PLAIN: Final = Vocabulary(
    name="plain",
    structure=_STRUCTURE,
    by_field=_BY_FIELD,
    in_the_open=_IN_THE_OPEN,
    speaks_of={"User": "id", "Employment": "user"},
    identity="id",
)
