"""From the register to the provider in seconds, with two workers that never deliver to one target at a time."""

from __future__ import annotations

from tests.faults.deliveries import Delivering, differences
from tests.faults.killing import KILLS
from tests.installation import wait_for

SECONDS = 20
QUEUES = 3
"""Each process has a worker of its own for each queue."""
TOGETHER = """
SELECT count(*) FROM provisioning_deliveryrun a JOIN provisioning_deliveryrun b ON a.id < b.id
 WHERE a.target_id = b.target_id AND a.started_at < b.ended_at AND b.started_at < a.ended_at
"""


def test_two_workers_bring_each_change_to_the_provider_at_once_and_never_work_at_one_target_together(
    delivering: Delivering,
) -> None:
    installation, provider = delivering.installation, delivering.deliveries.provider
    with installation.background("worker"), installation.background("worker"):
        wait_for(lambda: _processes(delivering) >= 2)
        for _ in range(2 + KILLS // 10):
            delivering.turn()
            wait_for(lambda: not _wrong(delivering), seconds=SECONDS)
    assert installation.rows(TOGETHER) == [(0,)]
    provider.order(latency_ms=60)
    delivering.finish()


def _wrong(delivering: Delivering) -> list[str]:
    return differences(delivering.deliveries.held(), delivering.wanted[delivering.second])


def _processes(delivering: Delivering) -> int:
    query = "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '20 seconds'"
    return int(delivering.installation.rows(query)[0][0]) // QUEUES
