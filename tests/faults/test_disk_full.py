"""A full disk stops the work, loses nothing that was committed, and is over when there is room again."""

from __future__ import annotations

import contextlib
import os
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from kateder.core.embedded import EmbeddedDatabaseError
from tests.faults.imports import SOURCE, imported, register
from tests.installation import Installation, wait_for

MEGABYTES = 400


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, of 400 MB; only root can mount one."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small file system")
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m,mode=0700", "tmpfs", str(folder)]
    done = subprocess.run(mount, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"this machine lets nobody mount: {done.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture
def installation(small_disk: Path) -> Iterator[Installation]:
    """An installation on the small disk."""
    installation = Installation(small_disk)
    yield installation
    installation.stop()


def test_what_was_committed_survives_a_full_disk_and_work_goes_on_when_there_is_room(
    installation: Installation,
) -> None:
    installation.do("migrate")
    with installation.serve():
        filler = _fill(installation.folder)
        committed = _write_until_refused(installation)
        filler.unlink()
        wait_for(lambda: _write(installation, "after"))
        wait_for(installation.answers)
        assert _names(installation) >= committed | {"after"}


def test_an_import_on_a_full_disk_changes_nothing_says_why_and_succeeds_when_there_is_room(
    installation: Installation,
) -> None:
    exports = imported(installation)
    before = register(installation)
    exports.put(second=True)
    filler = _fill(installation.folder)
    _write_until_refused(installation)
    refused = installation.begin("source", "run", SOURCE)
    assert refused.wait() == 1
    assert "Traceback" not in refused.output
    filler.unlink()
    wait_for(lambda: _write(installation, "after"))
    assert register(installation) == before
    exports.run()
    assert register(installation) != before


def _fill(folder: Path) -> Path:
    """Take all the room there is."""
    filler = folder / "filler"
    with filler.open("wb") as file, contextlib.suppress(OSError):
        while True:
            file.write(b"x" * (1 << 20))
            file.flush()
    return filler


def _write_until_refused(installation: Installation) -> set[str]:
    """Commit rows until the disk refuses one; give those that were committed."""
    committed: set[str] = set()
    while len(committed) < 100_000:
        name = uuid.uuid4().hex
        if not _write(installation, name, size=200_000):
            return committed
        committed.add(name)
    raise AssertionError("the disk never got full")


def _write(installation: Installation, name: str, *, size: int = 100) -> bool:
    # Random text: PostgreSQL would compress what repeats.
    noise = os.urandom(size // 2).hex()
    try:
        with psycopg.connect(installation.server.ensure_running().owner_url) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS noise (name text, noise text)")
            connection.execute("INSERT INTO noise VALUES (%s, %s)", [name, noise])
    except (psycopg.Error, EmbeddedDatabaseError):
        return False
    return True


def _names(installation: Installation) -> set[str]:
    return {str(row[0]) for row in installation.rows("SELECT name FROM noise")}
