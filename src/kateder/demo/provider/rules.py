"""What a strict EGIL server accepts, member by member.

Written from the recorded bodies of the reference client, not from Kateder's builders: an error that the
builders make must fail here. An unknown member is an error too.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

SIS = "urn:scim:schemas:extension:sis:school:1.0:"
SCIM_USER = "urn:ietf:params:scim:schemas:core:2.0:User"

# Old validators accept the versions 1 to 5, and identifiers are written in lower case.
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")

Check = Callable[[Any], Iterator[str]]


@dataclass(frozen=True, slots=True)
class Shape:
    """The members an object must and may have."""

    must: Mapping[str, Check]
    may: Mapping[str, Check]

    def __call__(self, value: object) -> Iterator[str]:
        """Give one sentence for each thing that is wrong."""
        if not isinstance(value, dict):
            yield "must be an object"
            return
        for name in self.must.keys() - value.keys():
            yield f"{name} is missing"
        for name, member in value.items():
            check = self.must.get(name) or self.may.get(name)
            if check is None:
                yield f"{name} is not known here"
            else:
                yield from (f"{name}: {wrong}" for wrong in check(member))


def text(value: object) -> Iterator[str]:
    """Accept a string that says something."""
    if not isinstance(value, str) or not value.strip():
        yield "must be a non-empty string"


def identifier(value: object) -> Iterator[str]:
    """Accept a UUID in lower case."""
    if not isinstance(value, str) or not UUID.fullmatch(value):
        yield "must be a UUID in lower case"


def number(value: object) -> Iterator[str]:
    """Accept a whole number."""
    if not isinstance(value, int) or isinstance(value, bool):
        yield "must be a whole number"


def matching(pattern: str) -> Check:
    """Accept strings of a pattern."""
    compiled = re.compile(pattern)

    def check(value: object) -> Iterator[str]:
        if not isinstance(value, str) or not compiled.fullmatch(value):
            yield f"must match {pattern}"

    return check


def exactly(wanted: list[str]) -> Check:
    """Accept this list in any order."""

    def check(value: object) -> Iterator[str]:
        if not isinstance(value, list) or sorted(map(str, value)) != sorted(wanted):
            yield f"must be {wanted}"

    return check


def list_of(item: Check) -> Check:
    """Accept a list whose every item is accepted, without repeated items."""

    def check(value: object) -> Iterator[str]:
        if not isinstance(value, list):
            yield "must be a list"
            return
        for place, member in enumerate(value):
            yield from (f"[{place}] {wrong}" for wrong in item(member))
        if len({repr(member) for member in value}) < len(value):
            yield "has the same item twice"

    return check


def reference(collection: str, **also: Check) -> Check:
    """Accept a reference to a resource of a collection, written twice over as EGIL does."""
    shape = Shape({"value": identifier, "$ref": text}, also)

    def check(value: object) -> Iterator[str]:
        yield from shape(value)
        if isinstance(value, dict) and value.get("$ref") != f"{collection}/{value.get('value')}":
            yield f"$ref must be {collection}/ and the value"

    return check


def _resource(kind: str, must: Mapping[str, Check], may: Mapping[str, Check]) -> Shape:
    common = {"schemas": exactly([SIS + kind]), "externalId": identifier}
    return Shape({**common, **must}, may)


_ENROLMENT = reference("SchoolUnits", schoolYear=number, schoolType=text, programCode=text)

RULES: Mapping[str, Shape] = {
    "Organisations": _resource("Organisation", {"displayName": text}, {}),
    "SchoolUnitGroups": _resource("SchoolUnitGroup", {"displayName": text}, {}),
    "SchoolUnits": _resource(
        "SchoolUnit",
        {"displayName": text},
        {
            "schoolUnitCode": matching("[0-9]{8}"),
            "schoolUnitGroup": reference("SchoolUnitGroups"),
            "organisation": reference("Organisations"),
            "municipalityCode": matching("[0-9]{4}"),
        },
    ),
    "Users": Shape(
        {
            "schemas": exactly([SCIM_USER, SIS + "User"]),
            "externalId": identifier,
            "userName": text,
            "displayName": text,
        },
        {
            "name": Shape({}, {"familyName": text, "givenName": text}),
            "emails": list_of(Shape({"value": text}, {})),
            SIS + "User": Shape(
                {}, {"enrolments": list_of(_ENROLMENT), "civicNo": matching("[0-9]{8}[0-9TR][0-9A-Z]{3}")}
            ),
        },
    ),
    "StudentGroups": _resource(
        "StudentGroup",
        {
            "displayName": text,
            "owner": reference("SchoolUnits"),
            "studentMemberships": list_of(reference("Users")),
        },
        {"studentGroupType": text, "schoolType": text},
    ),
    "Employments": _resource(
        "Employment",
        {"employedAt": reference("SchoolUnits"), "user": reference("Users"), "employmentRole": text},
        {"signature": text},
    ),
    "Activities": _resource(
        "Activity",
        {
            "displayName": text,
            "owner": reference("SchoolUnits"),
            "groups": list_of(reference("StudentGroups")),
            "teachers": list_of(reference("Employments")),
        },
        {"parentActivity": list_of(Shape({"value": identifier}, {}))},
    ),
}


def faults_of(collection: str, body: object) -> list[str]:
    """Give what is wrong with a body sent to a collection; empty when it is accepted."""
    return list(RULES[collection](body))


def points_at(body: object) -> Iterator[str]:
    """Give every `Collection/id` that a body refers to."""
    if isinstance(body, dict):
        if isinstance(body.get("$ref"), str):
            yield body["$ref"]
        for member in body.values():
            yield from points_at(member)
    elif isinstance(body, list):
        for member in body:
            yield from points_at(member)
