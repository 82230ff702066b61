"""Settings checked against their fields, and kept with their secrets sealed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from kateder.core import secrets
from kateder.core.errors import DomainError
from kateder.core.setup.fields import Field, FieldKind, Settings

SEALED = "sealed"
TRUTHS = {"true": True, "yes": True, "1": True, "on": True, "false": False, "no": False, "0": False, "": False}


class UnknownSetting(DomainError):
    """There is no setting called {name} here."""


class SettingMissing(DomainError):
    """The setting {name} must be filled in."""


class BadSetting(DomainError):
    """The setting {name} has a value that cannot be used."""


def checked(given: Mapping[str, Any], *, fields: Sequence[Field], before: Settings | None = None) -> Settings:
    """The settings with their types and defaults. `before` are those there are: a secret left empty stays.

    Raises UnknownSetting, SettingMissing or BadSetting.
    """
    unknown = given.keys() - {field.name for field in fields}
    if unknown:
        raise UnknownSetting(name=", ".join(sorted(unknown)))
    kept = before or {}
    return {field.name: _value(given.get(field.name), field, before=kept.get(field.name)) for field in fields}


def sealed(settings: Settings, *, purpose: str, fields: Sequence[Field]) -> dict[str, Any]:
    """As they are stored. Call within(): what seals is the authority's."""
    secret = {field.name for field in fields if field.kind is FieldKind.SECRET}
    return {
        name: {SEALED: secrets.seal(str(value).encode(), purpose=purpose)} if name in secret and value else value
        for name, value in settings.items()
    }


def opened(stored: Mapping[str, Any], *, purpose: str) -> Settings:
    """As who uses them wants them. Call within(). Raises CannotUnseal."""
    return {
        name: secrets.unseal(value[SEALED], purpose=purpose).decode() if isinstance(value, dict) else value
        for name, value in stored.items()
    }


def _value(given: object, field: Field, *, before: str | int | bool | None) -> str | int | bool:
    text = "" if given is None else str(given).strip()
    if not text and before is not None and (given is None or field.kind is FieldKind.SECRET):
        return before
    if given is None and not field.required:
        return field.default
    if field.kind is FieldKind.TRUTH:
        return _truth(text, field)
    if not text:
        if field.required:
            raise SettingMissing(name=field.name)
        return field.default
    if field.kind is FieldKind.NUMBER:
        if not text.isascii() or not text.isdigit():
            raise BadSetting(name=field.name)
        return int(text)
    if field.kind is FieldKind.CHOICE and text not in {value for value, _ in field.choices}:
        raise BadSetting(name=field.name)
    if field.pattern and not re.fullmatch(field.pattern, text):
        raise BadSetting(name=field.name)
    return str(given) if field.kind in {FieldKind.SECRET, FieldKind.LONG_TEXT} else text


def _truth(text: str, field: Field) -> bool:
    if text.casefold() not in TRUTHS:
        raise BadSetting(name=field.name)
    return TRUTHS[text.casefold()]
