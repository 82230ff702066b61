"""From a text to a mapping, with errors that name the line."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext
from pydantic import ValidationError

from kateder.sources.mapped_csv import places, schema
from kateder.sources.mapped_csv.faults import (
    MappingFault,
    MappingTooLong,
    NameMissing,
    NotJson,
    NotToml,
    UnknownName,
    UnknownStep,
    UnknownVersion,
    WrongShape,
)
from kateder.sources.mapped_csv.frames import did_you_mean
from kateder.sources.mapped_csv.places import Path
from kateder.sources.mapped_csv.schema import BLOCKS, STEPS, MappingBase

LONGEST = 200_000
_TOML_LINE = re.compile(r"line (\d+)")
# What pydantic puts into a path besides names and numbers.
_TAGS = frozenset({"made", "text"})


@dataclass(frozen=True, slots=True)
class Written:
    """A mapping, and where in its text everything is written."""

    mapping: MappingBase
    text_lines: Mapping[Path, int] = field(default_factory=dict)

    def place(self, *path: str | int) -> str:
        """How an error names a place: the line, and the table or block with the step."""
        return _place(path, lines=self.text_lines)


def read(text: str) -> Written:
    """The mapping that a TOML text (or a JSON text, which begins with a brace) holds.

    Raises a MappingFault that says where it is wrong.
    """
    if len(text) > LONGEST:
        raise MappingTooLong(most=LONGEST)
    is_json = text.lstrip().startswith("{")
    parsed = _json(text) if is_json else _toml(text)
    if parsed.get("version") != 1:
        raise UnknownVersion
    lines = {} if is_json else places.lines_of(text)
    try:
        return Written(schema.Mapping_.model_validate(parsed), lines)
    except ValidationError as error:
        raise _fault(error, lines=lines) from None


def _toml(text: str) -> dict[str, object]:
    try:
        return tomllib.loads(text.replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError as error:
        found = _TOML_LINE.search(str(error))
        raise NotToml(line=found[1] if found else text.count("\n") + 1) from None


def _json(text: str) -> dict[str, object]:
    try:
        parsed: dict[str, object] = json.loads(text)
    except json.JSONDecodeError as error:
        raise NotJson(line=error.lineno) from None
    return parsed


def _fault(error: ValidationError, *, lines: Mapping[Path, int]) -> MappingFault:
    """The first thing that is wrong, in our words."""
    first = error.errors(include_url=False, include_input=False)[0]
    path = _path(first["loc"])
    place = _place(path, lines=lines)
    name = str(path[-1]) if path else ""
    match first["type"]:
        case "extra_forbidden":
            place = _place(path, lines=lines, shown=path[:-1])
            return UnknownName(place=place, name=name, hint=did_you_mean(name, _known(first["loc"])))
        case "missing":
            return NameMissing(place=_place(path[:-1], lines=lines), name=name)
        case "union_tag_not_found" | "union_tag_invalid":
            return UnknownStep(place=place)
        case _:
            return WrongShape(place=place)


def _path(loc: Sequence[str | int]) -> Path:
    """The path in the text: without the tags, and without the step's kind after its number."""
    kept: list[str | int] = []
    for part in loc:
        is_kind = part in STEPS and len(kept) == 4 and kept[2] == "steps"
        if part not in _TAGS and not is_kind:
            kept.append(part)
    return tuple(kept)


def _known(loc: Sequence[str | int]) -> list[str]:
    """The names that could stand at the place of an unknown one."""
    models: dict[str, type[schema.Strict]] = {
        "set": schema.SetStep, "only": schema.OnlyStep, "each": schema.EachStep, "join": schema.JoinStep,
        "unique": schema.UniqueStep, "add": schema.AddStep, "made": schema.ValueSpec, "tables": schema.Table,
        "blacklist": schema.Blacklist, "when": schema.Condition, "and": schema.Condition, "or": schema.Condition,
        "not": schema.Condition, **BLOCKS,
    }  # fmt: skip
    for part in reversed(loc[:-1]):
        if part == "only" and loc[-2] == "only" and loc[-3] == "only":
            return _names_of(schema.Condition)
        if part in models:
            return _names_of(models[str(part)])
    return _names_of(schema.Mapping_)


def _names_of(model: type[schema.Strict]) -> list[str]:
    return [info.alias or name for name, info in model.model_fields.items()]


def _place(path: Path, *, lines: Mapping[Path, int], shown: Path | None = None) -> str:
    line = places.line_at(lines, path)
    parts = [gettext("Line {line}").format(line=line)] if line else []
    path = path if shown is None else shown
    if len(path) > 1 and isinstance(path[1], int):
        kind = gettext("table {n}") if path[0] == "tables" else f"[[{path[0]}]] {{n}}"
        parts.append(kind.format(n=path[1] + 1))
    if len(path) > 3 and path[2] == "steps" and isinstance(path[3], int):
        parts.append(gettext("step {n}").format(n=path[3] + 1))
    elif len(path) > 2:
        parts.append(str(path[2]))
    return ", ".join(parts) or gettext("The mapping")
