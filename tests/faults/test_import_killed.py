"""An import that is killed at any moment leaves the register as it was or as it should be, never between."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import psutil
import pytest

from tests.faults.imports import SOURCE, Exports, assert_whole, imported, register
from tests.faults.killing import chance, family, kill_after, moments, named
from tests.installation import Installation, wait_for


@dataclass(frozen=True)
class Importing:
    """An installation with a source, the two states its register can be in, and how long a run is connected."""

    installation: Installation
    exports: Exports
    first: str
    second: str
    seconds: float


@pytest.fixture(scope="module")
def importing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Importing]:
    """Import both exports once, undisturbed."""
    installation = Installation(tmp_path_factory.mktemp("importing"))
    try:
        exports = imported(installation)
        first = register(installation)
        exports.put(second=True)
        seconds = installation.seconds_of("source", "run", SOURCE)
        second = register(installation)
        assert first != second
        yield Importing(installation, exports, first, second, seconds)
    finally:
        installation.stop()


@pytest.mark.parametrize("victim", ["worker", "postmaster", "database process"])
def test_a_killed_import_leaves_the_register_as_it_was_or_as_it_should_be(importing: Importing, victim: str) -> None:
    installation = importing.installation
    for moment in moments(chance(f"import {victim}"), within=importing.seconds):
        _turn(importing)
        running = installation.begin("source", "run", SOURCE)
        kill_after(moment, victims=lambda pid=running.pid: _victims(installation, victim, pid))  # type: ignore[misc]
        running.wait()
        assert register(installation) in {importing.first, importing.second}, f"killed after {moment:.2f} s"
        assert_whole(installation)
    _finish(importing)


def test_an_import_is_not_disturbed_by_a_killed_web_server(importing: Importing) -> None:
    installation = importing.installation
    with installation.serve() as serving:
        for moment in moments(chance("import web"), within=importing.seconds):
            wanted = _turn(importing)
            running = installation.begin("source", "run", SOURCE)
            kill_after(moment, victims=lambda: named(family(serving.pid), "granian")[:2])
            assert running.wait() == 0
            assert register(installation) == wanted
        wait_for(installation.answers)
    assert_whole(installation)


def _turn(importing: Importing) -> str:
    """Put the export that the register does not hold; give what it should hold after a whole run."""
    turned = register(importing.installation) == importing.first
    importing.exports.put(second=turned)
    return importing.second if turned else importing.first


def _finish(importing: Importing) -> None:
    wanted = _turn(importing)
    importing.exports.run()
    assert register(importing.installation) == wanted
    assert_whole(importing.installation)


def _victims(installation: Installation, victim: str, command: int) -> list[psutil.Process]:
    postmaster = installation.server.status().pid
    if victim == "worker":
        return family(command)[:1]
    if victim == "postmaster":
        return [psutil.Process(postmaster)] if postmaster else []
    return named(family(postmaster or 0)[1:], "kateder_runtime")
