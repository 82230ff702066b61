"""A system that another has replaced: its source delivers nothing more, and what it alone delivered goes by a plan.

A retired source is read like any other, as an empty delivery of everything. Its limits and a person's approval
therefore stand between it and the register, and the plan shows whom no other source has taken over.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import orjson
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kateder.core import audit
from kateder.core.actors import Actor
from kateder.core.errors import DomainError
from kateder.core.setup import Field, Settings, Step
from kateder.sources.canonical.layout import BY_ENTITY
from kateder.sources.canonical.sheets import Delivered, Sheet
from kateder.sources.connecting import STEP_LABELS, Place
from kateder.sources.models import Source

KIND = "retired"


class AlreadyRetired(DomainError):
    """This source has been retired already."""


class NotRetired(DomainError):
    """This source is in use: it has not been retired."""


@dataclass(frozen=True, slots=True)
class Retired:
    """The connector of a source that delivers nothing more. It is not offered: a source becomes it."""

    kind: str
    label: Promise | str
    describes: Promise | str
    fields: tuple[Field, ...] = ()

    def check(self, settings: Settings, *, today: date) -> Iterator[Step]:
        """There is nothing that could be wrong."""
        yield from (Step(name) for name in STEP_LABELS)

    def fetch(self, settings: Settings, *, place: Place, today: date) -> Delivered:
        """Nothing, of every entity."""
        sheets = {}
        for entity, file in BY_ENTITY.items():
            columns = tuple(column.name for column in file.columns)
            sheets[entity] = Sheet(file.name, columns, [], ())
        return Delivered(sheets)


CONNECTOR = Retired(
    KIND, _("Retired"), _("Delivers nothing more; what it alone delivered goes by a plan that you approve.")
)


def retire(source_id: UUID, *, actor: Actor) -> Source:
    """Let a source deliver nothing from its next run on. Raises AlreadyRetired."""
    source = Source.objects.select_for_update().get(pk=source_id)
    if source.kind == KIND:
        raise AlreadyRetired
    # As text: what is sealed in it stays as it is.
    source.settings = {"was": source.kind, "settings": orjson.dumps(source.settings).decode()}
    source.kind, source.every_minutes = KIND, None
    source.save(update_fields=["kind", "settings", "every_minutes"])
    audit.record("source.retired", actor=actor, subject_type="source", subject_id=source.pk)
    return source


def take_back(source_id: UUID, *, actor: Actor) -> Source:
    """Let a retired source deliver again what it is set to. Raises NotRetired."""
    source = Source.objects.select_for_update().get(pk=source_id)
    if source.kind != KIND:
        raise NotRetired
    source.kind, source.settings = source.settings["was"], orjson.loads(source.settings["settings"])
    source.save(update_fields=["kind", "settings"])
    audit.record("source.taken_back", actor=actor, subject_type="source", subject_id=source.pk)
    return source
