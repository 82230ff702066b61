"""From a connector's sheets to a reading: cells parsed, rows checked, keys looked up, ready for COPY."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from itertools import chain

from kateder.core import garbage
from kateder.register.api import Entity
from kateder.sources.canonical.checking import Checked, Known, SoFar, check_references, check_sheet
from kateder.sources.canonical.layout import FILES, Kind
from kateder.sources.canonical.persons import complete
from kateder.sources.canonical.sheets import Delivery
from kateder.sources.reading import Reading, Remark, Stage, Table, copy_text


def normalise(delivery: Delivery, *, today: date, stage: Stage) -> Reading:
    """Stage every usable row of a delivery, and give a remark for each that is not.

    Raises a SourceFault where a sheet turns out to be unreadable.
    """
    with garbage.left_alone():
        return _normalise(delivery, today=today, stage=stage)


def _normalise(delivery: Delivery, *, today: date, stage: Stage) -> Reading:
    valid: dict[Entity, Known] = {}
    remarks: list[Remark] = list(delivery.remarks)
    rows: dict[str, int] = {}
    for file in FILES:
        if delivery.reads_database:
            stage.settle()
        sheet = delivery.sheet(file.entity)
        if sheet is None:
            continue
        so_far, read = SoFar(), Counter[str]()
        # Popped, so that a piece is gone before the next one is read.
        pieces = chain([sheet], sheet.rest)
        del sheet
        for piece in pieces:
            read.update(piece.rows_by_name)
            checked = check_sheet(piece, file=file, so_far=so_far, valid=valid)
            del piece
            derived = complete(checked, today=today, so_far=so_far) if file.entity is Entity.PERSON else {}
            check_references(checked, valid=valid, so_far=so_far)
            stage.take(_table(checked, derived))
            remarks += checked.remarks
        for name, count in read.items():
            rows[name] = max(count, rows.get(name, 0))  # one file may hold several kinds of things
        lost = so_far.set_aside()
        kept = stage.known(file.entity, lost) if lost else set()
        stage.end(file.entity, kept=kept)
        valid[file.entity] = Known(so_far.usable | kept if kept else so_far.usable)
    return Reading(tuple(valid), remarks, rows)


def _table(checked: Checked, derived: Mapping[str, list[str]]) -> Table:
    columns = [c for c in checked.file.columns if c.kind is not Kind.KEY and c.name in checked.columns]
    lists = [checked.columns[column.name] for column in columns]
    contents = list(map("\t".join, zip(*lists, strict=True)))
    more = [f"\t{text}" for text in map("\t".join, zip(*derived.values(), strict=True))] or [""] * len(contents)
    keys = checked.keys
    if checked.aside:
        rows = checked.usable()
        keys, contents, more = ([part[row] for row in rows] for part in (keys, contents, more))
    names = (*(column.to for column in columns), *derived)
    return Table(checked.file.entity, names, copy_text(keys, contents, more), len(keys))
