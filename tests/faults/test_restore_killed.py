"""A restore that is killed at any moment leaves the database as it was, or as the backup is."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from tests.faults.killing import chance, kill_after, moments
from tests.installation import Installation

Slugs = set[str]


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    """An installation with a backup of two authorities, and then a third."""
    installation = Installation(tmp_path)
    assert installation.run("migrate").returncode == 0
    installation.server.ensure_running()
    for slug in ("one", "two"):
        _add(installation, slug)
    assert installation.run("backup", str(tmp_path / "backup")).returncode == 0
    _add(installation, "three")
    yield installation
    installation.stop()


def test_a_restore_killed_at_any_moment_is_all_or_nothing(installation: Installation) -> None:
    began = time.monotonic()
    assert installation.run("restore", str(installation.folder / "backup"), "--yes").returncode == 0
    took = time.monotonic() - began
    assert _slugs(installation) == {"one", "two"}
    for moment in moments(chance("restore"), within=took):
        if "three" not in _slugs(installation):
            _add(installation, "three")
        running = installation.begin("restore", str(installation.folder / "backup"), "--yes")
        kill_after(moment, victims=lambda pid=running.pid: [psutil.Process(pid)])  # type: ignore[misc]
        running.wait()
        assert _slugs(installation) in ({"one", "two"}, {"one", "two", "three"}), f"killed after {moment:.2f} s"


def _add(installation: Installation, slug: str) -> None:
    info = installation.server.ensure_running()
    with psycopg.connect(info.owner_url) as connection:
        connection.execute(
            "INSERT INTO core_authority (id, name, slug, is_demo) VALUES (gen_random_uuid(), 'Åby kommun', %s, false)",
            [slug],
        )


def _slugs(installation: Installation) -> Slugs:
    return {str(row[0]) for row in installation.rows("SELECT slug FROM core_authority")}
