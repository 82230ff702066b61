"""What `kateder doctor` says about sources."""

from __future__ import annotations

from collections.abc import Iterator

from kateder.core import authorities
from kateder.core.checks import Answer, check, failure, fine, note
from kateder.core.tenancy import within
from kateder.sources import connectors
from kateder.sources.errors import SourceFault, UnknownKind
from kateder.sources.models import RunState, Source, SourceRun


@check("sources")
def sources() -> Iterator[Answer]:
    """Whether every source can be reached, and how its last run ended; reads none of them."""
    for authority in authorities.every():
        with within(authority.id):
            for source in Source.objects.order_by("name"):
                yield _answer(source, name=f"{authority.slug}/{source.name}")


def _answer(source: Source, *, name: str) -> Answer:
    try:
        connectors.of(source.kind).check(source.settings)
    except (SourceFault, UnknownKind) as error:
        return failure(f"{name} cannot be read", str(error))
    last = SourceRun.objects.filter(source=source).order_by("-started_at").first()
    if last is None:
        return note(f"{name} has never run", f"Try it with `kateder source run {source.name} --dry-run`.")
    if last.state in {RunState.STOPPED, RunState.INTERRUPTED}:
        return failure(f"{name}: the last run was {last.state}", last.error_text or "Run it again.")
    if last.state == RunState.WAITING:
        return note(f"{name}: a plan waits for a person", "Read it with `kateder plan list`.")
    return fine(f"{name} is there; the last run was {last.state}")
