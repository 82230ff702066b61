"""Try a source: its check step by step, then what a run would change. Nothing in the register is touched."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from kateder.core import clock
from kateder.core.actors import Actor
from kateder.core.errors import DomainError
from kateder.core.setup import Step
from kateder.core.tenancy import within
from kateder.sources import connectors, running
from kateder.sources.models import Source, Standing, Trial

KEEP = timedelta(days=1)
KEEP_DRAFT = timedelta(days=7)


def begin(source_id: UUID) -> Trial:
    """An empty trial in the place of the one before. Call within()."""
    trial, _ = Trial.objects.update_or_create(
        source_id=source_id,
        defaults={
            "steps": [], "summary": {}, "counts": {}, "rows": [], "error_text": "",
            "started_at": clock.now(), "finished_at": None,
        },
    )  # fmt: skip
    return trial


def carry_out(source_id: UUID, *, actor: Actor) -> None:
    """Check the source, and where all is well make a dry run. Each step is stored as it ends. Outside transactions."""
    with within(actor.authority_id):
        source = Source.objects.get(pk=source_id)
        trial = Trial.objects.filter(source=source).first() or begin(source_id)
    try:
        if _check(source, trial, authority_id=actor.authority_id):
            tried = running.preview(source_id, actor=actor)
            trial.summary = tried.run.counts.get("changes", {})
            trial.counts = {name: tried.run.counts.get(name, 0) for name in ("rows", "set_aside")}
            trial.rows = [[row.action, row.entity, row.group_label, row.label] for row in tried.rows]
    except DomainError as error:
        trial.error_text = str(error)[:1000]
    trial.finished_at = clock.now()
    with within(actor.authority_id):
        trial.save()


def forget_old() -> int:
    """Remove what trials showed after a day, and drafts that nobody has touched for a week; gives how many."""
    old, _ = Trial.objects.filter(started_at__lt=clock.now() - KEEP).delete()
    drafts = Source.objects.filter(standing=Standing.DRAFT, created_at__lt=clock.now() - KEEP_DRAFT)
    abandoned, _ = drafts.delete()
    return old + abandoned


def _check(source: Source, trial: Trial, *, authority_id: UUID) -> bool:
    with within(authority_id):
        settings = connectors.opened(source)
    all_well = True
    for step in connectors.steps(source.kind, settings, today=clock.today()):
        all_well = all_well and step.ok
        trial.steps = [*trial.steps, _stored(step)]
        with within(authority_id):
            trial.save(update_fields=["steps"])
    return all_well


def _stored(step: Step) -> dict[str, object]:
    return {"name": step.name.value, "ok": step.ok, "sentence": str(step.sentence)}
