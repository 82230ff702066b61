"""Cells become PostgreSQL's COPY text, one distinct value at a time.

A school's files repeat themselves, so each distinct value of a column is parsed once.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date
from uuid import UUID

import orjson

from kateder.protocols.ss12000 import UnknownCode
from kateder.protocols.ss12000.school_years import LAST_YEAR
from kateder.sources.canonical.layout import Column, Kind
from kateder.sources.reading import NULL, Fault

TRUTHS = {"true": "t", "1": "t", "ja": "t", "sant": "t", "false": "f", "0": "f", "nej": "f", "falskt": "f"}
# What a smallint holds: points, hours, per cent.
LARGEST = 32_767
NEWLINE = "\n"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
# Most texts hold nothing that COPY or an array would have to escape: one look tells.
_SPECIAL = re.compile(r"[\x00-\x1f\x7f\\]")
_PLAIN_KINDS = frozenset({Kind.TEXT, Kind.KEY, Kind.REFERENCE, Kind.CIVIC_NUMBER})
_ARRAY_SPECIAL = re.compile(r'[\\"]')
_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
_ARRAY_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\""})


class Unusable(ValueError):
    """A cell that cannot be used, with the reason."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


def parse_column(cells: Sequence[str], column: Column) -> tuple[list[str], dict[str, Fault]]:
    """The cells as COPY text, in order, and which cell texts could not be used (those become empty)."""
    distinct = set(cells)
    if column.kind in _PLAIN_KINDS and _are_plain(distinct, column):
        if "" not in distinct:
            return list(cells), {}
        empty = NULL if column.empty is None else column.empty
        return [cell or empty for cell in cells], {}
    parse = _PARSERS[column.kind]
    known: dict[str, str] = {}
    faults: dict[str, Fault] = {}
    for cell in distinct:
        try:
            known[cell] = _parse(cell, column, parse)
        except Unusable as error:
            faults[cell] = error.fault
            known[cell] = NULL
    return list(map(known.__getitem__, cells)), faults


def _are_plain(distinct: set[str], column: Column) -> bool:
    """Whether every cell is already as COPY wants it: looked at all together, since nearly all columns are."""
    if column.required and "" in distinct:
        return False
    filled = [cell for cell in distinct if cell]
    everything = f"\n{NEWLINE.join(filled)}\n"
    return (
        len(max(filled, key=len, default="")) <= column.longest
        and everything.count("\n") == len(filled) + 1
        # Printable: no control characters, and no space but the plain one.
        and "".join(filled).isprintable()
        and "\\" not in everything
        and " \n" not in everything
        and "\n " not in everything
        and (everything.isascii() or unicodedata.is_normalized("NFC", everything))
        and (column.kind is Kind.TEXT or "|" not in everything)
    )


def clean(cell: str) -> str:
    """Without surrounding space, composed: the same text is the same bytes (Unicode NFC)."""
    text = cell.strip()
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def escape(text: str) -> str:
    """As COPY text."""
    return text.translate(_ESCAPES) if _SPECIAL.search(text) else text


def array(texts: Sequence[str]) -> str:
    """Texts as a PostgreSQL array in COPY text."""
    inner = '","'.join(texts)
    if not _ARRAY_SPECIAL.search("".join(texts)):
        return escape(f'{{"{inner}"}}') if texts else "{}"
    quoted = ",".join(f'"{text.translate(_ARRAY_ESCAPES)}"' for text in texts)
    return escape(f"{{{quoted}}}")


Parse = Callable[[str, Column], str]


def _parse(cell: str, column: Column, parse: Parse) -> str:
    text = clean(cell)
    if not text:
        if column.required:
            raise Unusable(Fault.MISSING)
        return NULL if column.empty is None else column.empty
    return parse(text, column)


def _text(text: str, column: Column) -> str:
    if len(text) > column.longest:
        raise Unusable(Fault.TOO_LONG)
    if not _SPECIAL.search(text):
        return text
    if _CONTROL.search(text):
        raise Unusable(Fault.BAD_TEXT)
    return escape(text)


def _key(text: str, column: Column) -> str:
    """A source's own id. Without the sign that separates several values in one cell."""
    if "|" in text:
        raise Unusable(Fault.BAD_TEXT)
    return _text(text, column)


def _date(text: str, _: Column) -> str:
    if not _DAY.fullmatch(text):
        raise Unusable(Fault.BAD_DATE)
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise Unusable(Fault.BAD_DATE) from None


def _truth(text: str, _: Column) -> str:
    value = TRUTHS.get(text.casefold())
    if value is None:
        raise Unusable(Fault.BAD_TRUTH)
    return value


def _code(text: str, column: Column) -> str:
    if column.codes is None:
        raise TypeError(column.name)
    try:
        return escape(column.codes.read(text))
    except UnknownCode:
        raise Unusable(Fault.UNKNOWN_CODE) from None


def _year(text: str, _: Column) -> str:
    """School year 0–11: ten years of compulsory school from 2028 and upper secondary share the number line."""
    if not text.isascii() or not text.isdigit() or int(text) > LAST_YEAR:
        raise Unusable(Fault.BAD_NUMBER)
    return str(int(text))


def _parts(text: str, column: Column) -> list[str]:
    parts = [part.strip() for part in text.split("|")] if "|" in text else [text]
    for part in parts:
        _text(part, column)
    return list(dict.fromkeys(part for part in parts if part))


def _texts(text: str, column: Column) -> str:
    return array(_parts(text, column))


def _list(text: str, column: Column) -> str:
    """Every value in its place: empty ones keep theirs."""
    parts = [part.strip() for part in text.split("|")]
    for part in parts:
        _text(part, column)
    return array(parts)


def _number(text: str, _: Column) -> str:
    if not text.isascii() or not text.isdigit() or int(text) > LARGEST:
        raise Unusable(Fault.BAD_NUMBER)
    return str(int(text))


def _uuid(text: str, _: Column) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise Unusable(Fault.BAD_TEXT) from None


def _json(text: str, _: Column) -> str:
    """An object or an array, always written alike, so that the same content is the same bytes."""
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise Unusable(Fault.BAD_TEXT) from None
    if not isinstance(value, dict | list) or "\\u0000" in text:
        raise Unusable(Fault.BAD_TEXT)
    return escape(orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode())


def _codes(text: str, column: Column) -> str:
    """Codes have no order of their own: another order is no difference."""
    return array(sorted({_code(part, column) for part in _parts(text, column)}))


def _references(text: str, column: Column) -> str:
    """Left as the file has it; `checking` looks them up and makes the array."""
    return "|".join(sorted(_parts(text, column)))


_PARSERS: dict[Kind, Parse] = {
    Kind.KEY: _key,
    Kind.TEXT: _text,
    Kind.DATE: _date,
    Kind.TRUTH: _truth,
    Kind.CODE: _code,
    Kind.CODES: _codes,
    Kind.YEAR: _year,
    Kind.TEXTS: _texts,
    Kind.REFERENCE: _key,
    Kind.REFERENCES: _references,
    Kind.CIVIC_NUMBER: _text,
    Kind.NUMBER: _number,
    Kind.UUID: _uuid,
    Kind.LIST: _list,
    Kind.JSON: _json,
}
