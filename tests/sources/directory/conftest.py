"""Directories that run, and settings that reach them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from tests.sources.directory.school import PUPILS, SETTINGS, person, school
from tests.sources.directory.slapd import SUFFIX, Attributes, Slapd, running

if TYPE_CHECKING:
    from kateder.core.setup import Settings, Step
    from kateder.sources.canonical import Delivery

TODAY = date(2026, 11, 23)
Serve = Callable[..., Slapd]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Serve these entries until the test ends."""
    with contextlib.ExitStack() as stack:

        def start(entries: dict[str, Attributes], *, size_limit: str = "unlimited") -> Slapd:
            folder = tmp_path / f"slapd-{uuid4().hex[:6]}"
            return stack.enter_context(running(folder, entries, size_limit=size_limit))

        yield start


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slapd]:
    """Four pupils in two classes at two units; one more with everything odd; nobody changes it."""
    entries = school()
    entries[f"uid=odd\\2C one,{PUPILS}"] = person("odd, one", unit="Skola 0", title="Årskurs 9")
    entries[f"cn=elsewhere,{SUFFIX}"] = {
        "objectClass": ["referral", "extensibleObject"],
        "ref": "ldap://192.0.2.1/dc=elsewhere",
    }
    with running(tmp_path_factory.mktemp("slapd") / "small", entries) as server:
        yield server


def settings_for(server: Slapd, **changed: object) -> Settings:
    """The school's settings over TLS with verification, as they are stored."""
    from kateder.core.setup import checked
    from kateder.sources.directory import CONNECTOR

    where = {"url": f"ldaps://localhost:{server.tls_port}", "ca_file": server.ca_file}
    return checked({**SETTINGS, **where, **changed}, fields=CONNECTOR.fields)


def fetch(server: Slapd, **changed: object) -> Delivery:
    """Everything that the directory delivers."""
    from kateder.sources.connecting import Place
    from kateder.sources.directory import CONNECTOR

    return CONNECTOR.fetch(settings_for(server, **changed), place=Place(uuid4(), uuid4()), today=TODAY)


def check(settings: Settings) -> list[Step]:
    """The steps of a check."""
    from kateder.sources import connectors

    return list(connectors.steps("ldap", settings, today=TODAY))
