"""Courses with grades of their own (Gy11) and subjects with levels (Gy25), side by side until 30 June 2030."""

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from importlib.resources import files
from typing import Any


class StudyKind(StrEnum):
    """What upper secondary studies are divided into."""

    COURSE = "course"
    SUBJECT = "subject"


@dataclass(frozen=True, slots=True)
class StudyRule:
    """When a kind may be studied, when education by it may begin, and how its codes look."""

    kind: StudyKind
    name: str
    pattern: re.Pattern[str]
    valid_from: date | None = None
    valid_to: date | None = None
    begins_from: date | None = None
    begins_to: date | None = None

    def in_force(self, day: date) -> bool:
        """Whether studies of this kind may go on on the day."""
        return _within(day, self.valid_from, self.valid_to)

    def may_begin(self, day: date) -> bool:
        """Whether an education that begins on the day follows this kind."""
        return _within(day, self.begins_from, self.begins_to)


def kind_of_code(code: str) -> StudyKind | None:
    """What a code of upper secondary education names, by its form; None where it is neither."""
    return next((rule.kind for rule in RULES.values() if rule.pattern.fullmatch(code)), None)


def kinds_on(school_type: str, day: date) -> tuple[StudyKind, ...]:
    """The kinds that are studied in a school form on a day: both, from July 2025 to June 2030."""
    if school_type not in SCHOOL_TYPES:
        return ()
    return tuple(rule.kind for rule in RULES.values() if rule.in_force(day))


def kind_begun(school_type: str, day: date) -> StudyKind | None:
    """The kind that an education begun on the day follows; None outside upper secondary level."""
    if school_type not in SCHOOL_TYPES:
        return None
    return next((rule.kind for rule in RULES.values() if rule.may_begin(day)), None)


def _within(day: date, first: date | None, last: date | None) -> bool:
    return (first is None or first <= day) and (last is None or day <= last)


def _load() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("codes", "study_kinds.toml").read_text(encoding="utf-8"))


def _rule(row: dict[str, Any]) -> StudyRule:
    dates = {name: row[name] for name in ("valid_from", "valid_to", "begins_from", "begins_to") if name in row}
    return StudyRule(StudyKind(row["value"]), row["name"], re.compile(row["pattern"]), **dates)


_DATA = _load()
RULES = {StudyKind(row["value"]): _rule(row) for row in _DATA["kinds"]}
SCHOOL_TYPES = frozenset(_DATA["school_types"])
