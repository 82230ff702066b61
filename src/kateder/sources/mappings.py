"""A mapping's history: every text that somebody has left is kept, with who and when, and can be gone back to."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from kateder.core import clock
from kateder.core.actors import Actor
from kateder.core.errors import DomainError
from kateder.sources.models import MappingVersion, Source

NAME: Final = "mapping"
"""What the setting is called in every kind of source that has one."""
MOST: Final = 100
"""So many of a source's mappings are kept, the newest."""
AROUND: Final = 3
"""Lines that are shown around a difference."""


class NoSuchMapping(DomainError):
    """There is no mapping {number} of this source. List them first."""


def keep(source: Source, *, before: Mapping[str, Any], after: Mapping[str, Any], actor: Actor) -> None:
    """Keep a mapping that has changed. Call within(), in the transaction that changes it."""
    text = after.get(NAME)
    if not isinstance(text, str) or text == before.get(NAME):
        return
    newest = MappingVersion.objects.filter(source=source).order_by("-number").first()
    number = newest.number if newest else 0
    earlier = before.get(NAME)
    if newest is None and isinstance(earlier, str):
        # A source from before there was a history: nobody knows who wrote it.
        number += 1
        MappingVersion.objects.create(source=source, number=number, text=earlier, changed_at=source.created_at)
    MappingVersion.objects.create(
        source=source, number=number + 1, text=text, changed_by=actor.label, changed_at=clock.now()
    )
    MappingVersion.objects.filter(source=source, number__lte=number + 1 - MOST).delete()


def history(source_id: UUID) -> list[MappingVersion]:
    """A source's mappings, the newest first."""
    return list(MappingVersion.objects.filter(source=source_id).order_by("-number"))


def version(source_id: UUID, number: int) -> MappingVersion:
    """One of them. Raises NoSuchMapping."""
    found = MappingVersion.objects.filter(source=source_id, number=number).first()
    if found is None:
        raise NoSuchMapping(number=number)
    return found


def difference(before: str, after: str) -> Sequence[str]:
    """The lines that differ, each after its `+` or `-`, with some around them; empty when nothing does."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=AROUND, lineterm="")
    return list(lines)[2:]
