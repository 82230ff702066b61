"""A small OneRoster export: the same school as files of 1.1 and 1.2, and as a server's answers."""

from __future__ import annotations

import csv
import io
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from tests.sources.https import Answers, Asked

Rows = list[dict[str, str]]

COMMON: dict[str, Rows] = {
    "academicSessions": [
        {"sourcedId": "y1", "title": "26/27", "type": "schoolYear", "startDate": "2026-08-17",
         "endDate": "2027-06-11", "schoolYear": "2027"},
        {"sourcedId": "t1", "title": "HT 26", "type": "term", "startDate": "2026-08-17", "endDate": "2026-12-20",
         "parentSourcedId": "y1", "schoolYear": "2027"},
    ],
    "orgs": [
        {"sourcedId": "o1", "name": "Björkvikens kommun", "type": "district", "identifier": "2120009950"},
        {"sourcedId": "o2", "name": "Norrskolan", "type": "school", "identifier": "99010001", "parentSourcedId": "o1"},
    ],
    "demographics": [{"sourcedId": "u1", "birthDate": "2015-02-11", "sex": "female"}],
    "courses": [{"sourcedId": "c1", "title": "Matematik", "courseCode": "GRGRMAT01", "orgSourcedId": "o2"}],
    "classes": [
        {"sourcedId": "k1", "title": "5A", "grades": "05", "courseSourcedId": "c1", "classType": "homeroom",
         "schoolSourcedId": "o2", "termSourcedIds": "y1"},
        {"sourcedId": "k2", "title": "Matematik 5A", "grades": "05", "courseSourcedId": "c1", "classType": "scheduled",
         "schoolSourcedId": "o2", "termSourcedIds": "t1", "subjects": "Matematik,NO", "subjectCodes": "GRGRMAT01"},
    ],
    "enrollments": [
        {"sourcedId": "e1", "classSourcedId": "k1", "schoolSourcedId": "o2", "userSourcedId": "u1", "role": "student"},
        {"sourcedId": "e2", "classSourcedId": "k2", "schoolSourcedId": "o2", "userSourcedId": "u1", "role": "student",
         "beginDate": "2026-09-01"},
        {"sourcedId": "e3", "classSourcedId": "k2", "schoolSourcedId": "o2", "userSourcedId": "u2", "role": "teacher",
         "primary": "true"},
    ],
}  # fmt: skip
USERS: Rows = [
    {"sourcedId": "u1", "enabledUser": "true", "username": "alva01@bjorkviken.se", "givenName": "Alva",
     "familyName": "Lindgren", "userIds": "{personnummer:201502112384},{kort:77}", "agentSourcedIds": "u3",
     "grades": "05", "email": "alva@bjorkviken.se"},
    {"sourcedId": "u2", "enabledUser": "true", "username": "bo", "givenName": "Bo", "familyName": "Ek"},
    {"sourcedId": "u3", "enabledUser": "true", "username": "cia", "givenName": "Cia", "familyName": "Lindgren",
     "sms": "070-1234567"},
]  # fmt: skip
ROLES = {"u1": ("student", "o2"), "u2": ("teacher", "o2"), "u3": ("guardian", "o2")}


def files(version: str) -> dict[str, Rows]:
    """The files of a bulk export."""
    if version == "1.1":
        users = [
            row | {"role": ROLES[row["sourcedId"]][0], "orgSourcedIds": ROLES[row["sourcedId"]][1]} for row in USERS
        ]
        return {**COMMON, "users": users}
    roles = [
        {"sourcedId": f"r-{user}", "userSourcedId": user, "roleType": "primary", "role": role, "orgSourcedId": org}
        for user, (role, org) in ROLES.items()
    ]
    return {**COMMON, "users": list(USERS), "roles": roles}


def write(path: Path, sheets: Mapping[str, Rows], *, version: str = "1.2", mode: str = "bulk", age: int = 0) -> None:
    """Pack files with their manifest; `age` in seconds tells archives apart."""
    manifest = {"manifest.version": "1.0", "oneroster.version": version} | {f"file.{name}": mode for name in sheets}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        rows = [{"propertyName": name, "value": value} for name, value in manifest.items()]
        archive.writestr("manifest.csv", _text(rows))
        for name, content in sheets.items():
            archive.writestr(f"{name}.csv", _text(content))
    moment = 1_790_000_000 - age
    os.utime(path, (moment, moment))


def _text(rows: Rows) -> str:
    columns = list(dict.fromkeys(name for row in rows for name in row)) or ["sourcedId"]
    target = io.StringIO()
    writer = csv.DictWriter(target, columns, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return target.getvalue()


def _reference(key: str, kind: str) -> dict[str, str]:
    return {"sourcedId": key, "type": kind, "href": f"https://x.test/{kind}s/{key}"}


def objects(version: str) -> dict[str, list[dict[str, Any]]]:
    """The same as a server's objects."""
    lists: dict[str, list[dict[str, Any]]] = {}
    for name, rows in COMMON.items():
        lists[name] = [_object(row) for row in rows]
    lists["users"] = []
    for row in USERS:
        role, org = ROLES[row["sourcedId"]]
        one = {name: value for name, value in row.items() if name not in {"userIds", "agentSourcedIds", "grades"}}
        one |= {
            "userIds": [{"type": "personnummer", "identifier": "201502112384"}] if row["sourcedId"] == "u1" else [],
            "agents": [_reference("u3", "user")] if row["sourcedId"] == "u1" else [],
            "grades": ["05"] if row["sourcedId"] == "u1" else [],
        }
        own: dict[str, Any] = (
            {"role": role, "orgs": [_reference(org, "org")]}
            if version == "1.1"
            else {"roles": [{"roleType": "primary", "role": role, "org": _reference(org, "org")}]}
        )
        lists["users"].append(one | own)
    for rows in lists.values():
        for row in rows:
            row |= {"status": "active", "dateLastModified": "2026-11-01T08:00:00.000Z"}
    return lists


def _object(row: Mapping[str, str]) -> dict[str, Any]:
    one: dict[str, Any] = {}
    for name, value in row.items():
        if name.endswith("SourcedIds"):
            one[f"{name.removesuffix('SourcedIds')}s"] = [_reference(key, "term") for key in value.split(",")]
        elif name.endswith("SourcedId"):
            one[name.removesuffix("SourcedId")] = _reference(value, "x")
        else:
            one[name] = value.split(",") if name in {"grades", "subjects", "subjectCodes"} else value
    return one


class RosterServer:
    """A OneRoster server with paging, filter and X-Total-Count."""

    def __init__(self, version: str) -> None:
        self.lists = objects(version)
        self.knows_filters = True

    def __call__(self, asked: Asked) -> Answers:
        name = asked.path.rpartition("/")[2]
        if name not in self.lists:
            return Answers({"imsx_codeMajor": "failure"}, status=404)
        if "filter" in asked.query and not self.knows_filters:
            return Answers({"imsx_codeMajor": "failure"}, status=400)
        since = parse_qs(f"x={asked.query.get('filter', '')}").get("x", [""])[0].partition("'")[2].rstrip("'")
        rows = [row for row in self.lists[name] if row["dateLastModified"] > since]
        offset, limit = int(asked.query.get("offset", 0)), int(asked.query.get("limit", 100))
        return Answers({name: rows[offset : offset + limit]}, headers={"X-Total-Count": str(len(rows))})
