"""A small CSV folder to change between runs."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from pathlib import Path

Row = dict[str, str]

ORGANISATIONS = [
    {"id": "o1", "displayName": "Björkviken", "organisationType": "Huvudman", "parentOrganisation": ""},
    {"id": "o2", "displayName": "Björkskolan", "organisationType": "Skolenhet", "parentOrganisation": "o1"},
]
PERSONS = [
    {"id": "elsa", "givenName": "Elsa", "familyName": "Åberg", "civicNo": "201503092395", "emails": "elsa@x.example"},
    {"id": "sami", "givenName": "Sami", "familyName": "Virtanen", "civicNo": "", "emails": ""},
    {"id": "tove", "givenName": "Tove", "familyName": "Lind", "civicNo": "198501202389", "emails": ""},
]
ENROLMENTS = [
    {
        "person": person,
        "enroledAt": "o2",
        "schoolType": "GR",
        "schoolYear": "5",
        "startDate": "2026-08-17",
        "endDate": "",
    }
    for person in ("elsa", "sami")
]  # fmt: skip
GROUPS = [
    {
        "id": "5b",
        "displayName": "5B",
        "groupType": "Klass",
        "organisation": "o2",
        "startDate": "2026-07-01",
        "endDate": "",
    }
]
MEMBERSHIPS = [
    {"group": "5b", "person": person, "startDate": "2026-08-17", "endDate": ""} for person in ("elsa", "sami")
]
DUTIES = [
    {"id": "d1", "person": "tove", "dutyAt": "o2", "dutyRole": "Lärare", "startDate": "2020-08-01", "endDate": ""}
]
ACTIVITIES = [
    {"id": "a1", "displayName": "Matematik 5B", "organisation": "o2", "startDate": "2026-07-01", "endDate": "",
     "groups": "5b", "duties": "d1"}
]  # fmt: skip


@dataclass
class Folder:
    """The files by name; `write` puts them on disk."""

    path: Path
    files: dict[str, list[Row]] = field(default_factory=dict)

    @classmethod
    def small(cls, path: Path) -> Folder:
        """One unit, one class of two, one teacher."""
        tables = {
            "organisations": ORGANISATIONS, "persons": PERSONS, "enrolments": ENROLMENTS, "groups": GROUPS,
            "memberships": MEMBERSHIPS, "duties": DUTIES, "activities": ACTIVITIES,
        }  # fmt: skip
        folder = cls(path, {name: [dict(row) for row in rows] for name, rows in tables.items()})
        folder.write()
        return folder

    def row(self, file: str, number: int = 0) -> Row:
        """One row, to be changed."""
        return self.files[file][number]

    def remove(self, file: str, **values: str) -> None:
        """Take out the rows that have these values."""
        self.files[file] = [
            row for row in self.files[file] if any(row[name] != value for name, value in values.items())
        ]

    def write(self, *, delimiter: str = ",", encoding: str = "utf-8") -> None:
        """Put every file on disk."""
        for name, rows in self.files.items():
            with (self.path / f"{name}.csv").open("w", encoding=encoding, newline="") as file:
                columns = list(rows[0]) if rows else ["id"]
                writer = csv.DictWriter(file, columns, delimiter=delimiter)
                if rows:
                    writer.writeheader()
                writer.writerows(rows)
