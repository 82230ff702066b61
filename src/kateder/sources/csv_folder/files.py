"""Open one file: its encoding, its delimiter, its columns, its rows with their lines."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from kateder.register.api import Entity
from kateder.sources.canonical.layout import File
from kateder.sources.canonical.sheets import Sheet, Turned
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
            numbered = _numbered(reader) if looked_at.has_quotes else _line_by_line(text, reader, width=len(header))
            for rows, lines in numbered:
                if isinstance(rows, Turned) or all(rows):
                    yield Sheet(path.name, header, rows, lines)
                else:
                    kept = [(row, line) for row, line in zip(rows, lines, strict=True) if row]
                    yield Sheet(path.name, header, [row for row, _ in kept], [line for _, line in kept])
                del rows, lines
    except (csv.Error, OSError, UnicodeDecodeError) as error:
        raise NotReadable(file=path.name) from error


Numbered = Iterator[tuple[Sequence[Sequence[str]], Sequence[int]]]
"""Pieces of a file with the lines on which their rows begin; always a first one."""


def _line_by_line(text: TextIO, reader: Reader, *, width: int) -> Numbered:
    """A file without quotation marks, from behind its header: every line is a row."""
    before, delimiter = reader.line_num, reader.dialect.delimiter
    piece = list(islice(text, PIECE))
    while True:
        following = range(before + 1, before + 1 + len(piece))
        yield split(piece, delimiter=delimiter, width=width) or list(csv.reader(piece, reader.dialect)), following
        before += len(piece)
        piece = list(islice(text, PIECE))
        if not piece:
            return


def split(piece: Sequence[str], *, delimiter: str, width: int) -> Turned | None:
    """Split lines into cells all at once; None where they are not all alike, and have to be looked at one by one.

    Gives what Python's own reader gives of lines without quotation marks.
    """
    if width < 2 or {line.count(delimiter) for line in piece} != {width - 1}:
        return None
    whole = "".join(piece)
    if "\r" in whole:
        whole = whole.replace("\r\n", "\n")
    if "\r" in whole or max(map(len, piece)) > csv.field_size_limit():
        return None
    cells = whole.removesuffix("\n").replace("\n", delimiter).split(delimiter)
    return Turned([cells[place::width] for place in range(width)])


def _numbered(reader: Reader) -> Numbered:
    """Any file, with the line on which each row begins: a cell may hold line breaks."""
    is_first = True
    while True:
        rows, lines, last = [], [], reader.line_num
        for row in islice(reader, PIECE):
            rows.append(row)
            lines.append(last + 1)
            last = reader.line_num
        if not rows and not is_first:
            return
        is_first = False
        yield rows, lines


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
