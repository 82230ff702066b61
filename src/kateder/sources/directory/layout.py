"""The settings as they are used: which attribute is which, filters, tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kateder.core.ldap.session import Entry
from kateder.core.setup import Settings
from kateder.sources.directory.errors import BadExpression, BadTableLine
from kateder.sources.directory.expressions import Expression, parse
from kateder.sources.directory.fields import ACTIVE_DIRECTORY, EXPRESSIONS, PEOPLE, PRESETS
from kateder.sources.directory.values import day_of

_TRANSLATION = re.compile(r"([a-z_]+)\s*:\s*(.+?)\s*=\s*(.*)")
_UNIT = re.compile(r"(.+?)\s*=\s*(\d{8})?\s*,?\s*(.*)")
_BY_PUPIL = ("pupil_unit", "school_type", "school_year", "pupil_class")
_BY_STAFF = ("staff_unit", "duty_role", "signature")
_BY_GROUP = ("id", "created", "group_name", "group_unit", "subject_code", "subject_name")


@dataclass(frozen=True, slots=True)
class Unit:
    """A school unit as the directory or the table knows it."""

    name: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where in the directory each thing stands. `texts` are the settings with presets filled in."""

    texts: Mapping[str, str]
    expressions: Mapping[str, Expression]
    translations: Mapping[str, Mapping[str, str]]
    units: Mapping[str, Unit]

    def values(self, name: str, entry: Entry) -> list[str]:
        """What an entry has for a field, translated where a line says so."""
        expression = self.expressions.get(name)
        if expression is None:
            return []
        table = self.translations.get(name)
        found = expression.values(entry)
        return found if table is None else [table.get(value.casefold(), value) for value in found]

    def value(self, name: str, entry: Entry) -> str:
        """The first of them, or nothing."""
        return next(iter(self.values(name, entry)), "")

    def starts(self, entry: Entry) -> str:
        """The first day of what an entry stands for."""
        return self.texts["start_date"] or day_of(self.value("created", entry))

    def ends(self, entry: Entry) -> str:
        """The last day, or nothing."""
        return day_of(self.value("ends", entry))

    @property
    def joins_by_dn(self) -> bool:
        """Whether groups name their members by DN."""
        return self.texts["member_names"].casefold() == "dn"

    def attributes(self, kind: str) -> list[str]:
        """Which attributes to ask for, of `pupil`, `staff`, `group` or `unit`."""
        names = {
            "pupil": (*PEOPLE, *_BY_PUPIL),
            "staff": (*PEOPLE, *_BY_STAFF),
            "group": _BY_GROUP,
            "unit": ("unit_id", "unit_name", "unit_code"),
        }[kind]
        wanted = {self.expressions[name].attribute for name in names if name in self.expressions} - {""}
        if kind == "group":
            wanted.add(self.texts["member"])
        elif kind != "unit" and not self.joins_by_dn:
            wanted.add(self.texts["member_names"])
        return sorted(wanted)


def layout_of(settings: Settings) -> Layout:
    """Read the settings. Raises BadExpression or BadTableLine."""
    preset = PRESETS[str(settings.get("directory") or ACTIVE_DIRECTORY)]
    texts = {name: str(value).strip() for name, value in settings.items() if isinstance(value, str)}
    for name in ("start_date", "member", "member_names", "pupil_base", "staff_base", "group_base", "unit_base"):
        texts.setdefault(name, "")
    texts |= {name: text for name, text in preset.items() if not texts.get(name)}
    if texts["start_date"] and day_of(texts["start_date"]) != texts["start_date"]:
        raise BadExpression(field="start_date", text=texts["start_date"])
    expressions = {name: read for name in EXPRESSIONS if (read := parse(texts.get(name, ""), field=name))}
    return Layout(texts, expressions, _translations(texts), dict(_units(texts.get("unit_table", ""))))


def _translations(texts: Mapping[str, str]) -> dict[str, dict[str, str]]:
    tables: dict[str, dict[str, str]] = {}
    for line, text in _lines(texts.get("translations", "")):
        found = _TRANSLATION.fullmatch(text)
        if found is None or found.group(1) not in EXPRESSIONS:
            raise BadTableLine(field="translations", line=line)
        tables.setdefault(found.group(1), {})[found.group(2).casefold()] = found.group(3)
    return tables


def _units(table: str) -> Iterator[tuple[str, Unit]]:
    for line, text in _lines(table):
        found = _UNIT.fullmatch(text)
        if found is None or not (found.group(2) or found.group(3)):
            raise BadTableLine(field="unit_table", line=line)
        yield found.group(1).casefold(), Unit(found.group(3) or found.group(1), found.group(2) or "")


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and not line.lstrip().startswith("#"):
            yield number, line.strip()
