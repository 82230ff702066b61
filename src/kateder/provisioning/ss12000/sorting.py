"""The order of a list by another key than the id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import psycopg

from kateder.core.identifiers import sort_key
from kateder.protocols.ss12000.questions import Question
from kateder.provisioning.ss12000.filters import where

_KEYS: Final[Mapping[str, str]] = {
    "DisplayName": "r.name",
    "Name": "r.doc->>'name'",
    "Code": "r.doc->>'code'",
    "GivenName": "r.doc->>'givenName'",
    "FamilyName": "concat_ws(' ', r.doc->>'familyName', r.doc->>'givenName')",
    "CivicNo": "r.doc#>>'{civicNo,value}'",
    "StartDate": "r.doc->>'startDate'",
    "EndDate": "r.doc->>'endDate'",
    "StartTime": "r.doc->>'startTime'",
    "registeredDate": "r.doc->>'registeredDate'",
    "SubjectName": "r.doc->>'subjectName'",
    "SubjectCode": "r.doc->>'subjectCode'",
    "SubjectDesignation": "r.doc->>'subjectDesignation'",
    "CourseName": "r.doc->>'courseName'",
    "CourseCode": "r.doc->>'courseCode'",
    "Modified": "r.modified_at::text",
}
_NAMES: Final = frozenset({"DisplayName", "Name", "GivenName", "FamilyName", "SubjectName", "CourseName"})
"""Sorted as Swedish names are; everything else as it is written."""


def in_order(cursor: psycopg.Cursor[Any], path: str, question: Question, values: Mapping[str, Any]) -> Sequence[UUID]:
    """The ids of everything a question finds, in the order it asks for; what has no key comes last."""
    key, descending = _parted(question.sort)
    condition = where(path, question.filters)
    cursor.execute(
        f"SELECT r.id, {_KEYS[key]} FROM provisioning_editionrow r WHERE r.edition_id = %(edition)s"
        f" AND r.path = %(path)s AND r.gone_at IS NULL AND {condition.sql} ORDER BY r.id",
        {**values, **condition.values},
    )
    found = cursor.fetchall()
    keyed = [(sort_key(text) if key in _NAMES else text, id_) for id_, text in found if text is not None]
    keyed.sort(key=lambda pair: pair[0], reverse=descending)
    return [id_ for _, id_ in keyed] + [id_ for id_, text in found if text is None]


def _parted(sort: str) -> tuple[str, bool]:
    if sort.endswith("Desc"):
        return sort.removesuffix("Desc"), True
    return sort.removesuffix("Asc"), False
