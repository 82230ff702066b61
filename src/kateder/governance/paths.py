"""Where each released thing may stand in what goes out: EGIL bodies and sign-in claims.

`/` separates members, `*` stands for every item of a list. What is not listed here never leaves.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from kateder.governance.fields import Field
from kateder.governance.pseudonyms import Kind
from kateder.protocols.egil.types import USER_EXTENSION, ResourceType

CLAIMS: Final = "claims"
"""The resource type under which sign-in asks for its claims."""


@dataclass(frozen=True, slots=True)
class Identifier:
    """A value that must be a stored pseudonym of this kind, after an optional endpoint."""

    kind: Kind
    prefix: str = ""
    ties: bool = False
    """Whether standing here ties a person to a group or school (domain rule 8)."""


@dataclass(frozen=True, slots=True)
class Name:
    """The display name of a thing of this kind: an alias, a pseudonym, or what the policy allows."""

    kind: Kind


@dataclass(frozen=True, slots=True)
class Value:
    """A value that a plain test accepts."""

    accepts: Callable[[object], bool]


Check = Identifier | Name | Value
Rule = tuple[str, str, Check]
"""Resource type, path, and the check that the value must pass."""


def one_of(*allowed: str) -> Value:
    """Accept only these words."""
    return Value(frozenset(allowed).__contains__)


def _matching(pattern: str) -> Value:
    compiled = re.compile(pattern)
    return Value(lambda value: isinstance(value, str) and compiled.fullmatch(value) is not None)


def _school_year(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 13


CODE: Final = _matching(r"[A-ZÅÄÖa-zåäö0-9_-]{1,40}")
ADDRESS: Final = _matching(r"[^\s@]{1,100}@[^\s@]{1,150}")
TEXT: Final = _matching(r"(?!.*[0-9]{6}[-+ ]?[0-9T][0-9]{3})[^\r\n]{1,200}")
"""A name in the open. Anything shaped as a personal number in it stops the whole body."""
YEAR: Final = Value(_school_year)
CIVIC_NO: Final = _matching(r"[0-9]{8}[0-9T][0-9A-Z]{3}")


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

STRUCTURE: Final[tuple[Rule, ...]] = (
    *_head(_R.ORGANISATION, Kind.ORGANISATION),
    (_R.ORGANISATION, "displayName", Name(Kind.ORGANISATION)),
    *_head(_R.SCHOOL_UNIT_GROUP, Kind.ORGANISATION),
    (_R.SCHOOL_UNIT_GROUP, "displayName", Name(Kind.ORGANISATION)),
    *_head(_R.SCHOOL_UNIT, Kind.ORGANISATION),
    (_R.SCHOOL_UNIT, "displayName", Name(Kind.ORGANISATION)),
    *_reference(_R.SCHOOL_UNIT, "organisation", _R.ORGANISATION, Kind.ORGANISATION),
    *_reference(_R.SCHOOL_UNIT, "schoolUnitGroup", _R.SCHOOL_UNIT_GROUP, Kind.ORGANISATION),
    *_head(_R.USER, Kind.PERSON),
    (_R.USER, "displayName", Name(Kind.PERSON)),
    (_R.USER, "userName", Name(Kind.PERSON)),
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
"""What goes out from the pairwise level up: pseudonyms and names that reveal nothing."""

BY_FIELD: Final[dict[Field, tuple[Rule, ...]]] = {
    Field.GIVEN_NAME: ((_R.USER, "name/givenName", TEXT), (CLAIMS, "given_name", TEXT)),
    Field.FAMILY_NAME: ((_R.USER, "name/familyName", TEXT), (CLAIMS, "family_name", TEXT)),
    Field.USER_NAME: ((_R.USER, "userName", ADDRESS), (CLAIMS, "preferred_username", ADDRESS)),
    Field.EMAILS: ((_R.USER, "emails/*/value", ADDRESS), (CLAIMS, "email", ADDRESS)),
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
        (_R.SCHOOL_UNIT, "schoolUnitCode", _matching(r"[0-9]{8}")),
        (_R.SCHOOL_UNIT, "municipalityCode", _matching(r"[0-9]{4}")),
        (CLAIMS, "school_unit", TEXT),
    ),
    Field.GROUP_TYPE: ((_R.STUDENT_GROUP, "studentGroupType", CODE),),
    Field.DUTY_ROLE: ((_R.EMPLOYMENT, "employmentRole", TEXT),),
    Field.SIGNATURE: ((_R.EMPLOYMENT, "signature", CODE),),
}
"""What each approved field adds; a rule here is an alternative to one of the same path above."""

IN_THE_OPEN: Final[dict[Kind, tuple[Rule, ...]]] = {
    Kind.PERSON: ((_R.USER, "displayName", TEXT), (CLAIMS, "name", TEXT)),
    Kind.GROUP: ((_R.STUDENT_GROUP, "displayName", TEXT), (_R.ACTIVITY, "displayName", TEXT)),
}
"""What is added when the policy shows people, or groups and activities, by other names than aliases."""
