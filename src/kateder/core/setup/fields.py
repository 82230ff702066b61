"""The settings of something that an administrator connects: one list of fields gives its form and its options."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from django.utils.functional import Promise

Settings = Mapping[str, str | int | bool]
"""Settings as who uses them sees them: secrets opened."""


class FieldKind(StrEnum):
    """How a setting is asked for and stored."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    SECRET = "secret"  # noqa: S105 - stored sealed, never shown again
    CHOICE = "choice"
    PATH = "path"
    URL = "url"
    NUMBER = "number"
    TRUTH = "truth"


@dataclass(frozen=True, slots=True)
class Field:
    """One setting: a field of the form on the web, an option on the command line."""

    name: str
    label: Promise | str
    kind: FieldKind = FieldKind.TEXT
    required: bool = False
    default: str | int | bool = ""
    choices: Sequence[tuple[str, Promise | str]] = ()
    help: Promise | str = ""
    pattern: str = ""
    """What a text must look like as a whole, where there is one."""
    section: Promise | str = ""
    """The heading in the form under which it stands."""
    is_seldom: bool = False
    """Folded away in the form: what stands when it is left alone is right nearly everywhere."""


def section(title: Promise | str, fields: Iterable[Field], *, seldom: Iterable[str] = ()) -> tuple[Field, ...]:
    """The fields under one heading; those whose names are among `seldom` are folded away."""
    folded = frozenset(seldom)
    return tuple(replace(field, section=title, is_seldom=field.name in folded) for field in fields)
