"""Which rows can be used: those with the right columns and values, once each, pointing at what is there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b

from kateder.register.api import Entity
from kateder.sources.canonical.layout import Column, File, Kind
from kateder.sources.canonical.sheets import Sheet, Turned
from kateder.sources.canonical.values import array, parse_column
from kateder.sources.reading import NULL, Fault, Remark

SCHOOL_UNIT = "Skolenhet"


@dataclass(slots=True)
class Checked:
    """One file's rows by column, as COPY text, and which of them are set aside."""

    file: File
    name: str
    lines: Sequence[int]
    columns: dict[str, list[str]]
    keys: list[str]
    remarks: list[Remark] = field(default_factory=list)
    aside: set[int] = field(default_factory=set)
    # Keys of rows that could not even be parsed, where they can be guessed.
    stray_keys: set[str] = field(default_factory=set)
    # The columns of references of which all are known to be there.
    found: set[str] = field(default_factory=set)
    # The place of each row, where they come from several files.
    names: Sequence[str] | None = None

    def usable(self) -> list[int]:
        """The rows that can be used."""
        return [row for row in range(len(self.keys)) if row not in self.aside]

    def remark(self, row: int, fault: Fault, column: str) -> None:
        """Note a fault; the row is set aside unless the fault spares it."""
        remark = Remark(fault, self.names[row] if self.names else self.name, self.lines[row], column)
        self.remarks.append(remark)
        if remark.sets_row_aside:
            self.aside.add(row)


@dataclass(frozen=True)
class Known:
    """The keys of an entity that can be pointed at, as COPY text."""

    keys: set[str]

    @cached_property
    def are_plain(self) -> bool:
        """Whether that is how they stand in a file as well: nothing in them had to be escaped."""
        return "\\" not in "".join(self.keys)

    def are_all(self, cells: Sequence[str]) -> bool:
        """Whether each cell, as it stands in the file, is one of them."""
        return self.are_plain and self.keys.issuperset(cells)


NOTHING_KNOWN = Known(set())


@dataclass(slots=True)
class SoFar:
    """What the pieces of a sheet that have been checked amount to: a sheet may be too long to be held at once."""

    # Keys that rows with sound cells have had, and those among them that pointed at something missing.
    keys: set[str] = field(default_factory=set)
    dangling: set[str] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)
    numbers: set[str] = field(default_factory=set)

    @property
    def usable(self) -> set[str]:
        """The keys of the rows that can be used."""
        return self.keys - self.dangling if self.dangling else self.keys

    def set_aside(self) -> set[str]:
        """The keys that only rows that cannot be used have had."""
        return (self.lost | self.dangling) - self.usable


def check_sheet(sheet: Sheet, *, file: File, so_far: SoFar, valid: Mapping[Entity, Known]) -> Checked:
    """Parse every cell of a piece of a file; set aside rows with bad cells, bad dates, or a key that came before.

    `valid` is what can be pointed at: a column that points at nothing else needs no other look.
    """
    cells_by_column, lines, names = _fitting(sheet)
    checked = Checked(file, sheet.name, lines, {}, [], names=names)
    for column in file.columns:
        present = column.name in sheet.columns
        if column.extra and not present:
            continue
        cells = cells_by_column[sheet.columns.index(column.name)] if present else ("",) * len(lines)
        if column.kind is Kind.REFERENCE and _known(valid, column).are_all(cells):
            checked.columns[column.name] = list(cells)
            checked.found.add(column.name)
            continue
        checked.columns[column.name], faults = parse_column(cells, column)
        if faults:
            for row, cell in enumerate(cells):
                if cell in faults:
                    checked.remark(row, faults[cell], column.name)
    checked.keys = _keys(checked)
    if len(lines) < len(sheet.rows):
        _note_misfits(checked, sheet)
    _check_dates(checked)
    _check_duplicates(checked, so_far)
    so_far.lost |= checked.stray_keys | {checked.keys[row] for row in checked.aside}
    return checked


def _fitting(sheet: Sheet) -> tuple[Sequence[Sequence[str]], Sequence[int], Sequence[str] | None]:
    """The cells by column, the lines and the places of the rows that have a cell for each column and no more."""
    if isinstance(sheet.rows, Turned):
        return sheet.rows.columns, sheet.lines, sheet.names
    width = len(sheet.columns)
    fitting = [row for row, cells in enumerate(sheet.rows) if len(cells) == width]
    rows, lines, names = sheet.rows, sheet.lines, sheet.names
    if len(fitting) < len(rows):
        rows, lines = [rows[row] for row in fitting], [lines[row] for row in fitting]
        names = [names[row] for row in fitting] if names else None
    return list(zip(*rows, strict=True)) or [()] * width, lines, names


def check_references(checked: Checked, *, valid: Mapping[Entity, Known], so_far: SoFar) -> None:
    """Set aside what points at something that is not in the folder."""
    before = set(checked.aside)
    if checked.file.entity is Entity.ORGANISATION:
        _check_parents(checked)
    else:
        for column in checked.file.columns:
            # A programme's parent may stand further down in the same file: one that is nowhere is left out.
            if column.name not in checked.columns or column.refers_to is checked.file.entity:
                continue
            if column.kind is Kind.REFERENCE and column.name not in checked.found:
                _check_reference(checked, column, valid=_known(valid, column).keys)
            elif column.kind is Kind.REFERENCES:
                _check_list(checked, column, valid=_known(valid, column).keys)
    so_far.dangling |= {checked.keys[row] for row in checked.aside - before}


def _known(valid: Mapping[Entity, Known], column: Column) -> Known:
    return valid.get(column.refers_to, NOTHING_KNOWN) if column.refers_to is not None else NOTHING_KNOWN


def _keys(checked: Checked) -> list[str]:
    parts = [checked.columns[name] for name in checked.file.key]
    return parts[0] if len(parts) == 1 else composed(zip(*parts, strict=True))


def composed(rows: Iterable[Sequence[str]]) -> list[str]:
    """The keys of rows that have no id of their own: a digest of the cells that name each.

    Shorter than they are, and it names nobody where it is kept.
    """
    return [blake2b(text.encode(), digest_size=16).hexdigest() for text in map("|".join, rows)]


def _note_misfits(checked: Checked, sheet: Sheet) -> None:
    places = [sheet.columns.index(name) for name in checked.file.key]
    for row, cells in enumerate(sheet.rows):
        if len(cells) == len(sheet.columns):
            continue
        name = sheet.names[row] if sheet.names else sheet.name
        checked.remarks.append(Remark(Fault.WRONG_COLUMNS, name, sheet.lines[row], ""))
        if max(places) < len(cells):
            parts = [cells[place].strip() for place in places]
            checked.stray_keys |= {parts[0]} if len(parts) == 1 else set(composed([parts]))


def _check_dates(checked: Checked) -> None:
    starts, ends = checked.columns.get("startDate"), checked.columns.get("endDate")
    if starts is None or ends is None:
        return
    # ISO dates compare as text. A school's rows have few different pairs of dates.
    wrong = {pair for pair in set(zip(starts, ends, strict=True)) if NULL not in pair and pair[1] < pair[0]}
    if wrong:
        for row, pair in enumerate(zip(starts, ends, strict=True)):
            if pair in wrong:
                checked.remark(row, Fault.ENDS_BEFORE_START, "endDate")


def _check_duplicates(checked: Checked, so_far: SoFar) -> None:
    usable = checked.usable() if checked.aside else range(len(checked.keys))
    keys = {checked.keys[row] for row in usable} if checked.aside else set(checked.keys)
    if len(keys) < len(usable) or not keys.isdisjoint(so_far.keys):
        seen = so_far.keys
        for row in usable:
            if checked.keys[row] in seen:
                checked.remark(row, Fault.DUPLICATE, checked.file.key[0])
            seen.add(checked.keys[row])
    else:
        so_far.keys |= keys


def _check_reference(checked: Checked, column: Column, *, valid: Collection[str]) -> None:
    cells = checked.columns[column.name]
    if not (missing := set(cells).difference(valid) - {NULL}):
        return
    for row, key in enumerate(cells):
        if key in missing and row not in checked.aside:
            checked.remark(row, Fault.DANGLING, column.name)


def _check_list(checked: Checked, column: Column, *, valid: Collection[str]) -> None:
    """A list loses what is not there; the row goes only where nothing is left of what it must have."""
    cells = checked.columns[column.name]
    arrays: list[str] = []
    for row, cell in enumerate(cells):
        keys = [] if cell in (NULL, "{}") else cell.split("|")
        found = [key for key in keys if key in valid]
        if row not in checked.aside and len(found) < len(keys):
            lost_all = column.required and not found
            checked.remark(row, Fault.DANGLING if lost_all else Fault.REFERENCE_REMOVED, column.name)
        arrays.append(array(found))
    checked.columns[column.name] = arrays


def _check_parents(checked: Checked) -> None:
    """Every organisation's parents lead up to one without a parent, and none of them is a school unit."""
    parents, types = checked.columns["parentOrganisation"], checked.columns["organisationType"]
    rows = {checked.keys[row]: row for row in checked.usable()}
    for row in checked.usable():
        parent = parents[row]
        if parent in rows and types[rows[parent]] == SCHOOL_UNIT:
            checked.remark(row, Fault.PARENT_IS_UNIT, "parentOrganisation")
    sound = set(_reachable(checked, parents))
    for row in checked.usable():
        if row not in sound:
            checked.remark(row, Fault.DANGLING, "parentOrganisation")


def _reachable(checked: Checked, parents: list[str]) -> Iterator[int]:
    """The rows from which one comes to the top; not those in a circle, or below a row that is set aside."""
    waiting = checked.usable()
    sound = {NULL}
    while True:
        found = [row for row in waiting if parents[row] in sound]
        if not found:
            return
        yield from found
        sound |= {checked.keys[row] for row in found}
        waiting = [row for row in waiting if checked.keys[row] not in sound]
