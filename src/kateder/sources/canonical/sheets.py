"""What a connector hands over: a sheet of text cells per entity."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Protocol, overload

from kateder.register.api import Entity
from kateder.sources.canonical.layout import BY_ENTITY
from kateder.sources.reading import Remark


@dataclass(frozen=True, slots=True)
class Turned(Sequence[list[str]]):
    """Rows that are held as columns, all of the same length: a million small lists are never made."""

    columns: Sequence[Sequence[str]]

    def __len__(self) -> int:
        return len(self.columns[0])

    @overload
    def __getitem__(self, place: int) -> list[str]: ...
    @overload
    def __getitem__(self, place: slice) -> Turned: ...
    def __getitem__(self, place: int | slice) -> list[str] | Turned:
        if isinstance(place, slice):
            return Turned([cells[place] for cells in self.columns])
        return [cells[place] for cells in self.columns]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of one entity, with what a finding calls the place: the file, and the line of each row from 1.

    `columns` are names of `layout`; others are left out of account. Cells are text as `docs/handbok/csv-mapp.md`
    describes it: dates as 2026-08-17, several values in one cell separated by `|`, nothing where there is no value.
    `names` is for rows of several files: the place of each row. Then `name` is only what they are called together.
    """

    name: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[str]]
    lines: Sequence[int]
    names: Sequence[str] | None = None
    # The same sheet further on, where it is too long to be held at once: each piece is asked for when the one before
    # it is done with, and may not use the database. Organisations come in one piece, since they are looked at together.
    rest: Iterator[Sheet] = field(default_factory=lambda: iter(()))

    @property
    def rows_by_name(self) -> Mapping[str, int]:
        """How many rows there are by place."""
        return {self.name: len(self.rows)} if self.names is None else Counter(self.names)


class Delivery(Protocol):
    """Everything that a source delivers at once. Sheets are asked for one at a time, in the order of the layout.

    `reads_database` says whether a sheet is read from tables of ours: nothing may then be staged meanwhile, since
    there is one connection.
    """

    reads_database: ClassVar[bool]

    @property
    def remarks(self) -> Sequence[Remark]:
        """What the connector itself found wrong, before any sheet was looked at."""

    def sheet(self, entity: Entity) -> Sheet | None:
        """The entity's rows; None where it was not delivered and what is there is to be left alone.

        Called inside the run's transaction: a delivery may read its own tables, but nothing over a network.
        """


@dataclass(frozen=True, slots=True)
class Delivered:
    """A delivery that is already in memory."""

    reads_database: ClassVar[bool] = False
    sheets: Mapping[Entity, Sheet]
    remarks: Sequence[Remark] = field(default_factory=tuple)

    def sheet(self, entity: Entity) -> Sheet | None:
        """The entity's rows, or None."""
        return self.sheets.get(entity)


def sheet_of(entity: Entity, records: Iterable[Mapping[str, str]], *, name: str) -> Sheet:
    """A sheet from records by column name, numbered from 1; what a record lacks is empty.

    An extra column that no record mentions is left out, so that what other sources say of it stays.
    """
    columns = tuple(column.name for column in BY_ENTITY[entity].columns)
    unheard = {column.name for column in BY_ENTITY[entity].columns if column.extra}
    rows = []
    for record in records:
        unheard.difference_update(record)
        rows.append([record.get(column, "") for column in columns])
    if unheard:
        told = [place for place, column in enumerate(columns) if column not in unheard]
        columns = tuple(columns[place] for place in told)
        rows = [[row[place] for place in told] for row in rows]
    return Sheet(name, columns, rows, range(1, len(rows) + 1))
