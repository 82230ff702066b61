"""Rows as bytes: CSV and xlsx, with cells that no spreadsheet takes for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final

from kateder.provisioning.files.template import File, columns_of
from kateder.provisioning.plain.slots import Values

ENCODINGS: Final = {"utf-8": "utf-8", "utf-8-bom": "utf-8-sig", "windows-1252": "cp1252"}
FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
"""How a cell begins that a spreadsheet would carry out (OWASP, CSV Injection)."""


def table(file: File, rows: Iterable[Values]) -> Iterable[Sequence[str]]:
    """The cells of a file, the headings first where it has any."""
    columns = columns_of(file)
    if file.header:
        yield [column.column.name for column in columns]
    for values in rows:
        yield [" ".join(column.cell(values).split()) for column in columns]


def as_csv(file: File, rows: Iterable[Values]) -> bytes:
    """The file's bytes. What its encoding does not have is written as a question mark."""
    binary = io.BytesIO()
    text = io.TextIOWrapper(binary, encoding=ENCODINGS[file.encoding], errors="replace", newline="")
    writer = csv.writer(
        text,
        delimiter=file.separator,
        lineterminator="\r\n" if file.line_ends == "crlf" else "\n",
        quoting=csv.QUOTE_ALL if file.quoting == "all" else csv.QUOTE_MINIMAL,
    )
    writer.writerows(map(_harmless, table(file, rows)))
    text.flush()
    return binary.getvalue()


def as_xlsx(file: File, rows: Iterable[Values]) -> bytes:
    """The file's bytes, row by row: every cell is a text, never a formula, a number or an address."""
    import xlsxwriter  # here, so that only a process that writes such files carries it

    binary = io.BytesIO()
    book = xlsxwriter.Workbook(binary, {"constant_memory": True})
    # The same content gives the same bytes: the day of writing is no part of it.
    book.set_properties({"created": datetime(2000, 1, 1, tzinfo=UTC)})
    sheet = book.add_worksheet(file.sheet)
    for number, cells in enumerate(table(file, rows)):
        for place, cell in enumerate(cells):
            sheet.write_string(number, place, cell)
    if file.header:
        sheet.freeze_panes(1, 0)
    book.close()
    return binary.getvalue()


def _harmless(cells: Sequence[str]) -> Sequence[str]:
    return [f"'{cell}" if cell.startswith(FORMULAS) else cell for cell in cells]
