"""Where an administrator may look for files: the folders that the operator has set aside, and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from django.conf import settings

from kateder.core.errors import DomainError
from kateder.core.models import Authority
from kateder.core.setup import Field, FieldKind
from kateder.core.tenancy import current_authority_id

MOST = 200


class FolderNotPermitted(DomainError):
    """The folder {folder} is not among those that may be used. Whoever runs Kateder sets them with
    KATEDER_SOURCE_FOLDERS.
    """


def roots() -> list[Path]:
    """The permitted folders of the current authority, those that exist."""
    slug = Authority.objects.get(pk=current_authority_id()).slug
    named = [Path(text.replace("{authority}", slug)) for text in settings.SOURCE_FOLDERS]
    return [folder.resolve() for folder in named if folder.is_dir()]


def choices(*, files: bool = False) -> list[str]:
    """The permitted folders and those directly in them, with `files` the files there too, to choose from."""
    found: list[str] = []
    for root in roots():
        visible = sorted(path for path in root.iterdir() if not path.name.startswith("."))
        inner = [path for path in visible if files or path.is_dir()]
        found += [str(root), *map(str, inner)]
    return found[:MOST]


def require_permitted(
    given: Mapping[str, object], *, fields: Sequence[Field], before: Mapping[str, object] | None = None
) -> None:
    """Raise FolderNotPermitted for a path outside the permitted folders, links followed, unless it was there before."""
    permitted = roots()
    for field in fields:
        path = str(given.get(field.name) or "")
        if field.kind is not FieldKind.PATH or not path or path == (before or {}).get(field.name):
            continue
        resolved = Path(path).resolve()
        if not any(resolved.is_relative_to(root) for root in permitted):
            raise FolderNotPermitted(folder=path)
