"""The first rows before and after, with what is wrong beside them, while a mapping is written.

Only the beginning of each file is read, so that it takes a moment however long the files are.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from django.utils.translation import gettext

from kateder.register.api import Entity
from kateder.sources.canonical.layout import FILES
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
    things = [_glimpsed(entity, sheet, remarks, evaluation) for entity, sheet in sheets.items()]
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


def _glimpsed(entity: Entity, sheet: Sheet, remarks: Mapping[Entity, Faults], evaluation: Evaluation) -> Glimpsed:
    faults = remarks.get(entity, {})
    places = [(sheet.names[row] if sheet.names else sheet.name, line) for row, line in enumerate(sheet.lines)]
    faulty = [row for row, place in enumerate(places) if place in faults]
    # The first ones, and the first that have a fault.
    shown = sorted({*range(min(SHOWN, len(places))), *faulty[:MOST_FAULTY]})
    rows = [_row(sheet, row, places[row], faults.get(places[row], ()), evaluation) for row in shown]
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
