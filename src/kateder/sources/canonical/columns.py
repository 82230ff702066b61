"""What a column of a canonical file is, and how its cells are read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kateder.protocols.ss12000 import CodeList
from kateder.register.api import Entity


class Kind(StrEnum):
    """How a cell is read."""

    KEY = "key"
    TEXT = "text"
    DATE = "date"
    TRUTH = "truth"
    CODE = "code"
    CODES = "codes"
    YEAR = "year"
    TEXTS = "texts"
    REFERENCE = "reference"
    REFERENCES = "references"
    CIVIC_NUMBER = "civic_number"
    NUMBER = "number"
    UUID = "uuid"
    # Several values of which none is left out and none merged: parallel to another column's.
    LIST = "list"
    # The standard's own objects, as JSON.
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name in the file, the register's name for it, how it is read."""

    name: str
    to: str
    kind: Kind = Kind.TEXT
    required: bool = False
    codes: CodeList | None = None
    refers_to: Entity | None = None
    longest: int = 200
    # What an empty cell means, in COPY text; absent means absent.
    empty: str | None = None
    # Counts only where the source has the column: what it never mentions is no difference, and has the register's
    # own default.
    extra: bool = False


@dataclass(frozen=True, slots=True)
class File:
    """One file: its entity, its columns, and the columns that together name a row."""

    name: str
    entity: Entity
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ("id",)
    required: bool = False


def code(name: str, to: str, codes: CodeList, *, required: bool = False, empty: str | None = None) -> Column:
    return Column(name, to, Kind.CODE, required=required, codes=codes, empty=empty)


def reference(name: str, to: str, entity: Entity, *, required: bool = True) -> Column:
    return Column(name, to, Kind.REFERENCE, required=required, refers_to=entity)


def extra(name: str, to: str, kind: Kind = Kind.TEXT, *, longest: int = 200, empty: str | None = None) -> Column:
    return Column(name, to, kind, longest=longest, empty=empty, extra=True)


def dates(*, required: bool = True) -> tuple[Column, Column]:
    start = Column("startDate", "start_date", Kind.DATE, required=required)
    return start, Column("endDate", "end_date", Kind.DATE)


ID = Column("id", "id", Kind.KEY, required=True)
DISPLAY_NAME = Column("displayName", "display_name", required=True)
NO_TEXTS = "{}"
