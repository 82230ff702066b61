"""A source with a small folder, in the test's own authority."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.sources.folder import Folder

if TYPE_CHECKING:
    from kateder.core.actors import Actor
    from kateder.core.models import Authority
    from kateder.sources.models import Source, SourceRun

TODAY = date(2026, 11, 23)
GENEROUS = {"first_waits": False, "max_count": 1000}


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder.small(tmp_path)


@pytest.fixture
def actor(authority: Authority) -> Actor:
    from kateder.core.actors import Actor
    from kateder.core.tenancy import within

    with within(authority.id):
        return Actor.system("test")


AddSource = Callable[..., "Source"]


@pytest.fixture
def add_source(folder: Folder, authority: Authority, actor: Actor) -> AddSource:
    """Add the folder as a source, with these limits."""
    from kateder.core.tenancy import within
    from kateder.sources import api

    def add(limits: Mapping[str, Any] | None = None, *, automatically: bool = True) -> Source:
        with within(authority.id):
            return api.add_csv_source(
                name="Skolsystemet",
                folder=folder.path,
                limits=GENEROUS if limits is None else limits,
                approve_automatically=automatically,
                actor=actor,
            )

    return add


Run = Callable[..., "SourceRun"]


@pytest.fixture
def run(folder: Folder, actor: Actor) -> Run:
    """Write the folder and run the source."""
    from kateder.sources import api

    def go(source: Source, *, dry_run: bool = False) -> SourceRun:
        folder.write()
        return api.run(source.pk, actor=actor, today=TODAY, dry_run=dry_run)

    return go
