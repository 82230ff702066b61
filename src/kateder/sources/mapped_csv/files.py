"""The files of a mapping, and only those in the source's folder."""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import zipfile
from array import array
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import IO

import python_calamine

from kateder.sources.mapped_csv.faults import (
    BadFileName,
    CellTooLong,
    NoSuchFile,
    NoSuchSheet,
    NotATable,
    NotEncoded,
)
from kateder.sources.mapped_csv.frames import FILE, Frame, did_you_mean
from kateder.sources.mapped_csv.schema import Table
from kateder.sources.mapped_csv.templates import LONGEST

DELIMITERS = ",;\t|"
CHUNK = 20_000
# A workbook is unpacked in memory, and a small file can hold a very large one.
LARGEST_WORKBOOK = 500_000_000  # bytes, unpacked
WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xls", ".ods"})
TEXTS = frozenset({".csv", ".txt", ".tsv", ".skv"})
MOST_LISTED = 40
MOST_COLUMNS = 100
csv.field_size_limit(1_000_000)

Row = Sequence[str]


@dataclass(frozen=True, slots=True)
class Folder:
    """Where the files are. `most_rows`: read only the beginning of each."""

    path: Path
    most_rows: int | None = None

    def find(self, name: str, *, place: str) -> Path:
        """The file of that name; with `*` in it, the last by name. Raises BadFileName or NoSuchFile."""
        if not name or PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts or "\\" in name:
            raise BadFileName(place=place, name=name)
        root = self.path.resolve()
        found = sorted(root.glob(name)) if "*" in name else [root / name]
        paths = [path.resolve() for path in found if path.is_file()]
        if not paths:
            raise NoSuchFile(place=place, name=name)
        if not paths[-1].is_relative_to(root):
            raise BadFileName(place=place, name=name)
        return paths[-1]

    def frame(self, path: Path, table: Table, *, number: int, needed: Collection[str], place: str) -> Frame:
        """The file's rows, of the columns that are needed; `number` is the file's in their places.

        Raises a MappingFault.
        """
        is_book = path.suffix.lower() in WORKBOOKS
        rows = _sheet(path, table, most=self.most_rows, place=place) if is_book else _csv(path, table, place=place)
        with _read_as(table.encoding, path, place=place):
            return _frame(rows, table, number=number, needed=needed, most=self.most_rows, place=place)

    def lines(self, name: str, *, place: str) -> frozenset[str]:
        """The lines of a text file that are not empty, without the space around them."""
        path = self.find(name, place=place)
        with _read_as("utf-8", path, place=place):
            return frozenset(filter(None, map(str.strip, path.read_text("utf-8-sig").splitlines())))


def listed(folder: Path) -> list[tuple[str, Sequence[str]]]:
    """The files that a mapping could name, with the columns of the first row; for a workbook those of its sheets."""
    found: list[tuple[str, Sequence[str]]] = []
    for path in sorted(folder.iterdir())[:MOST_LISTED]:
        if not path.is_file() or not path.resolve().is_relative_to(folder.resolve()):
            continue
        if path.suffix.lower() in WORKBOOKS:
            found += _listed_sheets(path)
        elif path.suffix.lower() in TEXTS:
            found.append((path.name, _listed_columns(path)))
    return found


def _listed_columns(path: Path) -> Sequence[str]:
    for encoding in ("utf-8-sig", "latin-1"):
        with contextlib.suppress(UnicodeError, OSError, csv.Error), path.open(encoding=encoding, newline="") as file:
            delimiter = _delimiter(file, skip=0)
            return [name.strip() for name in next(csv.reader(file, delimiter=delimiter), [])][:MOST_COLUMNS]
    return []


def _listed_sheets(path: Path) -> Iterator[tuple[str, Sequence[str]]]:
    with contextlib.suppress(NotATable, python_calamine.CalamineError, python_calamine.ZipError):
        _refuse_bomb(path, place="")
        with python_calamine.load_workbook(path) as book:
            for name in book.sheet_names[:MOST_LISTED]:
                rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False, nrows=1)
                yield f"{path.name} · {name}", [_cell(cell) for cell in rows[0]][:MOST_COLUMNS] if rows else []


@contextmanager
def _read_as(encoding: str, path: Path, *, place: str) -> Iterator[None]:
    try:
        yield
    except UnicodeDecodeError as error:
        raise NotEncoded(place=place, name=path.name, encoding=encoding, byte=error.start) from None
    except (OSError, csv.Error) as error:
        raise NotATable(place=place, name=path.name) from error


def _csv(path: Path, table: Table, *, place: str) -> Iterator[tuple[int, Row]]:
    """Each row with its line; a row begins on the line after the one that the row before ended on."""
    encoding = "utf-8-sig" if table.encoding == "utf-8" else table.encoding
    with path.open(encoding=encoding, newline="") as file:
        delimiter = table.delimiter or _delimiter(file, skip=max(table.header - 1, 0))
        reader = csv.reader(file, delimiter=delimiter, quotechar=table.quote)
        last = 0
        for row in reader:
            line, last = last + 1, reader.line_num
            if row:
                yield line, row


def _delimiter(file: IO[str], *, skip: int) -> str:
    """Whichever sign the header has most of."""
    header = next(islice(file, skip, None), "")
    file.seek(0)
    return max(DELIMITERS, key=header.count)


def _sheet(path: Path, table: Table, *, most: int | None, place: str) -> Iterator[tuple[int, Row]]:
    _refuse_bomb(path, place=place)
    try:
        with python_calamine.load_workbook(path) as book:
            names = book.sheet_names
            if table.sheet and table.sheet not in names:
                raise NoSuchSheet(place=place, name=path.name, sheet=table.sheet, hint=did_you_mean(table.sheet, names))
            sheet = book.get_sheet_by_name(table.sheet) if table.sheet else book.get_sheet_by_index(0)
            read = None if most is None else most + table.header + 1
            for line, cells in enumerate(sheet.to_python(skip_empty_area=False, nrows=read), 1):
                row = [_cell(cell) for cell in cells]
                if any(row):
                    yield line, row
    except (python_calamine.CalamineError, python_calamine.ZipError) as error:
        raise NotATable(place=place, name=path.name) from error


def _refuse_bomb(path: Path, *, place: str) -> None:
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as packed:
            if sum(part.file_size for part in packed.infolist()) > LARGEST_WORKBOOK:
                raise NotATable(place=place, name=path.name)


def _cell(cell: object) -> str:
    """A cell as its text: whole numbers without a decimal, days and times as ISO, truths as true and false."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, dt.date | dt.time) else str(cell)


def _frame(
    rows: Iterator[tuple[int, Row]],
    table: Table,
    *,
    number: int,
    needed: Collection[str],
    most: int | None,
    place: str,
) -> Frame:
    header, rows = _header(rows, table)
    wanted = {name: at for at, name in enumerate(header) if name in needed}
    columns: dict[str, list[str]] = {name: [] for name in wanted}
    seen: dict[str, dict[str, str]] = {name: {} for name in wanted}
    places, misfits = array("Q"), set[int]()
    width, first = len(header), number * FILE
    limited = rows if most is None else islice(rows, most)
    while chunk := list(islice(limited, CHUNK)):
        places.extend([first + line for line, _ in chunk])
        for number_in_chunk, (line, row) in enumerate(chunk):
            if len(row) != width:
                chunk[number_in_chunk] = line, _fitted(row, width)
                if len(row) < width or any(row[width:]):
                    misfits.add(first + line)
        for name, at in wanted.items():
            cells = [row[at] for _, row in chunk]
            columns[name].extend(map(seen[name].setdefault, cells, cells))
    for name, cells in columns.items():
        if max(map(len, seen[name]), default=0) > LONGEST:
            raise CellTooLong(place=place, most=LONGEST)
        columns[name] = _trimmed(cells, seen[name])
    is_whole = most is None or len(places) < most
    return Frame(table.name, columns, places, misfits, header, is_whole)


def _header(rows: Iterator[tuple[int, Row]], table: Table) -> tuple[list[str], Iterator[tuple[int, Row]]]:
    """The names of the columns; `header` 0 and `columns` for a file without a header."""
    if table.columns and table.header == 0:
        return list(table.columns), rows
    names: Row = ()
    for line, row in rows:
        if line >= table.header:
            names = table.columns or row
            break
    unique: list[str] = []
    for name in (name.strip() for name in names):
        unique.append(f"{name} ({unique.count(name) + 1})" if name and name in unique else name)
    return unique, rows


def _fitted(row: Row, width: int) -> Row:
    return [*row[:width], *[""] * (width - len(row))]


def _trimmed(cells: list[str], distinct: Collection[str]) -> list[str]:
    """Without space around the values: looked at once for each distinct one."""
    if all(text == text.strip() for text in distinct):
        return cells
    known = {text: text.strip() for text in distinct}
    return list(map(known.__getitem__, cells))
