"""Settings on the command line: `name=value`, and `name=@FILE` for secrets and long texts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import typer

from kateder.core.setup.fields import Field, FieldKind


def read(changes: Sequence[str], *, fields: Sequence[Field]) -> dict[str, object]:
    """The settings that were written. Raises typer.BadParameter."""
    return dict(_change(change, fields) for change in changes)


def value_of(field: Field, given: object) -> object:
    """The value itself: the content of the file that was named, the whole path of a folder.

    Raises typer.BadParameter where a file cannot be read.
    """
    if field.kind is FieldKind.LONG_TEXT and str(given or "").startswith("@"):
        given = Path(str(given)[1:])
    if isinstance(given, Path):
        text = _text_of(given)
        return text.strip() if field.kind is FieldKind.SECRET else text
    if field.kind is FieldKind.PATH and given is not None:
        return str(Path(str(given)).resolve())
    return given


def _change(change: str, fields: Sequence[Field]) -> tuple[str, object]:
    name, sign, value = change.partition("=")
    field = next((one for one in fields if one.name == name), None)
    if not sign or field is None:
        known = ", ".join(one.name for one in fields)
        raise typer.BadParameter(f"{change!r} is not name=value of one of: {known}.")
    if field.kind is FieldKind.SECRET:
        if not value.startswith("@"):
            raise typer.BadParameter(f"{name} is a secret and read from a file: {name}=@FILE.")
        return name, value_of(field, Path(value[1:]))
    return name, value_of(field, value)


def _text_of(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise typer.BadParameter(f"{path} cannot be read as text.") from None
