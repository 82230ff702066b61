"""A source's limits as they are stored, and as the judge wants them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from kateder.protocols.reconcile import Limits
from kateder.sources.errors import BadLimits, TooManyBadRows
from kateder.sources.reading import Fault, Reading

BAD_ROWS = {"bad_rows", "bad_share"}


@dataclass(frozen=True, slots=True)
class BadRowLimits:
    """How much of one file may be unusable: more than `bad_rows` rows and `bad_share` of them stop a run."""

    bad_rows: int = 10
    bad_share: float = 0.05


def limits_of(stored: Mapping[str, Any]) -> Limits:
    """The limits on changes: those stored, the defaults otherwise. `per_kind` holds the same per entity.

    Raises BadLimits.
    """
    known = {field.name for field in fields(Limits)}
    values = {name: value for name, value in stored.items() if name not in BAD_ROWS}
    unknown = values.keys() - known
    if unknown:
        raise BadLimits(name=", ".join(sorted(unknown)))
    per_kind = values.pop("per_kind", {})
    try:
        return Limits(**values, per_kind={kind: limits_of(own) for kind, own in per_kind.items()})
    except (TypeError, ValueError, AttributeError) as error:
        raise BadLimits(name=str(error)) from error


def stop_if_too_bad(reading: Reading, *, stored: Mapping[str, Any]) -> None:
    """Raise TooManyBadRows where too large a share of one file could not be used.

    Rows that only point at something missing do not count: that is what an emptied file, or one with new
    identifiers, does to the others, and then the limits on changes make the plan wait for a person.
    """
    limits = BadRowLimits(**{name: value for name, value in stored.items() if name in BAD_ROWS})
    lines: dict[str, set[int]] = {}
    for remark in reading.remarks:
        if remark.sets_row_aside and remark.fault is not Fault.DANGLING:
            lines.setdefault(remark.file, set()).add(remark.line)
    for file, bad in lines.items():
        rows = reading.rows_by_file.get(file, 0)
        if len(bad) > limits.bad_rows and len(bad) > rows * limits.bad_share:
            raise TooManyBadRows(remarks=reading.remarks, bad=len(bad), rows=rows, file=file)
