"""Where an administrator may let files be written: the folders that the operator has set aside, and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.conf import settings

from kateder.core import folders
from kateder.core.errors import DomainError
from kateder.core.setup import Field


class MayNotBeWritten(DomainError):
    """The folder {folder} is not among those that may be used. Whoever runs Kateder sets them with
    KATEDER_EXPORT_FOLDERS.
    """


def folder_choices() -> list[str]:
    """The permitted folders and those directly in them."""
    return folders.choices(folders.roots(settings.EXPORT_FOLDERS))


def require_permitted(
    given: Mapping[str, object], *, fields: Sequence[Field], before: Mapping[str, object] | None = None
) -> None:
    """Raise MayNotBeWritten for a path outside the permitted folders, links followed, unless it was there before."""
    permitted = folders.roots(settings.EXPORT_FOLDERS)
    if path := folders.outside(given, fields=fields, permitted=permitted, before=before):
        raise MayNotBeWritten(folder=path)
