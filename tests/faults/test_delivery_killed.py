"""A delivery that is killed at any moment ends, after a new run, in exactly the right state at the provider."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass

import psutil
import pytest

from tests.faults.deliveries import SERVICE, Deliveries, Held
from tests.faults.imports import Exports, imported
from tests.faults.killing import chance, family, kill_after, moments
from tests.installation import Installation, wait_for


@dataclass
class Delivering:
    """A provider that follows the register, what it should hold for each export, and how long a delivery takes."""

    installation: Installation
    exports: Exports
    deliveries: Deliveries
    wanted: dict[bool, Held]
    seconds: float
    second: bool

    def turn(self) -> None:
        """Import the other export."""
        self.second = not self.second
        self.exports.put(second=self.second)
        self.exports.run()

    def finish(self) -> None:
        """Deliver undisturbed, and compare with what a delivery that was never disturbed gave."""
        self.deliveries.run()
        assert self.deliveries.held() == self.wanted[self.second]


@pytest.fixture(scope="module")
def delivering(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Delivering]:
    """Deliver both exports once, undisturbed."""
    with contextlib.ExitStack() as ends:
        installation = Installation(tmp_path_factory.mktemp("delivering"))
        ends.callback(installation.stop)
        exports = imported(installation)
        deliveries = Deliveries(installation)
        ends.callback(deliveries.provider.stop)
        deliveries.connect(exports.units())
        delivering = Delivering(installation, exports, deliveries, {}, 0.0, second=False)
        deliveries.run()
        delivering.wanted[False] = deliveries.held()
        delivering.turn()
        delivering.seconds = installation.connected_seconds("target", "run", SERVICE)
        delivering.wanted[True] = deliveries.held()
        assert delivering.wanted[True] != delivering.wanted[False]
        yield delivering


@pytest.mark.parametrize("victim", ["worker", "postmaster", "provider"])
def test_a_killed_delivery_ends_in_exactly_the_right_state(delivering: Delivering, victim: str) -> None:
    installation, provider = delivering.installation, delivering.deliveries.provider
    for moment in moments(chance(f"delivery {victim}"), within=delivering.seconds):
        delivering.turn()
        running = installation.begin("target", "run", SERVICE)
        installation.wait_until_connected(running)
        if victim == "provider":
            time.sleep(moment)
            provider.kill()
            running.wait()
            provider.start()
        else:
            kill_after(moment, victims=lambda pid=running.pid: _victims(installation, victim, pid))  # type: ignore[misc]
            running.wait()
        delivering.finish()


def test_a_delivery_is_not_disturbed_by_a_killed_web_server(delivering: Delivering) -> None:
    installation = delivering.installation
    with installation.serve() as serving:
        for moment in moments(chance("delivery web"), within=delivering.seconds):
            delivering.turn()
            running = installation.begin("target", "run", SERVICE)
            installation.wait_until_connected(running)
            kill_after(moment, victims=lambda: _web(serving))
            assert running.wait() == 0
            assert delivering.deliveries.held() == delivering.wanted[delivering.second]
        wait_for(installation.answers)


def _victims(installation: Installation, victim: str, command: int) -> list[psutil.Process]:
    if victim == "worker":
        return family(command)[:1]
    postmaster = installation.server.status().pid
    return [psutil.Process(postmaster)] if postmaster else []


def _web(serving: psutil.Process) -> list[psutil.Process]:
    return [child for child in serving.children(recursive=True) if "granian" in " ".join(child.cmdline())][:2]
