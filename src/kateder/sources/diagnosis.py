"""What `kateder doctor` says about sources."""

from __future__ import annotations

from collections.abc import Iterator

from kateder.core import authorities, clock
from kateder.core.checks import Answer, check, failure, fine, note
from kateder.core.setup import Settings
from kateder.core.tenancy import within
from kateder.sources import connectors
from kateder.sources.connecting import STEP_LABELS
from kateder.sources.errors import UnknownKind
from kateder.sources.models import RunState, Source, SourceRun, Standing


@check("sources")
def sources() -> Iterator[Answer]:
    """Whether every source can be reached, and how its last run ended; reads none of them."""
    for authority in authorities.every():
        with within(authority.id):
            active = Source.objects.filter(standing=Standing.ACTIVE).order_by("name")
            found = [(source, connectors.opened(source), _last(source)) for source in active]
        for source, settings, last in found:
            yield _answer(source, settings=settings, last=last, name=f"{authority.slug}/{source.name}")


def _last(source: Source) -> SourceRun | None:
    return SourceRun.objects.filter(source=source).order_by("-started_at").first()


def _answer(source: Source, *, settings: Settings, last: SourceRun | None, name: str) -> Answer:
    try:
        *_, step = connectors.steps(source.kind, settings, today=clock.today())
    except UnknownKind as error:
        return failure(f"{name} cannot be read", str(error))
    if not step.ok:
        return failure(f"{name} cannot be read", step.sentence or str(STEP_LABELS[step.name]))
    if last is None:
        return note(f"{name} has never run", f"Try it with `kateder source run {source.name} --dry-run`.")
    if last.state in {RunState.STOPPED, RunState.INTERRUPTED}:
        return failure(f"{name}: the last run was {last.state}", last.error_text or "Run it again.")
    if last.state == RunState.WAITING:
        return note(f"{name}: a plan waits for a person", "Read it with `kateder plan list`.")
    return fine(f"{name} is there; the last run was {last.state}")
