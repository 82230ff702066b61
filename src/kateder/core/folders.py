"""Folders that the operator has set aside for an authority: what administrators may name on the web."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from kateder.core.models import Authority
from kateder.core.setup import Field, FieldKind
from kateder.core.tenancy import current_authority_id

MOST = 200


def roots(patterns: Sequence[str]) -> list[Path]:
    """The folders of the current authority that exist; `{authority}` stands for its short name."""
    slug = Authority.objects.get(pk=current_authority_id()).slug
    named = [Path(text.replace("{authority}", slug)) for text in patterns]
    return [folder.resolve() for folder in named if folder.is_dir()]


def choices(permitted: Sequence[Path], *, files: bool = False) -> list[str]:
    """The permitted folders and those directly in them, with `files` the files there too, to choose from."""
    found: list[str] = []
    for root in permitted:
        visible = sorted(path for path in root.iterdir() if not path.name.startswith("."))
        inner = [path for path in visible if files or path.is_dir()]
        found += [str(root), *map(str, inner)]
    return found[:MOST]


def outside(
    given: Mapping[str, object],
    *,
    fields: Sequence[Field],
    permitted: Sequence[Path],
    before: Mapping[str, object] | None = None,
) -> str:
    """The first path outside the permitted folders, links followed, unless it was there before; or nothing."""
    for field in fields:
        path = str(given.get(field.name) or "")
        if field.kind is not FieldKind.PATH or not path or path == (before or {}).get(field.name):
            continue
        resolved = Path(path).resolve()
        if not any(resolved.is_relative_to(root) for root in permitted):
            return path
    return ""
