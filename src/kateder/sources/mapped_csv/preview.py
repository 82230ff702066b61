"""The first rows before and after, with what is wrong beside them, while a mapping is written.

Only the beginning of each file is read, so that it takes a moment however long the files are.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from django.utils.translation import gettext

from kateder.register.api import Entity
from kateder.sources.canonical.layout import BY_ENTITY, FILES
from kateder.sources.canonical.normalising import normalise
from kateder.sources.canonical.sheets import Delivered, Sheet
from kateder.sources.connecting import Glimpse, Glimpsed, GlimpsedRow
from kateder.sources.mapped_csv.delivering import MappedDelivery
from kateder.sources.mapped_csv.evaluating import Evaluation
from kateder.sources.mapped_csv.files import Folder
from kateder.sources.mapped_csv.frames import FILE, Frame
from kateder.sources.mapped_csv.mapping import Written
from kateder.sources.mapped_csv.templates import BETWEEN
from kateder.sources.reading import Fault, Nowhere, Remark
from kateder.sources.remarks import SENTENCES

READ = 2000  # rows of each file
MOST_MADE = 100_000  # rows of a table
SHOWN = 5  # rows of each kind of thing
MOST_FAULTY = 5
LONGEST = 80  # characters of a cell
MARK = "\0"
UNMARKED = frozenset({"", "Ingen"})

# What a file that has not been read to its end says nothing about.
NEEDS_ALL = frozenset({Fault.DANGLING, Fault.REFERENCE_REMOVED, Fault.PARENT_IS_UNIT})

Faults = Mapping[tuple[str, int], Sequence[Remark]]


def glimpse(written: Written, *, folder: Path, today: date) -> Glimpse:
    """What the first rows become. Raises a MappingFault that names the place."""
    evaluation = Evaluation(written, folder=Folder(folder, READ), today=today, most_rows=MOST_MADE)
    evaluation.run()
    delivery = MappedDelivery(evaluation)
    sheets = {
        file.entity: sheet for file in FILES if (sheet := delivery.sheet(file.entity, piece=MOST_MADE)) is not None
    }
    remarks = _remarks(sheets, delivery.remarks, today=today, is_whole=evaluation.is_whole)
    hidden = _protected(sheets)
    things = [_glimpsed(entity, sheet, remarks, evaluation, hidden=hidden) for entity, sheet in sheets.items()]
    return Glimpse(things, evaluation.is_whole)


def _remarks(
    sheets: Mapping[Entity, Sheet], joined: Sequence[Remark], *, today: date, is_whole: bool
) -> Mapping[Entity, Faults]:
    """What the check says of each kind of thing by file and line."""
    found: dict[Entity, dict[tuple[str, int], list[Remark]]] = {entity: {} for entity in sheets}
    for remark in joined:
        for faults in found.values():
            faults.setdefault((remark.file, remark.line), []).append(remark)
    marked = {entity: _marked(sheet, entity) for entity, sheet in sheets.items()}
    for remark in normalise(Delivered(marked), today=today, stage=Nowhere()).remarks:
        entity, _, file = remark.file.partition(MARK)
        if is_whole or remark.fault not in NEEDS_ALL:
            found[Entity(entity)].setdefault((file, remark.line), []).append(replace(remark, file=file))
    return found


def _marked(sheet: Sheet, entity: Entity) -> Sheet:
    """With the kind of thing before the name of the file: one file may hold several."""
    names = [f"{entity.value}{MARK}{name}" for name in sheet.names] if sheet.names else None
    return replace(sheet, name=f"{entity.value}{MARK}{sheet.name}", names=names)


@dataclass(frozen=True, slots=True)
class _Protected:
    """Persons with a marking: their ids, and the places of their rows."""

    ids: Set[str]
    places: Set[tuple[str, int]]

    def hides(self, entity: Entity, sheet: Sheet, row: int, place: tuple[str, int]) -> bool:
        """Whether the row is theirs or points at them."""
        if place in self.places:
            return True
        cells = dict(zip(sheet.columns, sheet.rows[row], strict=False))
        pointing = [column.name for column in BY_ENTITY[entity].columns if column.refers_to is Entity.PERSON]
        return any(cells.get(name) in self.ids for name in pointing)


def _protected(sheets: Mapping[Entity, Sheet]) -> _Protected:
    """A preview is read as a list, and in lists nobody with a marking has a name (domain rule 5)."""
    sheet = sheets.get(Entity.PERSON)
    if sheet is None or "securityMarking" not in sheet.columns:
        return _Protected(frozenset(), frozenset())
    key, marking = sheet.columns.index("id"), sheet.columns.index("securityMarking")
    marked = [row for row, cells in enumerate(sheet.rows) if cells[marking] not in UNMARKED]
    places = frozenset((sheet.names[row] if sheet.names else sheet.name, sheet.lines[row]) for row in marked)
    return _Protected(frozenset(sheet.rows[row][key] for row in marked), places)


def _glimpsed(
    entity: Entity, sheet: Sheet, remarks: Mapping[Entity, Faults], evaluation: Evaluation, *, hidden: _Protected
) -> Glimpsed:
    faults = remarks.get(entity, {})
    places = [(sheet.names[row] if sheet.names else sheet.name, line) for row, line in enumerate(sheet.lines)]
    faulty = [row for row, place in enumerate(places) if place in faults]
    # The first ones, and the first that have a fault.
    shown = sorted({*range(min(SHOWN, len(places))), *faulty[:MOST_FAULTY]})
    rows = [_row(sheet, row, places[row], faults.get(places[row], ()), evaluation) for row in shown]
    rows = [
        replace(made, before=(), after=(), is_hidden=True) if hidden.hides(entity, sheet, row, places[row]) else made
        for row, made in zip(shown, rows, strict=True)
    ]
    return Glimpsed(entity, len(sheet.rows), len(faulty), rows)


def _row(
    sheet: Sheet, row: int, place: tuple[str, int], faults: Sequence[Remark], evaluation: Evaluation
) -> GlimpsedRow:
    file, line = place
    after = [(name, _short(cell)) for name, cell in zip(sheet.columns, sheet.rows[row], strict=False) if cell]
    sentences = [
        gettext(SENTENCES[fault.fault]).format(file=fault.file, line=fault.line, column=fault.column)
        for fault in faults
    ]
    return GlimpsedRow(file, line, _before(evaluation, file, line), after, list(dict.fromkeys(sentences)))


def _before(evaluation: Evaluation, file: str, line: int) -> list[tuple[str, str]]:
    """The cells of the row in its file, of the columns that the mapping names."""
    number = evaluation.files.index(file) if file in evaluation.files else 0
    raw: Frame = evaluation.raw[number]
    at = bisect_left(raw.places, number * FILE + line)
    if at == len(raw.places) or raw.places[at] != number * FILE + line:
        return []
    return [(name, _short(cells[at])) for name, cells in raw.columns.items() if cells[at]]


def _short(cell: str) -> str:
    text = cell.replace(BETWEEN, " | ")
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
