"""A delivery that is killed at any moment ends, after a new run, in exactly the right state at the provider."""

from __future__ import annotations

import time

import psutil
import pytest

from tests.faults.deliveries import SERVICE, Delivering
from tests.faults.killing import chance, family, kill_after, moments, named
from tests.installation import Installation, wait_for


@pytest.mark.parametrize("victim", ["worker", "postmaster", "provider"])
def test_a_killed_delivery_ends_in_exactly_the_right_state(delivering: Delivering, victim: str) -> None:
    installation, provider = delivering.installation, delivering.deliveries.provider
    for moment in moments(chance(f"delivery {victim}"), within=delivering.seconds):
        delivering.turn()
        running = installation.begin("target", "run", SERVICE)
        if victim == "provider":
            time.sleep(moment)
            provider.kill()
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
            kill_after(moment, victims=lambda: named(family(serving.pid), "granian")[:2])
            assert running.wait() == 0
            delivering.compare()
        wait_for(installation.answers)


def _victims(installation: Installation, victim: str, command: int) -> list[psutil.Process]:
    if victim == "worker":
        return family(command)[:1]
    postmaster = installation.server.status().pid
    return [psutil.Process(postmaster)] if postmaster else []
