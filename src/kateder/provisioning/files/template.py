"""A template: which files there are to be, and what stands in them. Read from TOML; `presets` holds ready ones."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import date, time
from importlib import resources
from typing import Annotated, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from kateder.core.errors import DomainError
from kateder.provisioning.files.faults import (
    BadFileName,
    BadText,
    NameTwice,
    NotToml,
    UnknownVersion,
    WrongShape,
)
from kateder.provisioning.files.rows import NAMES, RowKind
from kateder.provisioning.plain import slots

LONGEST: Final = 100_000
_NAME: Final = re.compile(r"(?!\.)(?:[\w .()-]|\{date\}|\{time\}){1,120}", re.ASCII)
_LINE: Final = re.compile(r"line (\d+)")
_STAMPS: Final = {"{date}": r"(\d{4}-\d\d-\d\d)", "{time}": r"\d{6}"}
Several = Annotated[tuple[str, ...], BeforeValidator(lambda value: [value] if isinstance(value, str) else value)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Column(_Strict):
    """A column: its heading, and the first of its texts that has something in it, looked up in `values`."""

    name: str = Field(max_length=200)
    value: Several = Field(min_length=1, max_length=10)
    join: str = Field(", ", max_length=10)
    values: dict[str, str] = {}
    otherwise: str = ""


class File(_Strict):
    """A file: its name, how it is written, and a row for each of what."""

    name: str
    format: Literal["csv", "xlsx", "oneroster"] = "csv"
    rows: RowKind = RowKind.PERSON
    roles: tuple[Literal["pupil", "teacher"], ...] = ("pupil", "teacher")
    separator: Literal[",", ";", "\t", "|"] = ","
    encoding: Literal["utf-8", "utf-8-bom", "windows-1252"] = "utf-8"
    line_ends: Literal["crlf", "lf"] = "crlf"
    quoting: Literal["minimal", "all"] = "minimal"
    header: bool = True
    sheet: str = Field("Blad1", min_length=1, max_length=31, pattern=r"^[^\[\]:*?/\\']+$")
    column: tuple[Column, ...] = ()

    def name_at(self, day: date, *, time: time) -> str:
        """The file's name on a day, at a time in Sweden."""
        return self.name.replace("{date}", day.isoformat()).replace("{time}", f"{time:%H%M%S}")

    def date_of(self, name: str) -> date | None:
        """The day that stands in a name of this file's; None where it is not one of them, or has no day."""
        parts = re.split(r"(\{date\}|\{time\})", self.name)
        pattern = "".join(_STAMPS.get(part, re.escape(part)) for part in parts)
        found = re.fullmatch(pattern, name, re.ASCII)
        try:
            return date.fromisoformat(found[1]) if found and found.groups() else None
        except ValueError:
            return None


class Template(_Strict):
    """What a template says: the files, in the order in which they are put in place."""

    version: Literal[1]
    description: str = ""
    file: tuple[File, ...] = Field(min_length=1, max_length=20)


@dataclass(frozen=True, slots=True)
class ColumnTexts:
    """A column with its texts read."""

    column: Column
    texts: tuple[slots.Text, ...]

    def cell(self, values: slots.Values) -> str:
        """What stands in the column for these values."""
        found = next((text for one in self.texts if (text := one.filled(values, join=self.column.join))), "")
        if self.column.values:
            found = self.column.values.get(found, self.column.otherwise)
        return found or self.column.otherwise


def read(text: str) -> Template:
    """The template that a text holds, with all its names looked up. Raises a TemplateFault."""
    if len(text) > LONGEST:
        raise WrongShape(place="version", reason="too long")
    try:
        parsed = tomllib.loads(text.replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError as error:
        found = _LINE.search(str(error))
        raise NotToml(line=found[1] if found else "?") from None
    if parsed.get("version") != 1:
        raise UnknownVersion
    try:
        template = Template.model_validate(parsed)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise WrongShape(place=_place(first["loc"]), reason=first["msg"]) from None
    _check(template)
    return template


def columns_of(file: File) -> tuple[ColumnTexts, ...]:
    """The file's columns with their texts read. Raises BadText."""
    return tuple(ColumnTexts(column, tuple(_text(one, file, column) for one in column.value)) for column in file.column)


def preset(name: str) -> str:
    """The text of a ready-made template."""
    return resources.files(f"{__package__}.presets").joinpath(f"{name}.toml").read_text("utf-8")


def _check(template: Template) -> None:
    names: set[str] = set()
    for file in template.file:
        if not _NAME.fullmatch(file.name) or file.name.strip() != file.name:
            raise BadFileName(name=file.name)
        if file.name.casefold() in names:
            raise NameTwice(name=file.name)
        names.add(file.name.casefold())
        if file.format != "oneroster" and not file.column:
            raise WrongShape(place=file.name, reason="column")
        columns_of(file)


def _text(text: str, file: File, column: Column) -> slots.Text:
    try:
        return slots.parse(text, known=NAMES[file.rows])
    except DomainError as error:
        raise BadText(place=f"{file.name}, {column.name}", reason=str(error)) from None


def _place(path: tuple[str | int, ...]) -> str:
    return " ".join(str(part + 1) if isinstance(part, int) else part for part in path)
