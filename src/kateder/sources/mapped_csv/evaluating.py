"""A mapping carried out over its files: the tables, one after the other."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date

from pydantic import BaseModel

from kateder.sources.mapped_csv import templates
from kateder.sources.mapped_csv.faults import BadTemplate, NoSuchTable, TableTwice, UnknownFilter, WrongShape
from kateder.sources.mapped_csv.files import Folder
from kateder.sources.mapped_csv.frames import FILE, Frame, did_you_mean
from kateder.sources.mapped_csv.mapping import Written
from kateder.sources.mapped_csv.schema import Table
from kateder.sources.mapped_csv.scope import Scope, builtins_on
from kateder.sources.mapped_csv.steps import carried_out
from kateder.sources.reading import Fault, Remark

MOST_ROWS = 10_000_000


class Evaluation:
    """The tables of a mapping, made from the files of a folder on a day."""

    def __init__(self, written: Written, *, folder: Folder, today: date, most_rows: int = MOST_ROWS) -> None:
        self.written, self.folder, self.most_rows = written, folder, most_rows
        self.files: list[str] = []
        self.raw: list[Frame] = []
        self.tables: dict[str, Frame] = {}
        self.remarks: list[Remark] = []
        self.scope = Scope(self, written.mapping.values, builtins_on(today))
        self._needed = frozenset(_names_in(written.mapping.model_dump(exclude_none=True)))

    def run(self) -> None:
        """Make every table. Raises a MappingFault that names the place."""
        for number, table in enumerate(self.written.mapping.tables):
            place = self.written.place("tables", number)
            if table.name in self.tables:
                raise TableTwice(place=place, name=table.name)
            frame = self._begun(table, place=place)
            for step_number, step in enumerate(table.steps):
                step_place = self.written.place("tables", number, "steps", step_number)
                frame = carried_out(step, frame, above=self, scope=self.scope, place=step_place)
            self.tables[table.name] = frame

    def table(self, name: str, *, place: str) -> Frame:
        """A table that has been made. Raises NoSuchTable."""
        if name not in self.tables:
            raise NoSuchTable(place=place, name=name, hint=did_you_mean(name, self.tables))
        return self.tables[name]

    def values_in(self, table: str, column: str, *, place: str) -> Collection[str]:
        """Every value of a column of a table above."""
        cells = set(self.table(table, place=place).column(column, place=place)) - {""}
        return {value for cell in cells for value in cell.split(templates.BETWEEN)}

    def lines_in(self, file: str, *, place: str) -> Collection[str]:
        """The lines of a file in the folder."""
        return self.folder.lines(file, place=place)

    def remark(self, fault: Fault, place: int, column: str) -> None:
        """Note what is wrong with a row."""
        self.remarks.append(Remark(fault, self.file_at(place), place % FILE, column))

    def file_at(self, place: int) -> str:
        """The name of a row's file."""
        return self.files[place // FILE]

    @property
    def is_whole(self) -> bool:
        """Whether every file has been read to its end."""
        return all(frame.is_whole for frame in self.raw)

    def _begun(self, table: Table, *, place: str) -> Frame:
        if bool(table.file) == bool(table.from_):
            raise WrongShape(place=place)
        if table.from_:
            return self.table(table.from_, place=place).named(table.name)
        path = self.folder.find(table.file, place=place)
        frame = self.folder.frame(path, table, number=len(self.files), needed=self._needed, place=place)
        self.files.append(path.name)
        self.raw.append(frame)
        return frame.named(table.name)


def _names_in(part: object) -> Iterator[str]:
    """Every text in a mapping that may be the name of a column. Some are not, which costs nothing."""
    match part:
        case str():
            yield part
            yield from _slots(part)
        case dict():
            for name, inner in part.items():
                yield str(name)
                yield from _names_in(inner)
        case list() | tuple() | set() | frozenset():
            for inner in part:
                yield from _names_in(inner)
        case BaseModel():
            yield from _names_in(part.model_dump(exclude_none=True))
        case _:
            return


def _slots(text: str) -> Iterator[str]:
    try:
        yield from (slot.name for slot in templates.parse(text, place="").slots)
    except (BadTemplate, UnknownFilter):
        return
