"""Add a draft, pause a source, remove it, and what becomes of what it delivered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from kateder.core import audit, clock, db, findings, plans
from kateder.core.actors import Actor
from kateder.core.errors import DomainError
from kateder.register.api import Entity
from kateder.sources import remarks, snapshots
from kateder.sources.limits import limits_of
from kateder.sources.mastering.models import Contribution
from kateder.sources.models import RunState, Source, SourceLink, SourceRun, Standing, Trial


class NotAdded(DomainError):
    """The source {name} has not been added yet. It can only be tried."""


class SourcePaused(DomainError):
    """The source {name} is paused. Nothing is read from it until it is resumed."""


class SourceRemoved(DomainError):
    """The source {name} has been removed."""


@dataclass(frozen=True, slots=True)
class Delivering:
    """How much of one kind of thing a source has delivered, and how much of it no other source delivers."""

    entity: Entity
    count: int
    alone: int


ALONE = """
SELECT l.entity, count(*), count(*) FILTER (WHERE NOT EXISTS (
    SELECT 1 FROM sources_sourcelink o WHERE o.root_id = l.root_id AND o.entity = l.entity
     AND o.source_id <> l.source_id AND o.content_hash IS NOT NULL))
FROM sources_sourcelink l WHERE l.source_id = %s AND l.content_hash IS NOT NULL GROUP BY l.entity
"""


def require_readable(source: Source, *, dry_run: bool) -> None:
    """Raise NotAdded, SourcePaused or SourceRemoved where no run may read it; a dry run may until it is gone."""
    if source.standing == Standing.REMOVED:
        raise SourceRemoved(name=source.name)
    if dry_run:
        return
    if source.standing == Standing.DRAFT:
        raise NotAdded(name=source.name)
    if source.standing == Standing.PAUSED:
        raise SourcePaused(name=source.name)


def confirm(source_id: UUID, *, limits: Mapping[str, Any], approve_automatically: bool, actor: Actor) -> Source:
    """Make a draft a source like the others. Raises BadLimits."""
    limits_of(limits)
    source = Source.objects.get(pk=source_id, standing=Standing.DRAFT)
    source.standing, source.created_at = Standing.ACTIVE, clock.now()
    source.limits, source.approve_automatically = dict(limits), approve_automatically
    source.save()
    Trial.objects.filter(source=source).delete()
    SourceRun.objects.filter(source=source).delete()
    audit.record("source.added", actor=actor, subject_type="source", subject_id=source.pk, kind=source.kind)
    return source


def discard(source_id: UUID) -> None:
    """Throw away a draft."""
    Source.objects.get(pk=source_id, standing=Standing.DRAFT).delete()


def pause(source_id: UUID, *, actor: Actor) -> Source:
    """Read nothing from a source until it is resumed; what it has delivered stays as it is."""
    return _stand(source_id, Standing.PAUSED, of={Standing.ACTIVE}, event="source.paused", actor=actor)


def resume(source_id: UUID, *, actor: Actor) -> Source:
    """Read it again: after a pause, or instead of taking away what it delivered."""
    source = _stand(
        source_id, Standing.ACTIVE, of={Standing.PAUSED, Standing.LEAVING}, event="source.resumed", actor=actor
    )
    _refuse_waiting(source)
    return source


def delivering(source_id: UUID) -> list[Delivering]:
    """What a source has delivered, kind by kind."""
    with db.cursor() as cursor:
        cursor.execute(ALONE, [source_id])
        return [Delivering(Entity(entity), count, alone) for entity, count, alone in cursor.fetchall()]


def remove_keeping(source_id: UUID, *, actor: Actor) -> Source:
    """Remove a source and leave in the register what it delivered, as nobody's.

    Another source that delivers the same persons takes them over; until then they stay as they are.
    """
    source = _stand(
        source_id, Standing.REMOVED, of={Standing.ACTIVE, Standing.PAUSED}, event="source.removed", actor=actor
    )
    _refuse_waiting(source)
    SourceLink.objects.filter(source=source).update(content_hash=None)
    # What it said of what others deliver too must not go on winning over them.
    Contribution.objects.filter(source=source).delete()
    _close(source)
    return source


def remove_taking_away(source_id: UUID, *, actor: Actor) -> Source:
    """Begin to remove a source: its next run delivers nothing, and that plan waits for a person."""
    return _stand(
        source_id, Standing.LEAVING, of={Standing.ACTIVE, Standing.PAUSED}, event="source.leaving", actor=actor
    )


def left(source: Source, *, actor: Actor) -> None:
    """What a leaving source delivered has been taken away: now it is removed."""
    if source.standing == Standing.LEAVING:
        _stand(source.pk, Standing.REMOVED, of={Standing.LEAVING}, event="source.removed", actor=actor)
        _close(source)


def _stand(source_id: UUID, standing: Standing, *, of: set[Standing], event: str, actor: Actor) -> Source:
    source = Source.objects.select_for_update().get(pk=source_id)
    if source.standing not in of:
        raise SourceRemoved(name=source.name)
    source.standing = standing
    if standing == Standing.REMOVED:
        # The name is free again, and no secret outlives its use.
        source.name, source.settings, source.every_minutes = f"{source.name[:60]} ({source.pk})", {}, None
    source.save()
    audit.record(event, actor=actor, subject_type="source", subject_id=source.pk)
    return source


def _refuse_waiting(source: Source) -> None:
    plans.supersede("import", source.pk)
    for held in SourceRun.objects.filter(source=source, state=RunState.WAITING):
        snapshots.forget(held)
        held.state, held.finished_at = RunState.SUPERSEDED, clock.now()
        held.save()


def _close(source: Source) -> None:
    Trial.objects.filter(source=source).delete()
    findings.replace(remarks.scope(source.pk), [])
