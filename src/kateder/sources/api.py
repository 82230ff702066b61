"""The door of sources: add one, run it, decide on its plans.

source = add_csv_source(name="Skolsystemet", folder=Path("/srv/export"), actor=actor)   # within()
run(source.pk, actor=actor)                  # outside: opens its own transactions
approve_plan(plan_id, actor=actor)           # within()
apply_plan(plan_id, actor=actor)             # outside
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from kateder.core import audit, clock, setup
from kateder.core.actors import Actor
from kateder.core.setup import Field, FieldKind, Step
from kateder.core.tenancy import within
from kateder.sources import connectors, folders, mappings
from kateder.sources.connecting import STEP_LABELS, Connector, Glimpse, Glimpsing
from kateder.sources.egil_in.inlets import KIND as EGIL_IN
from kateder.sources.egil_in.inlets import Described as Inlet
from kateder.sources.egil_in.inlets import describe as inlet_of
from kateder.sources.egil_in.inlets import make_token as make_inlet_token
from kateder.sources.errors import CheckFailed, NameTaken, TooOften, UnknownSource
from kateder.sources.limits import limits_of
from kateder.sources.mappings import NoSuchMapping
from kateder.sources.mappings import difference as mapping_difference
from kateder.sources.mappings import history as mapping_history
from kateder.sources.mappings import version as mapping_version
from kateder.sources.models import RunState, Source, SourceRun, Standing, Trial
from kateder.sources.running import Preview, apply_plan, approve_plan, preview, refuse_plan, run
from kateder.sources.standing import (
    Delivering,
    confirm,
    delivering,
    discard,
    pause,
    remove_keeping,
    remove_taking_away,
    resume,
)
from kateder.sources.tasks import request_apply, request_run, request_trial

__all__ = [
    "EGIL_IN",
    "FEWEST_MINUTES",
    "STEP_LABELS",
    "Connector",
    "Delivering",
    "Field",
    "FieldKind",
    "Glimpse",
    "Glimpsing",
    "Inlet",
    "NoSuchMapping",
    "Preview",
    "RunState",
    "Standing",
    "Step",
    "Trial",
    "add_csv_source",
    "add_source",
    "apply_plan",
    "approve_plan",
    "change_settings",
    "check",
    "check_settings",
    "confirm",
    "connector_of",
    "connectors_offered",
    "delivering",
    "discard",
    "files_offered",
    "find",
    "glimpse",
    "inlet_of",
    "make_inlet_token",
    "mapping_difference",
    "mapping_history",
    "mapping_version",
    "pause",
    "places_offered",
    "preview",
    "refuse_plan",
    "remove_keeping",
    "remove_taking_away",
    "request_apply",
    "request_run",
    "request_trial",
    "require_permitted",
    "resume",
    "run",
    "runs_of",
    "set_limits",
    "set_schedule",
    "shown_settings",
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
    """Add a folder of CSV files as a source. Raises NameTaken, BadLimits or CheckFailed."""
    settings = {"folder": str(folder.resolve())}
    for step in connectors.steps("csv", settings, today=clock.today()):
        if not step.ok:
            raise CheckFailed(sentence=step.sentence)
    return add_source(
        kind="csv",
        name=name,
        settings=settings,
        limits=limits,
        approve_automatically=approve_automatically,
        actor=actor,
    )


def add_source(
    *,
    kind: str,
    name: str,
    settings: Mapping[str, Any],
    limits: Mapping[str, Any] | None = None,
    approve_automatically: bool = True,
    is_draft: bool = False,
    actor: Actor,
) -> Source:
    """Add a source of any kind, its settings untried (see `check`). Call within().

    A draft is only tried until it is confirmed.

    Raises UnknownKind, UnknownSetting, SettingMissing, BadSetting, NameTaken or BadLimits.
    """
    fields = connectors.of(kind).fields
    values = setup.checked(settings, fields=fields)
    limits_of(limits or {})
    if Source.objects.filter(name=name).exists():
        raise NameTaken(name=name)
    source = Source.objects.create(
        kind=kind,
        name=name,
        settings=setup.sealed(values, purpose=connectors.sealed_as(kind), fields=fields),
        limits=dict(limits or {}),
        approve_automatically=approve_automatically,
        standing=Standing.DRAFT if is_draft else Standing.ACTIVE,
    )
    mappings.keep(source, before={}, after=values, actor=actor)
    audit.record(
        "source.drafted" if is_draft else "source.added",
        actor=actor,
        subject_type="source",
        subject_id=source.pk,
        kind=kind,
    )
    return source


def change_settings(source_id: UUID, *, settings: Mapping[str, Any], actor: Actor) -> Source:
    """Change a source's settings; those not given stay, and a secret that is given empty stays too.

    Call within(). Raises UnknownSetting, SettingMissing or BadSetting.
    """
    source = Source.objects.get(pk=source_id)
    fields = connectors.of(source.kind).fields
    before = connectors.opened(source)
    values = setup.checked(settings, fields=fields, before=before)
    mappings.keep(source, before=before, after=values, actor=actor)
    source.settings = setup.sealed(values, purpose=connectors.sealed_as(source.kind), fields=fields)
    source.save(update_fields=["settings"])
    audit.record("source.settings", actor=actor, subject_type="source", subject_id=source.pk, names=sorted(settings))
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


def connectors_offered() -> Sequence[Connector]:
    """Every kind of source there is."""
    return connectors.CONNECTORS


def connector_of(kind: str) -> Connector:
    """One kind of source. Raises UnknownKind."""
    return connectors.of(kind)


def places_offered(*, files: bool = False) -> list[str]:
    """The folders in which an administrator may look for files, and with `files` what lies there. Call within()."""
    return folders.choices(files=files)


def require_permitted(kind: str, *, settings: Mapping[str, Any], before: Mapping[str, Any] | None = None) -> None:
    """For settings from the web: raise FolderNotPermitted for a folder that the operator has not set aside."""
    folders.require_permitted(settings, fields=connectors.of(kind).fields, before=before)


def shown_settings(source: Source) -> Mapping[str, str | int | bool]:
    """A source's settings to be shown: a secret is never among them. Call within()."""
    secret = {field.name for field in connectors.of(source.kind).fields if field.kind is FieldKind.SECRET}
    return {name: value for name, value in connectors.opened(source).items() if name not in secret}


def glimpse(kind: str, *, settings: Mapping[str, Any], before: Mapping[str, Any] | None = None) -> Glimpse | None:
    """What the first rows become with these settings; None for a kind of source that cannot show it.

    Raises a SourceFault, or FolderNotPermitted.
    """
    connector = connectors.of(kind)
    if not isinstance(connector, Glimpsing):
        return None
    require_permitted(kind, settings=settings, before=before)
    return connector.glimpse(settings, today=clock.today())


def files_offered(
    kind: str, *, settings: Mapping[str, Any], before: Mapping[str, Any] | None = None
) -> Sequence[tuple[str, Sequence[str]]]:
    """The files that settings lead to, with their columns; none for a kind of source that has none.

    Raises a SourceFault, or FolderNotPermitted.
    """
    connector = connectors.of(kind)
    if not isinstance(connector, Glimpsing):
        return ()
    require_permitted(kind, settings=settings, before=before)
    return connector.files(settings)


def find(name: str) -> Source:
    """The source of that name. Raises UnknownSource."""
    source = Source.objects.exclude(standing=Standing.REMOVED).filter(name=name).first()
    if source is None:
        raise UnknownSource(name=name)
    return source


def check(source_id: UUID, *, actor: Actor) -> list[Step]:
    """Try a source step by step, without reading all of it. Call outside transactions."""
    with within(actor.authority_id):
        source = Source.objects.get(pk=source_id)
        settings = connectors.opened(source)
    return list(connectors.steps(source.kind, settings, today=clock.today()))


def check_settings(kind: str, *, settings: Mapping[str, Any]) -> list[Step]:
    """Try settings before a source is added with them. Call outside transactions. Raises as `add_source`."""
    values = setup.checked(settings, fields=connectors.of(kind).fields)
    return list(connectors.steps(kind, values, today=clock.today()))


def runs_of(source_id: UUID, *, most: int = 20) -> list[SourceRun]:
    """The newest runs of a source."""
    return list(SourceRun.objects.filter(source=source_id).order_by("-started_at")[:most])
