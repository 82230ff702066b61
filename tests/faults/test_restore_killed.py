"""A restore that is killed at any moment leaves the database as it was, or as the backup is."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from tests.faults.killing import chance, family, kill_after, moments
from tests.installation import Installation, wait_for

MANY = 60_000
BEFORE, AFTER = "before-", "after-"


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    """An installation with a backup of an authority under many names, and then one more."""
    installation = Installation(tmp_path)
    assert installation.run("migrate").returncode == 0
    installation.server.ensure_running()
    _add(installation, BEFORE, count=MANY)
    assert installation.run("backup", str(tmp_path / "backup")).returncode == 0
    _add(installation, AFTER, count=1)
    yield installation
    installation.stop()


def test_a_restore_killed_at_any_moment_is_all_or_nothing(installation: Installation) -> None:
    command = ("restore", str(installation.folder / "backup"), "--yes")
    began = time.monotonic()
    assert installation.run(*command).returncode == 0
    took = time.monotonic() - began
    assert _count(installation) == MANY
    for moment in moments(chance("restore"), within=took):
        if _count(installation) == MANY:
            _add(installation, AFTER, count=1)
        running = installation.begin(*command)
        kill_after(moment, victims=lambda pid=running.pid: family(pid)[:1])  # type: ignore[misc]
        running.wait()
        wait_for(lambda: _orphans(installation) == [])
        assert _count(installation) in {MANY, MANY + 1}, f"killed after {moment:.2f} of {took:.2f} s"


def _add(installation: Installation, prefix: str, *, count: int) -> None:
    info = installation.server.ensure_running()
    with psycopg.connect(info.owner_url) as connection:
        connection.execute(
            "INSERT INTO core_authority (id, name, slug, is_demo)"
            " VALUES (gen_random_uuid(), 'Åby kommun', 'aby', false) ON CONFLICT (slug) DO NOTHING"
        )
        connection.execute(
            "INSERT INTO core_authorityhost (host, authority_id)"
            " SELECT %s || number || repeat('.host', 30), a.id FROM core_authority a, generate_series(1, %s) number",
            [prefix, count],
        )


def _count(installation: Installation) -> int:
    return int(installation.rows("SELECT count(*) FROM core_authorityhost")[0][0])


def _orphans(installation: Installation) -> list[psutil.Process]:
    """PostgreSQL's own programs that outlive the command they were started by."""
    return [process for process in installation.processes() if process.name() in {"psql", "pg_restore"}]
