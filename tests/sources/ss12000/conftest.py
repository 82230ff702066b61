"""A source over SS 12000 for each test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from tests.sources.conftest import GENEROUS
from tests.sources.https import serving
from tests.sources.ss12000_server import SchoolServer

if TYPE_CHECKING:
    from tests.sources.ss12000.reading import Setup

    from kateder.core.actors import Actor
    from kateder.core.models import Authority


@pytest.fixture
def setup(authority: Authority, actor: Actor, monkeypatch: pytest.MonkeyPatch) -> Iterator[Setup]:
    from tests.sources.ss12000.reading import Setup, settings

    from kateder.core.tenancy import within
    from kateder.sources import api, http

    monkeypatch.setattr(http, "FIRST_WAIT", 0.001)
    school = SchoolServer()
    with serving(school) as https:
        with within(authority.id):
            source = api.add_source(
                kind="ss12000", name="Skolsystemet", settings=settings(https), limits=GENEROUS, actor=actor
            )
        yield Setup(school, https, source, actor)
