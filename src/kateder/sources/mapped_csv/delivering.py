"""What a mapping delivers: a sheet for each kind of thing that it has blocks for."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import ClassVar

from kateder.register.api import Entity
from kateder.sources.canonical.layout import BY_ENTITY, File, Kind
from kateder.sources.canonical.sheets import Sheet
from kateder.sources.mapped_csv.conditions import condition
from kateder.sources.mapped_csv.evaluating import Evaluation
from kateder.sources.mapped_csv.faults import UnknownName
from kateder.sources.mapped_csv.frames import FILE, did_you_mean
from kateder.sources.mapped_csv.schema import Block
from kateder.sources.mapped_csv.templates import BETWEEN
from kateder.sources.mapped_csv.values import value
from kateder.sources.reading import Remark

PIECE = 50_000  # rows
LISTS = frozenset({Kind.TEXTS, Kind.CODES, Kind.REFERENCES})


@dataclass(slots=True)
class Delivered:
    """Columns of one kind of thing, with the place of each row."""

    columns: dict[str, list[str]]
    places: Sequence[int]


class MappedDelivery:
    """The sheets of a mapping that has been carried out."""

    reads_database: ClassVar[bool] = False

    def __init__(self, evaluation: Evaluation) -> None:
        self.evaluation = evaluation
        self._excluded = _excluded(evaluation)

    @property
    def remarks(self) -> Sequence[Remark]:
        """What was wrong where tables were joined."""
        return self.evaluation.remarks

    def sheet(self, entity: Entity, *, piece: int = PIECE) -> Sheet | None:
        """The rows of one kind of thing, in pieces; None where the mapping has no block for it."""
        file = BY_ENTITY.get(entity)
        if file is None or not self.evaluation.written.mapping.blocks(file.name):
            return None
        made = delivered(self.evaluation, file)
        if self._excluded:
            made = _without(made, file, excluded=self._excluded)
        size = len(made.places) if entity is Entity.ORGANISATION else piece
        pieces = self._pieces(made, file, size=max(size, 1))
        return replace(next(pieces), rest=pieces)

    def _pieces(self, made: Delivered, file: File, *, size: int) -> Iterator[Sheet]:
        """The rows in pieces, one with nothing in it where there are none."""
        misfits = {place for frame in self.evaluation.raw for place in frame.misfits}
        numbers = {place // FILE for place in set(made.places)}
        name = " + ".join(self.evaluation.files[number] for number in sorted(numbers)) or file.name
        for start in range(0, len(made.places) or 1, size):
            places = made.places[start : start + size]
            rows = list(map(list, zip(*(cells[start : start + size] for cells in made.columns.values()), strict=True)))
            if misfits:
                _lengthen(rows, places, misfits)
            lines = array("Q", [place % FILE for place in places])
            names = [self.evaluation.file_at(place) for place in places] if len(numbers) > 1 else None
            yield Sheet(name, tuple(made.columns), rows, lines, names)


def _lengthen(rows: list[list[str]], places: Sequence[int], misfits: Set[int]) -> None:
    """One cell too many: the row is set aside as every row with the wrong number of columns is."""
    for row, place in zip(rows, places, strict=True):
        if place in misfits:
            row.append("")


def delivered(evaluation: Evaluation, file: File) -> Delivered:
    """The rows of every block of one kind of thing; what several blocks deliver is one row, the first one's first."""
    blocks = evaluation.written.mapping.blocks(file.name)
    parts = [_block(evaluation, file, number, block) for number, block in enumerate(blocks)]
    if len(parts) == 1:
        return parts[0]
    names = dict.fromkeys(name for part in parts for name in part.columns)
    return _merged(parts, file, names=list(names))


def _block(evaluation: Evaluation, file: File, number: int, block: Block) -> Delivered:
    written = evaluation.written
    frame = evaluation.table(block.from_, place=written.place(file.name, number, "from"))
    if block.only is not None:
        place = written.place(file.name, number, "only")
        frame = frame.where(condition(block.only, scope=evaluation.scope, place=place).of(frame, place=place))
    columns: dict[str, list[str]] = {}
    for column in file.columns:
        spec = block.value_of(column.name)
        if spec is not None:
            place = written.place(file.name, number, column.name)
            cells = value(spec, scope=evaluation.scope, place=place).of(frame, place=place)
            columns[column.name] = _as_listed(cells)
    return Delivered(columns, frame.places)


def _as_listed(cells: list[str]) -> list[str]:
    """Several values in a cell as the handbook writes them."""
    if not any(BETWEEN in cell for cell in cells):
        return cells
    return [cell.replace(BETWEEN, "|") for cell in cells]


def _merged(parts: Sequence[Delivered], file: File, *, names: Sequence[str]) -> Delivered:
    """A row of a later block with the same key as one of an earlier only fills in what is empty there.

    Two with the same key in one block stay: the check says so.
    """
    lists = {column.name for column in file.columns if column.kind in LISTS}
    rows: list[list[str]] = []
    places: list[int] = []
    earlier: dict[tuple[str, ...], int] = {}
    for part in parts:
        own: dict[tuple[str, ...], int] = {}
        cells = [part.columns.get(name, [""] * len(part.places)) for name in names]
        keys = zip(*(part.columns[name] for name in file.key), strict=True)
        for key, place, *row in zip(keys, part.places, *cells, strict=True):
            if key in earlier:
                _fill(rows[earlier[key]], row, names=names, lists=lists)
                continue
            own.setdefault(key, len(rows))
            rows.append(list(row))
            places.append(place)
        earlier |= own
    columns = [list(cells) for cells in zip(*rows, strict=True)] or [[] for _ in names]
    return Delivered(dict(zip(names, columns, strict=True)), places)


def _fill(row: list[str], later: Sequence[str], *, names: Sequence[str], lists: set[str]) -> None:
    for at, (mine, other) in enumerate(zip(row, later, strict=True)):
        if other and not mine:
            row[at] = other
        elif other and names[at] in lists:
            row[at] = "|".join(dict.fromkeys([*mine.split("|"), *other.split("|")]))


def _excluded(evaluation: Evaluation) -> Mapping[Entity, set[str]]:
    """The ids of the persons on the blacklist, and of their duties."""
    blacklist = evaluation.written.mapping.blacklist
    if blacklist is None:
        return {}
    place = evaluation.written.place("blacklist")
    listed = evaluation.folder.lines(blacklist.file, place=place)
    excluded: dict[Entity, set[str]] = {Entity.PERSON: set()}
    persons = BY_ENTITY[Entity.PERSON]
    if evaluation.written.mapping.blocks(persons.name):
        made = delivered(evaluation, persons)
        if blacklist.column not in made.columns:
            hint = did_you_mean(blacklist.column, made.columns)
            raise UnknownName(place=place, name=blacklist.column, hint=hint)
        cells = zip(made.columns["id"], made.columns[blacklist.column], strict=True)
        excluded[Entity.PERSON] = {key for key, cell in cells if not listed.isdisjoint(cell.split("|"))}
    duties = BY_ENTITY[Entity.DUTY]
    if evaluation.written.mapping.blocks(duties.name):
        made = delivered(evaluation, duties)
        keys = zip(made.columns["id"], made.columns["person"], strict=True)
        excluded[Entity.DUTY] = {key for key, person in keys if person in excluded[Entity.PERSON]}
    return excluded


def _without(made: Delivered, file: File, *, excluded: Mapping[Entity, set[str]]) -> Delivered:
    """Without what is excluded, what points at it, and it in lists."""
    kept = [True] * len(made.places)
    for name, gone in _pointers(made, file, excluded=excluded):
        kept = [keep and cell not in gone for keep, cell in zip(kept, made.columns[name], strict=True)]
    columns = {
        name: [cell for cell, keep in zip(cells, kept, strict=True) if keep] for name, cells in made.columns.items()
    }
    for column in file.columns:
        listed = excluded.get(column.refers_to, set()) if column.refers_to else set()
        if column.kind is Kind.REFERENCES and column.name in columns and listed:
            columns[column.name] = [
                "|".join(value for value in cell.split("|") if value not in listed) for cell in columns[column.name]
            ]
    return Delivered(columns, [place for place, keep in zip(made.places, kept, strict=True) if keep])


def _pointers(made: Delivered, file: File, *, excluded: Mapping[Entity, set[str]]) -> Iterator[tuple[str, set[str]]]:
    if file.key == ("id",) and file.entity in excluded:
        yield "id", excluded[file.entity]
    for column in file.columns:
        gone = excluded.get(column.refers_to) if column.refers_to else None
        if column.kind is Kind.REFERENCE and column.name in made.columns and gone:
            yield column.name, gone
