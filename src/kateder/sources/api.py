"""The door of sources: add one, run it, decide on its plans.

source = add_csv_source(name="Skolsystemet", folder=Path("/srv/export"), actor=actor)   # within()
run(source.pk, actor=actor)                  # outside: opens its own transactions
approve_plan(plan_id, actor=actor)           # within()
apply_plan(plan_id, actor=actor)             # outside
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from kateder.core import audit
from kateder.core.actors import Actor
from kateder.sources import connectors
from kateder.sources.errors import NameTaken, TooOften, UnknownSource
from kateder.sources.limits import limits_of
from kateder.sources.models import RunState, Source, SourceRun
from kateder.sources.running import Preview, apply_plan, approve_plan, preview, refuse_plan, run
from kateder.sources.tasks import request_apply, request_run

__all__ = [
    "Preview",
    "RunState",
    "add_csv_source",
    "apply_plan",
    "approve_plan",
    "check",
    "find",
    "preview",
    "refuse_plan",
    "request_apply",
    "request_run",
    "run",
    "runs_of",
    "set_limits",
    "set_schedule",
]

FEWEST_MINUTES = 5
"""A source is not read more often than this."""


def add_csv_source(
    *,
    name: str,
    folder: Path,
    limits: Mapping[str, Any] | None = None,
    approve_automatically: bool = True,
    actor: Actor,
) -> Source:
    """Add a folder of CSV files as a source. Raises NameTaken, BadLimits, FolderMissing or FileMissing."""
    settings = {"folder": str(folder.resolve())}
    limits_of(limits or {})
    connectors.of("csv").check(settings)
    if Source.objects.filter(name=name).exists():
        raise NameTaken(name=name)
    source = Source.objects.create(
        kind="csv",
        name=name,
        settings=settings,
        limits=dict(limits or {}),
        approve_automatically=approve_automatically,
    )
    audit.record("source.added", actor=actor, subject_type="source", subject_id=source.pk, kind="csv")
    return source


def set_limits(source_id: UUID, *, limits: Mapping[str, Any], approve_automatically: bool, actor: Actor) -> Source:
    """Change what a source may change unasked. Raises BadLimits."""
    limits_of(limits)
    source = Source.objects.get(pk=source_id)
    source.limits, source.approve_automatically = dict(limits), approve_automatically
    source.save(update_fields=["limits", "approve_automatically"])
    audit.record("source.limits", actor=actor, subject_type="source", subject_id=source.pk, limits=source.limits)
    return source


def set_schedule(source_id: UUID, *, every_minutes: int | None, actor: Actor) -> Source:
    """Let a worker run a source every so many minutes, or (None) only when asked. Raises TooOften."""
    if every_minutes is not None and every_minutes < FEWEST_MINUTES:
        raise TooOften(fewest=FEWEST_MINUTES)
    source = Source.objects.get(pk=source_id)
    source.every_minutes = every_minutes
    source.save(update_fields=["every_minutes"])
    audit.record("source.scheduled", actor=actor, subject_type="source", subject_id=source.pk, minutes=every_minutes)
    return source


def find(name: str) -> Source:
    """The source of that name. Raises UnknownSource."""
    source = Source.objects.filter(name=name).first()
    if source is None:
        raise UnknownSource(name=name)
    return source


def check(source_id: UUID) -> None:
    """Try a source's settings without reading all of it. Raises a SourceFault that says what is wrong."""
    source = Source.objects.get(pk=source_id)
    connectors.of(source.kind).check(source.settings)


def runs_of(source_id: UUID, *, most: int = 20) -> list[SourceRun]:
    """The newest runs of a source."""
    return list(SourceRun.objects.filter(source=source_id).order_by("-started_at")[:most])
