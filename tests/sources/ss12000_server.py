"""A small SS 12000 server: as the standard says, or deviating in the ways that a test names."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.sources.https import Answers, Asked

UNIT = "aaaaaaaa-0000-4000-8000-000000000003"
PUPIL = "bbbbbbbb-0000-4000-8000-000000000001"
TEACHER = "bbbbbbbb-0000-4000-8000-000000000002"
GUARDIAN = "bbbbbbbb-0000-4000-8000-000000000003"
GROUP = "cccccccc-0000-4000-8000-000000000001"
DUTY = "dddddddd-0000-4000-8000-000000000001"
ACTIVITY = "eeeeeeee-0000-4000-8000-000000000001"
SYLLABUS = "ffffffff-0000-4000-8000-000000000001"
EARLY = "2026-11-01T08:00:00+01:00"

Rows = dict[str, list[dict[str, Any]]]


def _organisation(number: int, name: str, kind: str, parent: int | None) -> dict[str, Any]:
    row = {"id": f"{UNIT[:-1]}{number}", "displayName": name, "organisationType": kind}
    return row if parent is None else {**row, "parentOrganisation": {"id": f"{UNIT[:-1]}{parent}"}}


SCHOOL: Rows = {
    "organisations": [
        _organisation(1, "Björkvikens kommun", "Huvudman", None),
        _organisation(2, "Norrskolan (skola)", "Skola", 1),
        _organisation(3, "Norrskolan", "Skolenhet", 2) | {"schoolUnitCode": "99010001", "schoolTypes": ["GR", "FTH"]},
    ],
    "persons": [
        {
            "id": PUPIL, "givenName": "Alva", "familyName": "Lindgren", "personStatus": "Aktiv",
            "civicNo": {"value": "201502112384", "nationality": "SE"}, "securityMarking": "Ingen",
            "emails": [{"value": "alva@bjorkviken.se", "type": "Skola"}],
            "eduPersonPrincipalNames": ["alva01@bjorkviken.se"],
            "enrolments": [
                {"enroledAt": {"id": UNIT}, "schoolType": "GR", "schoolYear": 5, "startDate": "2026-08-17"}
            ],
            "responsibles": [{"person": {"id": GUARDIAN}, "relationType": "Vårdnadshavare"}],
        },
        {"id": TEACHER, "givenName": "Bo", "familyName": "Ek"},
        {"id": GUARDIAN, "givenName": "Cia", "familyName": "Lindgren"},
    ],
    "groups": [
        {
            "id": GROUP, "displayName": "5A", "groupType": "Klass", "organisation": {"id": UNIT},
            "schoolType": "GR", "startDate": "2026-08-17",
            "groupMemberships": [{"person": {"id": PUPIL}, "startDate": "2026-08-17"}],
        }
    ],
    "duties": [
        {
            "id": DUTY, "person": {"id": TEACHER}, "dutyAt": {"id": UNIT}, "dutyRole": "Lärare",
            "signature": "BEK", "startDate": "2020-08-01",
        }
    ],
    "activities": [
        {
            "id": ACTIVITY, "displayName": "Matematik 5A", "organisation": {"id": UNIT}, "startDate": "2026-08-17",
            "calendarEventsRequired": True, "groups": [{"id": GROUP}], "syllabus": {"id": SYLLABUS},
            "teachers": [{"duty": {"id": DUTY}, "startDate": "2026-08-17"}],
        }
    ],
    "syllabuses": [
        {"id": SYLLABUS, "schoolType": "GR", "subjectCode": "GRGRMAT01", "subjectName": "Matematik", "official": True}
    ],
    "programmes": [],
}  # fmt: skip
PROGRAMME, PLAN, OFFERING, PLACEMENT = (f"99999999-0000-4000-8000-00000000000{number}" for number in range(4))
RARE: Rows = {
    "programmes": [
        {
            "id": PROGRAMME, "name": "Naturvetenskapsprogrammet", "type": "Högskoleförberedande program",
            "schoolType": "GY", "code": "NA25", "content": [
                {"type": "Gymnasiegemensamma", "points": 100, "content": [{"id": SYLLABUS}]}
            ],
        }
    ],
    "studyplans": [
        {
            "id": PLAN, "student": {"id": PUPIL}, "startDate": "2026-08-17",
            "content": [{"title": "Gemensamt", "type": "Gymnasiegemensamma", "points": 100,
                         "syllabuses": [{"syllabus": {"id": SYLLABUS}, "hours": 90}]}],
            "notes": [{"type": "Anteckningar", "note": "-"}],
        }
    ],
    "schoolUnitOfferings": [
        {"id": OFFERING, "offeredAt": {"id": UNIT}, "offeredSyllabuses": [{"id": SYLLABUS}],
         "offeredProgrammes": [{"id": PROGRAMME}]}
    ],
    "placements": [
        {"id": PLACEMENT, "placedAt": {"id": UNIT}, "child": {"id": PUPIL}, "schoolType": "FTH",
         "owners": [{"id": GUARDIAN}], "startDate": "2026-08-17"}
    ],
}  # fmt: skip


@dataclass
class SchoolServer:
    """The server's rows, and how it answers. `twist` may change any answer before it is sent."""

    rows: Rows = field(default_factory=dict)
    deleted: dict[str, list[str]] = field(default_factory=dict)
    twist: Callable[[Asked, Answers], Answers] | None = None

    def __post_init__(self) -> None:
        self.rows = copy.deepcopy(SCHOOL)
        for rows in self.rows.values():
            for row in rows:
                row["meta"] = {"created": EARLY, "modified": EARLY}

    def person(self, key: str) -> dict[str, Any]:
        return next(row for row in self.rows["persons"] if row["id"] == key)

    def __call__(self, asked: Asked) -> Answers:
        answers = self._answer(asked)
        return self.twist(asked, answers) if self.twist else answers

    def _answer(self, asked: Asked) -> Answers:
        name = asked.path.rstrip("/").rpartition("/")[2]
        if name == "deletedEntities":
            return Answers({"data": self.deleted, "pageToken": None})
        if name not in self.rows:
            return Answers({"code": "NOT_FOUND", "message": "-"}, status=404)
        after = asked.query.get("meta.modified.after")
        if "pageToken" in asked.query:
            start, _, after = asked.query["pageToken"].partition(";")
            if not start.isdigit():
                return Answers({"code": "BAD_TOKEN"}, status=400)
        else:
            start = "0"
        rows = [row for row in self.rows[name] if not after or _utc(row["meta"]["modified"]) > _utc(after)]
        size = int(asked.query.get("limit", 100))
        page = rows[int(start) : int(start) + size]
        more = int(start) + size < len(rows)
        return Answers({"data": page, "pageToken": f"{int(start) + size};{after or ''}" if more else None})


def _utc(text: str) -> Any:
    from datetime import UTC, datetime

    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
