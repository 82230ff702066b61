"""What an SS 12000 server did otherwise than the standard says, as findings for central IT."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from uuid import UUID

from django.utils.translation import gettext_noop

from kateder.core import findings
from kateder.core.findings import NewFinding
from kateder.core.models import Severity
from kateder.protocols.ss12000.spoken import Deviation, Noted

RULE = "source.deviates"

SENTENCES: Mapping[Deviation, str] = {
    Deviation.BARE_LIST: gettext_noop("The server deviates: {resource} is answered as a bare list, without data."),
    Deviation.OTHER_ENVELOPE: gettext_noop("The server deviates: {resource} does not hold its rows in data."),
    Deviation.LIMIT_IGNORED: gettext_noop(
        "The server deviates: {resource} gives {count} rows at once, more than it was asked for."
    ),
    Deviation.LIMIT_REFUSED: gettext_noop("The server deviates: {resource} does not accept limit."),
    Deviation.TOKEN_NEEDS_FILTERS: gettext_noop(
        "The server deviates: {resource} wants the filters again beside pageToken."
    ),
    Deviation.ROWS_REPEATED: gettext_noop(
        "The server deviates: {resource} gave {count} rows more than once while it was paged. Rows may be missing too."
    ),
    Deviation.LAST_PAGE_REPEATED: gettext_noop("The server deviates: {resource} repeats its last page."),
    Deviation.FILTER_REFUSED: gettext_noop(
        "The server deviates: {resource} does not accept {attribute}, so everything is read every time."
    ),
    Deviation.FILTER_IGNORED: gettext_noop(
        "The server deviates: {resource} gave {count} rows that {attribute} should have left out."
    ),
    Deviation.NOT_SERVED: gettext_noop("The server gives no {resource}. What Kateder has of them is left as it is."),
    Deviation.NO_DELETED_ENTITIES: gettext_noop(
        "The server deviates: it has no deletedEntities, so removals are seen once a day, when everything is read."
    ),
    Deviation.FLAT_DELETED_ENTITIES: gettext_noop(
        "The server deviates: deletedEntities is a flat list that does not say what each id was."
    ),
    Deviation.CHANGES_NOT_TOLD: gettext_noop(
        "The server did not tell of {count} changes in {resource}; they were seen when everything was read."
    ),
    Deviation.NOT_A_RECORD: gettext_noop("{count} rows in {resource} have no id and cannot be used."),
    Deviation.NO_META: gettext_noop("The server deviates: {count} rows in {resource} have no {attribute}."),
    Deviation.NO_OFFSET: gettext_noop(
        "The server deviates: {attribute} has no offset in {count} rows of {resource}; it is read as Swedish time."
    ),
    Deviation.BAD_MOMENT: gettext_noop("The server deviates: {attribute} is no time in {count} rows of {resource}."),
    Deviation.NAME_CASE: gettext_noop(
        "The server deviates: {attribute} is spelled with other capitals in {count} rows of {resource}."
    ),
    Deviation.CODE_CASE: gettext_noop(
        "The server deviates: the value of {attribute} has other capitals in {count} rows of {resource}."
    ),
    Deviation.UNKNOWN_CODE: gettext_noop(
        "The server deviates: {attribute} has a value outside the code list in {count} rows of {resource},"
        " such as {example}."
    ),
    Deviation.BARE_REFERENCE: gettext_noop(
        "The server deviates: {attribute} is a bare id instead of an object in {count} rows of {resource}."
    ),
    Deviation.BARE_VALUE: gettext_noop(
        "The server deviates: {attribute} is bare text instead of an object in {count} rows of {resource}."
    ),
    Deviation.WRONG_TYPE: gettext_noop(
        "The server deviates: {attribute} is not what the standard says in {count} rows of {resource},"
        " such as {example}."
    ),
    Deviation.MOMENT_FOR_DATE: gettext_noop(
        "The server deviates: {attribute} is a time instead of a date in {count} rows of {resource}."
    ),
    Deviation.TEACHER_BY_PERSON: gettext_noop(
        "The server deviates: {count} teachers in {resource} are named by person instead of duty."
    ),
}
_NOTES = frozenset({Deviation.NOT_SERVED, Deviation.BARE_REFERENCE, Deviation.BARE_VALUE, Deviation.NAME_CASE})


def scope(source_id: UUID) -> str:
    """The scope of the findings about a source's server."""
    return f"source-server:{source_id}"


def tell(source_id: UUID, noted: Noted, *, is_full: bool) -> None:
    """Make what was noted the open findings, if everything was read; otherwise add to them. Call within()."""
    found = list(_findings(source_id, noted))
    if is_full:
        findings.replace(scope(source_id), found)
        return
    for finding in found:
        findings.report(scope(source_id), finding)


def _findings(source_id: UUID, noted: Noted) -> Iterator[NewFinding]:
    for seen in noted:
        yield NewFinding(
            rule=RULE,
            subject_type="source",
            subject_id=str(source_id),
            message=SENTENCES[seen.deviation],
            place=f"{seen.resource}:{seen.deviation.value}:{seen.attribute}",
            severity=Severity.INFO if seen.deviation in _NOTES else Severity.WARNING,
            owner="it",
            params={
                "resource": seen.resource,
                "attribute": seen.attribute,
                "count": seen.count,
                "example": seen.example,
            },
        )
