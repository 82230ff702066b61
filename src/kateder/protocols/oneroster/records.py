"""One form for what OneRoster tells, from CSV rows and REST objects, in 1.1 and 1.2.

A record is a dict of text, lists of text, and for roles and user ids lists of dicts. References are sourcedIds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

RESOURCES = (
    "academicSessions",
    "orgs",
    "users",
    "roles",
    "demographics",
    "courses",
    "classes",
    "enrollments",
)
"""`roles` is a file of 1.2; over REST the roles are in the users."""

Record = dict[str, Any]
_USER_ID = re.compile(r"\{([^:{}]+):([^{}]*)\}")
_PLAIN: Mapping[str, Sequence[str]] = {
    "academicSessions": ("title", "type", "startDate", "endDate", "schoolYear"),
    "orgs": ("name", "type", "identifier"),
    "users": ("givenName", "familyName", "middleName", "username", "identifier", "email", "sms", "phone"),
    "roles": ("role", "roleType", "beginDate", "endDate"),
    "demographics": ("birthDate", "birthdate", "sex"),
    "courses": ("title", "courseCode"),
    "classes": ("title", "classCode", "classType"),
    "enrollments": ("role", "primary", "beginDate", "endDate"),
}
# In the record: the column of CSV, the attribute of REST.
_REFERENCES: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "academicSessions": {"parent": ("parentSourcedId", "parent")},
    "orgs": {"parent": ("parentSourcedId", "parent")},
    "users": {"primaryOrg": ("primaryOrgSourcedId", "primaryOrg")},
    "roles": {"user": ("userSourcedId", "user"), "org": ("orgSourcedId", "org")},
    "courses": {"org": ("orgSourcedId", "org")},
    "classes": {"course": ("courseSourcedId", "course"), "school": ("schoolSourcedId", "school")},
    "enrollments": {
        "class": ("classSourcedId", "class"),
        "school": ("schoolSourcedId", "school"),
        "user": ("userSourcedId", "user"),
    },
}
_MANY: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "users": {"orgs": ("orgSourcedIds", "orgs"), "agents": ("agentSourcedIds", "agents")},
    "classes": {"terms": ("termSourcedIds", "terms")},
}
_LISTS: Mapping[str, Sequence[str]] = {
    "users": ("grades",),
    "courses": ("subjects", "subjectCodes", "grades"),
    "classes": ("subjects", "subjectCodes", "grades"),
}


def from_csv(resource: str, row: Mapping[str, str]) -> Record | None:
    """A record from a row of a file; None where it has no sourcedId. In bulk files `status` is empty: active."""
    record = _record(resource, row, place=0, one=_text, many=_split)
    if record is not None and resource == "users":
        record["userIds"] = [{"type": kind, "id": value} for kind, value in _USER_ID.findall(row.get("userIds", ""))]
        record["roles"] = _roles_of_1p1(row.get("role", ""), record)
    return record


def from_json(resource: str, given: Any) -> Record | None:
    """A record from an object of a REST answer; None where it is no object with a sourcedId."""
    if not isinstance(given, Mapping):
        return None
    record = _record(resource, given, place=1, one=_referred, many=_all_referred)
    if record is not None and resource == "users":
        record["userIds"] = [
            {"type": _text(one.get("type")), "id": _text(one.get("identifier"))}
            for one in _objects(given.get("userIds"))
        ]
        record["roles"] = [
            {
                "role": _text(one.get("role")), "org": _referred(one.get("org")),
                "beginDate": _text(one.get("beginDate"))[:10], "endDate": _text(one.get("endDate"))[:10],
            }
            for one in _objects(given.get("roles"))
        ] or _roles_of_1p1(_text(given.get("role")), record)  # fmt: skip
    return record


def is_gone(given: Mapping[str, Any]) -> bool:
    """Whether a row or object says that the thing is no more (`tobedeleted`; some write `inactive`)."""
    return _text(given.get("status")).casefold() in {"tobedeleted", "inactive"}


def _record(
    resource: str,
    given: Mapping[str, Any],
    *,
    place: int,
    one: Callable[[Any], str],
    many: Callable[[Any], list[str]],
) -> Record | None:
    key = _text(given.get("sourcedId"))
    if not key:
        return None
    record: Record = {"sourcedId": key}
    record |= {name: _text(given.get(name)) for name in _PLAIN[resource]}
    record |= {name: one(given.get(names[place])) for name, names in _REFERENCES.get(resource, {}).items()}
    record |= {name: many(given.get(names[place])) for name, names in _MANY.get(resource, {}).items()}
    record |= {name: _split(given.get(name)) for name in _LISTS.get(resource, ())}
    return record


def _roles_of_1p1(role: str, record: Record) -> list[dict[str, str]]:
    """In 1.1 a user has one role, at each of its organisations."""
    if not role:
        return []
    return [{"role": role, "org": org, "beginDate": "", "endDate": ""} for org in record["orgs"]]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).strip() if isinstance(value, (str, int, float)) else ""


def _split(value: Any) -> list[str]:
    """Several values in one cell are separated by comma (1.2 CSV Binding §2.4); over REST they are a list."""
    parts = value if isinstance(value, list) else _text(value).split(",")
    return [text for part in parts if (text := _text(part))]


def _referred(value: Any) -> str:
    return _text(value.get("sourcedId")) if isinstance(value, Mapping) else _text(value)


def _all_referred(value: Any) -> list[str]:
    return [found for one in value if (found := _referred(one))] if isinstance(value, list) else []


def _objects(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []
