"""Open one file: its encoding, its delimiter, its columns, its rows with their lines."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from kateder.sources.canonical.layout import File
from kateder.sources.canonical.sheets import Sheet
from kateder.sources.errors import ColumnMissing, ColumnTwice, NotReadable, NotUtf8

DELIMITERS = ",;\t"
csv.field_size_limit(1_000_000)


def open_sheet(folder: Path, file: File) -> Sheet | None:
    """The file's rows, or None where there is no such file.

    UTF-8 with or without BOM; comma, semicolon or tab, whichever the header has most of. A file without a
    header has no rows. Raises NotReadable, NotUtf8, ColumnMissing or ColumnTwice.
    """
    path = folder / f"{file.name}.csv"
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as error:
        raise NotUtf8(file=path.name, byte=error.start) from error
    except OSError as error:
        raise NotReadable(file=path.name) from error
    names = tuple(column.name for column in file.columns)
    if not text.strip():
        return Sheet(path.name, names, [], [])
    try:
        rows, lines = _rows(text, path.name)
    except csv.Error as error:
        raise NotReadable(file=path.name) from error
    header = tuple(name.strip() for name in rows[0])
    _check_header(header, file=file, name=path.name)
    return Sheet(path.name, header, rows[1:], lines[1:])


def _rows(text: str, name: str) -> tuple[list[list[str]], list[int]]:
    if "\0" in text:
        raise NotReadable(file=name)
    header = text[: text.find("\n")] if "\n" in text else text
    delimiter = max(DELIMITERS, key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows = list(reader)
    if reader.line_num == len(rows):
        lines = list(range(1, len(rows) + 1))
    else:  # some cell holds a line break: count again, line by line
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        lines, last = [], 0
        for _ in reader:
            lines.append(last + 1)
            last = reader.line_num
    if all(rows):
        return rows, lines
    filled = [(row, line) for row, line in zip(rows, lines, strict=True) if row]
    return [row for row, _ in filled], [line for _, line in filled]


def _check_header(header: tuple[str, ...], *, file: File, name: str) -> None:
    for column in file.columns:
        if column.required and column.name not in header:
            raise ColumnMissing(file=name, column=column.name)
    for column_name in header:
        if column_name and header.count(column_name) > 1:
            raise ColumnTwice(file=name, column=column_name)
