"""A backup is whole, and a restore is all or nothing."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from kateder.core import backup, clock
from kateder.core.embedded.binaries import installed
from tests.servers import RunServer

KEY = "x" * 43


@dataclass(frozen=True)
class Database:
    """A migrated database of this test's own."""

    owner_url: str
    runtime_url: str

    def save(self, folder: Path) -> backup.Manifest:
        return backup.write(
            folder, owner_url=self.owner_url, runtime_role="kateder_runtime", secret_key=KEY, now=clock.now(),
            binaries=installed(),
        )  # fmt: skip

    def restore(self, folder: Path, *, secret_key: str = KEY, without: str = "") -> backup.Manifest:
        known = set(backup.read(folder).migrations) - {without}
        return backup.restore(
            folder, owner_url=self.owner_url, runtime_role="kateder_runtime", secret_key=secret_key, known=known,
            binaries=installed(),
        )  # fmt: skip

    def add(self, slug: str) -> uuid.UUID:
        with psycopg.connect(self.owner_url) as connection:
            added = uuid.uuid4()
            connection.execute(
                "INSERT INTO core_authority (id, name, slug, is_demo) VALUES (%s, 'Åby', %s, false)", [added, slug]
            )
            return added

    def slugs(self) -> set[str]:
        with psycopg.connect(self.runtime_url) as connection:
            return {str(row[0]) for row in connection.execute("SELECT slug FROM core_authority")}


@pytest.fixture
def own(run_server: RunServer) -> Iterator[Database]:
    """A database copied from the migrated template."""
    name = f"backup_{uuid.uuid4().hex[:8]}"
    run_server.create_database(name, template="template_tests")
    yield Database(run_server.url("kateder_owner", name), run_server.url("kateder_runtime", name))
    run_server.drop_database(name)


def test_a_restore_brings_back_what_was_and_takes_away_what_came_later(own: Database, tmp_path: Path) -> None:
    own.add("before")
    own.save(tmp_path / "backup")
    own.add("after")
    with psycopg.connect(own.owner_url) as connection:
        connection.execute("CREATE TABLE of_a_newer_version (number int)")
    own.restore(tmp_path / "backup")
    assert own.slugs() == {"before"}
    with psycopg.connect(own.owner_url) as connection:
        assert connection.execute("SELECT to_regclass('of_a_newer_version')").fetchone() == (None,)


def test_row_level_security_and_grants_survive_a_restore(own: Database, tmp_path: Path) -> None:
    authority = own.add("before")
    own.save(tmp_path / "backup")
    own.restore(tmp_path / "backup")
    with psycopg.connect(own.runtime_url) as connection:
        assert connection.execute("SELECT count(*) FROM core_user").fetchone() == (0,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(
                "INSERT INTO core_lease (id, authority_id, key, holder, fence, expires_at)"
                " VALUES (gen_random_uuid(), %s, 'k', 'h', 1, now())", [authority],
            )  # fmt: skip


def test_a_broken_archive_restores_nothing(own: Database, tmp_path: Path) -> None:
    own.add("kept")
    own.save(tmp_path / "backup")
    archive = tmp_path / "backup" / backup.ARCHIVE
    whole = archive.read_bytes()
    archive.write_bytes(whole[: len(whole) * 2 // 3])
    own.add("kept-too")
    with pytest.raises(backup.RestoreFailed):
        own.restore(tmp_path / "backup")
    assert own.slugs() == {"kept", "kept-too"}


def test_a_backup_of_a_newer_version_is_refused(own: Database, tmp_path: Path) -> None:
    manifest = own.save(tmp_path / "backup")
    with pytest.raises(backup.BackupOfNewerVersion):
        own.restore(tmp_path / "backup", without=manifest.migrations[-1])


def test_a_backup_under_another_secret_key_is_refused(own: Database, tmp_path: Path) -> None:
    own.save(tmp_path / "backup")
    with pytest.raises(backup.BackupOfOtherKey):
        own.restore(tmp_path / "backup", secret_key="y" * 43)


def test_a_database_in_use_is_not_replaced(own: Database, tmp_path: Path) -> None:
    own.save(tmp_path / "backup")
    with psycopg.connect(own.runtime_url), pytest.raises(backup.DatabaseInUse):
        own.restore(tmp_path / "backup")


def test_a_backup_never_writes_over_another(own: Database, tmp_path: Path) -> None:
    own.save(tmp_path / "backup")
    with pytest.raises(backup.FolderExists):
        own.save(tmp_path / "backup")


def test_a_backup_that_fails_leaves_no_folder(own: Database, tmp_path: Path) -> None:
    wrong = Database(own.runtime_url, own.runtime_url)
    with pytest.raises(backup.BackupFailed):
        wrong.save(tmp_path / "backup")
    assert list(tmp_path.iterdir()) == []


def test_a_backup_holds_no_key_and_is_for_its_owner_only(own: Database, tmp_path: Path) -> None:
    own.save(tmp_path / "backup")
    assert KEY not in json.dumps(backup.read(tmp_path / "backup").__dict__)
    assert (tmp_path / "backup").stat().st_mode & 0o077 == 0


def test_a_folder_that_is_no_backup_is_told_so(own: Database, tmp_path: Path) -> None:
    with pytest.raises(backup.NotABackup):
        backup.read(tmp_path)
