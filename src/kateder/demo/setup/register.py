"""The demo's register: generated, then taken in through a source like any other."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from uuid import UUID

from kateder.core.actors import Actor
from kateder.core.tenancy import within
from kateder.demo.setup.mishap import run_without_a_school
from kateder.demo.synthetic import CAST, generate
from kateder.sources import api as sources
from kateder.sources.models import Source, SourceLink

SOURCE = "Skolsystemet"
SEED = 1


def is_filled() -> bool:
    """Say whether the import has been applied."""
    return SourceLink.objects.filter(source__name=SOURCE).exists()


def fill_register(folder: Path, *, pupils: int, today: date, by: Actor) -> None:
    """Import a synthetic authority from a folder, which is generated unless it is there.

    Call outside transactions. The first run waits for a person, and the demo is that person; another one, of an export
    with a school missing, waits for whoever looks at the demo.
    """
    with within(by.authority_id):
        source = Source.objects.filter(name=SOURCE).first()
    if source is None:
        if not folder.exists():
            half_done = folder.with_suffix(".new")
            generate(half_done, pupils=pupils, seed=SEED, today=today)
            half_done.rename(folder)
        with within(by.authority_id):
            source = sources.add_csv_source(name=SOURCE, folder=folder, actor=by)
    run = sources.run(source.pk, actor=by)
    if run.plan_id is not None:
        with within(by.authority_id):
            sources.approve_plan(run.plan_id, actor=by)
        sources.apply_plan(run.plan_id, actor=by)
    run_without_a_school(source, folder=folder, by=by)


def roots_of_cast() -> Mapping[str, UUID]:
    """Return the register's id for each identifier of the cast in the source."""
    links = SourceLink.objects.filter(source__name=SOURCE, key__in=CAST.values())
    return dict(links.values_list("key", "root_id"))
