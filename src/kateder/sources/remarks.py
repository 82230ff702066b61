"""Remarks become findings: file, line, column and reason, never the value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from django.utils.translation import gettext_noop

from kateder.core.findings import NewFinding
from kateder.core.models import Severity
from kateder.sources.reading import Fault, Remark

# More than this nobody reads; the first ones show what is wrong.
MOST = 1000

SENTENCES: Mapping[Fault, str] = {
    Fault.WRONG_COLUMNS: gettext_noop("{file}, line {line}: the row has too few or too many columns."),
    Fault.MISSING: gettext_noop("{file}, line {line}: {column} is empty."),
    Fault.TOO_LONG: gettext_noop("{file}, line {line}: {column} is too long."),
    Fault.BAD_DATE: gettext_noop("{file}, line {line}: {column} is not a date like 2026-08-17."),
    Fault.ENDS_BEFORE_START: gettext_noop("{file}, line {line}: the end date is before the start date."),
    Fault.UNKNOWN_CODE: gettext_noop("{file}, line {line}: {column} has a value that is not in the code list."),
    Fault.BAD_NUMBER: gettext_noop("{file}, line {line}: {column} is not a school year from 0 to 11."),
    Fault.BAD_TRUTH: gettext_noop("{file}, line {line}: {column} is neither true nor false."),
    Fault.BAD_TEXT: gettext_noop("{file}, line {line}: {column} holds characters that cannot be used."),
    Fault.DUPLICATE: gettext_noop("{file}, line {line}: the same row has come before in the file."),
    Fault.DANGLING: gettext_noop("{file}, line {line}: {column} points at something that is not in the folder."),
    Fault.PARENT_IS_UNIT: gettext_noop("{file}, line {line}: {column} is a school unit, which has nothing below it."),
    Fault.NUMBER_REMOVED: gettext_noop(
        "{file}, line {line}: the personal number is not valid and was left out. The person is kept."
    ),
    Fault.NUMBER_SHARED: gettext_noop("{file}, line {line}: another person has the same personal number."),
    Fault.REFERENCE_REMOVED: gettext_noop(
        "{file}, line {line}: {column} names something that is not in the folder. The rest of the row is used."
    ),
}


def scope(source_id: UUID) -> str:
    """The scope of a source's findings."""
    return f"source:{source_id}"


def findings(source_id: UUID, remarks: Sequence[Remark]) -> Iterator[NewFinding]:
    """A finding for each of the first thousand remarks, for the school's own people to mend."""
    for remark in remarks[:MOST]:
        yield NewFinding(
            rule=f"source.{remark.fault.value}",
            subject_type="source",
            subject_id=str(source_id),
            message=SENTENCES[remark.fault],
            place=f"{remark.file}:{remark.line}:{remark.column}",
            severity=Severity.ERROR if remark.sets_row_aside else Severity.WARNING,
            owner="school",
            params={"file": remark.file, "line": remark.line, "column": remark.column},
        )
