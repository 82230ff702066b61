"""Rows as a zip of OneRoster CSV files: the counterpart of `package`, version 1.2, bulk.

OneRoster 1.2 CSV Binding §2 and §3: every file in the root, UTF-8, comma, RFC 4180; all columns of a file in the
order of the specification; a manifest that says of each file of the specification whether it is there. In bulk
files `status` and `dateLastModified` are empty.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from kateder.protocols.oneroster.package import MANIFEST, Mode

VERSION: Final = "1.2"
_HEAD: Final = ("sourcedId", "status", "dateLastModified")
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "academicSessions": (*_HEAD, "title", "type", "startDate", "endDate", "parentSourcedId", "schoolYear"),
    "classes": (
        *_HEAD, "title", "grades", "courseSourcedId", "classCode", "classType", "location", "schoolSourcedId",
        "termSourcedIds", "subjects", "subjectCodes", "periods",
    ),
    "courses": (
        *_HEAD, "schoolYearSourcedId", "title", "courseCode", "grades", "orgSourcedId", "subjects", "subjectCodes",
    ),
    "enrollments": (
        *_HEAD, "classSourcedId", "schoolSourcedId", "userSourcedId", "role", "primary", "beginDate", "endDate",
    ),
    "orgs": (*_HEAD, "name", "type", "identifier", "parentSourcedId"),
    "roles": (
        *_HEAD, "userSourcedId", "roleType", "role", "beginDate", "endDate", "orgSourcedId", "userProfileSourcedId",
    ),
    "users": (
        *_HEAD, "enabledUser", "username", "userIds", "givenName", "familyName", "middleName", "identifier", "email",
        "sms", "phone", "agentSourcedIds", "grades", "password", "userMasterIdentifier", "resourceSourcedIds",
        "preferredGivenName", "preferredMiddleName", "preferredFamilyName", "primaryOrgSourcedId", "pronouns",
    ),
}  # fmt: skip
FILES: Final = (
    "academicSessions", "categories", "classes", "classResources", "courses", "courseResources", "demographics",
    "enrollments", "lineItemLearningObjectiveIds", "lineItems", "lineItemScoreScales", "orgs", "resources",
    "resultLearningObjectiveIds", "results", "resultScoreScales", "roles", "scoreScales", "userProfiles",
    "userResources", "users",
)  # fmt: skip
"""Every file of the specification, as the manifest names them."""
_SAME_DAY: Final = (2000, 1, 1, 0, 0, 0)
"""The same rows give the same bytes: the time of writing is no part of them."""

Row = Mapping[str, str | Sequence[str]]


def write_package(sheets: Mapping[str, Iterable[Row]], *, system: str, code: str = "") -> bytes:
    """The bytes of an archive with these files; rows by column, several values of a cell as a list.

    `system` and `code` name the source in the manifest. Raises KeyError for a file that is not in `COLUMNS`, and
    ValueError for a column that its file does not have.
    """
    binary = io.BytesIO()
    with zipfile.ZipFile(binary, "w", zipfile.ZIP_DEFLATED) as archive:
        _add(archive, MANIFEST, ("propertyName", "value"), _manifest(sheets.keys(), system=system, code=code))
        for name in FILES:
            if name in sheets:
                columns = COLUMNS[name]
                _add(archive, f"{name}.csv", columns, (_cells(row, columns) for row in sheets[name]))
    return binary.getvalue()


def _manifest(there: Iterable[str], *, system: str, code: str) -> list[tuple[str, str]]:
    present = set(there)
    return [
        ("manifest.version", "1.0"),
        ("oneroster.version", VERSION),
        *((f"file.{name}", (Mode.BULK if name in present else Mode.ABSENT).value) for name in FILES),
        ("source.systemName", system),
        ("source.systemCode", code),
    ]


def _cells(row: Row, columns: Sequence[str]) -> list[str]:
    if unknown := row.keys() - set(columns):
        raise ValueError(", ".join(sorted(unknown)))
    return [_cell(row.get(column, "")) for column in columns]


def _cell(value: str | Sequence[str]) -> str:
    """Several values are separated by comma (§2.4); a comma within one of them cannot be told from that."""
    return value if isinstance(value, str) else ",".join(one.replace(",", " ") for one in value)


def _add(archive: zipfile.ZipFile, name: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    info = zipfile.ZipInfo(name, _SAME_DAY)
    info.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(info, text.getvalue().encode())
