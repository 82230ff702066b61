"""The bodies of one small school, as the public reference client writes them."""

from __future__ import annotations

from typing import Any

Body = dict[str, Any]
SIS = "urn:scim:schemas:extension:sis:school:1.0:"
CORE = "urn:ietf:params:scim:schemas:core:2.0:User"
AUTHORITY, SCHOOL, UNIT, OTHER_UNIT, ELSA, TOVE, GROUP, JOB, ACTIVITY = (
    f"00000000-0000-4000-8000-00000000000{number}" for number in range(1, 10)
)


def ref(endpoint: str, id_: str, **more: Any) -> Body:
    """A reference."""
    return {"value": id_, "$ref": f"{endpoint}/{id_}", **more}


def organisation() -> Body:
    return {"schemas": [f"{SIS}Organisation"], "externalId": AUTHORITY, "displayName": "Kommunen"}


def school() -> Body:
    return {"schemas": [f"{SIS}SchoolUnitGroup"], "externalId": SCHOOL, "displayName": "Skolan"}


def unit(id_: str = UNIT) -> Body:
    return {
        "schemas": [f"{SIS}SchoolUnit"], "externalId": id_, "displayName": "Skolans enhet",
        "schoolUnitCode": "11111111", "schoolUnitGroup": ref("SchoolUnitGroups", SCHOOL),
        "organisation": ref("Organisations", AUTHORITY), "municipalityCode": "9999",
    }  # fmt: skip


def pupil(id_: str = ELSA, *, units: tuple[str, ...] = (UNIT,), **more: Any) -> Body:
    return {
        "schemas": [CORE, f"{SIS}User"], "externalId": id_, "userName": f"elsa-{id_[-4:]}@skola.example",
        "displayName": "Elsa Åberg", "name": {"familyName": "Åberg", "givenName": "Elsa"},
        "emails": [{"value": "elsa@skola.example"}],
        f"{SIS}User": {"enrolments": [ref("SchoolUnits", unit, schoolYear=6) for unit in units]}, **more,
    }  # fmt: skip


def teacher() -> Body:
    return {
        "schemas": [CORE, f"{SIS}User"], "externalId": TOVE, "userName": "tove@skola.example",
        "displayName": "Tove Lind", "name": {"familyName": "Lind", "givenName": "Tove"}, "emails": [],
    }  # fmt: skip


def group(members: tuple[str, ...] = (ELSA,)) -> Body:
    return {
        "schemas": [f"{SIS}StudentGroup"], "externalId": GROUP, "displayName": "6A", "studentGroupType": "Klass",
        "owner": ref("SchoolUnits", UNIT), "studentMemberships": [ref("Users", member) for member in members],
    }  # fmt: skip


def employment() -> Body:
    return {
        "schemas": [f"{SIS}Employment"], "externalId": JOB, "employedAt": ref("SchoolUnits", UNIT),
        "user": ref("Users", TOVE), "employmentRole": "Lärare", "signature": "tove",
    }  # fmt: skip


def activity() -> Body:
    return {
        "schemas": [f"{SIS}Activity"], "externalId": ACTIVITY, "displayName": "6A-Activity",
        "owner": ref("SchoolUnits", UNIT), "groups": [ref("StudentGroups", GROUP)],
        "teachers": [ref("Employments", JOB)],
    }  # fmt: skip


def everything() -> list[tuple[str, Body]]:
    """In the order in which the reference client sends."""
    return [
        ("Organisations", organisation()), ("SchoolUnitGroups", school()), ("SchoolUnits", unit()),
        ("Users", pupil()), ("Users", teacher()), ("StudentGroups", group()), ("Employments", employment()),
        ("Activities", activity()),
    ]  # fmt: skip
