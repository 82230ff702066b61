"""Open one file: its encoding, its delimiter, its columns, its rows with their lines."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from kateder.register.api import Entity
from kateder.sources.canonical.layout import File
from kateder.sources.canonical.sheets import Sheet
from kateder.sources.errors import ColumnMissing, ColumnTwice, NotReadable, NotUtf8

if TYPE_CHECKING:
    from _csv import Reader

DELIMITERS = ",;\t"
PIECE = 50_000
"""Rows that are held at once."""
BLOCK = 1 << 20
csv.field_size_limit(1_000_000)


def open_sheet(folder: Path, file: File) -> Sheet | None:
    """The file's rows, or None where there is no such file.

    UTF-8 with or without BOM; comma, semicolon or tab, whichever the header has most of. A file without a
    header has no rows. Raises NotReadable, NotUtf8, ColumnMissing or ColumnTwice.
    """
    path = folder / f"{file.name}.csv"
    try:
        looked_at = _look_at(path)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise NotReadable(file=path.name) from error
    if looked_at.is_empty:
        return Sheet(path.name, tuple(column.name for column in file.columns), [], [])
    pieces = _pieces(path, file=file, looked_at=looked_at)
    first = next(pieces)
    if file.entity is Entity.ORGANISATION:
        return _together(first, pieces)
    return replace(first, rest=pieces)


@dataclass(frozen=True, slots=True)
class LookedAt:
    """What is known of a file before it is read: whether a cell may hold a line break, and what separates cells."""

    is_empty: bool
    has_quotes: bool
    delimiter: str


def _look_at(path: Path) -> LookedAt:
    """Go through the bytes once. Raises NotUtf8, NotReadable or an OSError."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    position, is_empty, has_quotes, header = 0, True, False, b""
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            if b"\0" in block:
                raise NotReadable(file=path.name)
            pending = len(decoder.getstate()[0])
            try:
                decoder.decode(block)
            except UnicodeDecodeError as error:
                raise NotUtf8(file=path.name, byte=position - pending + error.start) from error
            header = header or block[: block.find(b"\n") if b"\n" in block else None]
            is_empty = is_empty and not block.removeprefix(codecs.BOM_UTF8).strip()
            has_quotes = has_quotes or b'"' in block
            position += len(block)
        if decoder.getstate()[0]:
            raise NotUtf8(file=path.name, byte=position - len(decoder.getstate()[0]))
    return LookedAt(is_empty, has_quotes, max(DELIMITERS, key=header.decode(errors="replace").count))


def _pieces(path: Path, *, file: File, looked_at: LookedAt) -> Iterator[Sheet]:
    """The file in pieces of so many rows; there is always a first one."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as text:
            reader = csv.reader(text, delimiter=looked_at.delimiter)
            header = tuple(name.strip() for name in next(reader))
            _check_header(header, file=file, name=path.name)
            numbered = _numbered if looked_at.has_quotes else _line_by_line
            yielded = False
            while True:
                rows, lines = numbered(reader)
                if not rows and yielded:
                    return
                yielded = True
                if not all(rows):
                    kept = [(row, line) for row, line in zip(rows, lines, strict=True) if row]
                    yield Sheet(path.name, header, [row for row, _ in kept], [line for _, line in kept])
                else:
                    yield Sheet(path.name, header, rows, lines)
                del rows, lines
    except (csv.Error, OSError, UnicodeDecodeError) as error:
        raise NotReadable(file=path.name) from error


def _line_by_line(reader: Reader) -> tuple[list[list[str]], Sequence[int]]:
    """The next rows of a file without quotation marks: every line is a row."""
    before = reader.line_num
    rows = list(islice(reader, PIECE))
    return rows, range(before + 1, before + 1 + len(rows))


def _numbered(reader: Reader) -> tuple[list[list[str]], Sequence[int]]:
    """The next rows of any file, with the line on which each begins: a cell may hold line breaks."""
    rows, lines, last = [], [], reader.line_num
    for row in islice(reader, PIECE):
        rows.append(row)
        lines.append(last + 1)
        last = reader.line_num
    return rows, lines


def _together(first: Sheet, others: Iterable[Sheet]) -> Sheet:
    pieces = [first, *others]
    rows = [row for piece in pieces for row in piece.rows]
    return Sheet(first.name, first.columns, rows, [line for piece in pieces for line in piece.lines])


def _check_header(header: tuple[str, ...], *, file: File, name: str) -> None:
    for column in file.columns:
        if column.required and column.name not in header:
            raise ColumnMissing(file=name, column=column.name)
    for column_name in header:
        if column_name and header.count(column_name) > 1:
            raise ColumnTwice(file=name, column=column_name)
