"""A job whose worker is killed is taken over by another worker, and blocks nothing."""

from __future__ import annotations

import subprocess
import sys

from tests.faults.deliveries import LATENCY_MS, Delivering, differences
from tests.installation import Installation, wait_for

REQUEST = """
import django
django.setup()
from kateder.core import authorities
from kateder.core.tenancy import within
from kateder.provisioning import api
with within(authorities.pick(None).id):
    api.request_delivery(api.targets().values_list("service_id", flat=True))
"""
SECONDS = 180
"""A worker is missed after 30 s; what it did is put back at the next minute."""


def test_a_delivery_whose_worker_was_killed_is_finished_by_the_next_worker(delivering: Delivering) -> None:
    installation, provider = delivering.installation, delivering.deliveries.provider
    delivering.turn()
    provider.order(latency_ms=1000)
    _request(installation)
    with installation.background("worker") as first:
        wait_for(lambda: _at_work(installation))
        first.kill()
        first.wait()
    provider.order(latency_ms=LATENCY_MS)
    with installation.background("worker"):
        wait_for(
            lambda: not differences(delivering.deliveries.held(), delivering.wanted[delivering.second]), seconds=SECONDS
        )
        wait_for(lambda: not _at_work(installation), seconds=SECONDS)
    delivering.finish()


def _request(installation: Installation) -> None:
    info = installation.server.ensure_running()
    urls = {"DATABASE_URL": info.runtime_url, "DJANGO_SETTINGS_MODULE": "kateder.config.settings"}
    subprocess.run([sys.executable, "-c", REQUEST], env={**installation.environment, **urls}, check=True, timeout=60)


def _at_work(installation: Installation) -> bool:
    query = (
        "SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing'"
        " AND task_name IN ('provisioning.deliver', 'provisioning.deliver_everything')"
    )
    return bool(installation.rows(query)[0][0])
