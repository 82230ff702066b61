"""What a value or a condition can look things up in while it is compiled."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol


class Lookup(Protocol):
    """The tables above, and files with one value per line."""

    def values_in(self, table: str, column: str, *, place: str) -> Collection[str]:
        """Every value of a column. Raises NoSuchTable or NoSuchColumn."""

    def lines_in(self, file: str, *, place: str) -> Collection[str]:
        """The lines of a file. Raises BadFileName or NoSuchFile."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What is known besides the row."""

    lookup: Lookup
    value_tables: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    builtins: Mapping[str, str] = field(default_factory=dict)


def builtins_on(today: date) -> dict[str, str]:
    """The names that every template knows. A school year begins on 1 July, as the rollover has it."""
    first = today.year if today.month >= 7 else today.year - 1
    return {
        "@today": today.isoformat(),
        "@school_year_start": date(first, 7, 1).isoformat(),
        "@school_year_end": date(first + 1, 6, 30).isoformat(),
    }
