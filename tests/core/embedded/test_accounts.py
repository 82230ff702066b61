"""As whom the server runs: an ordinary user, root in a namespace, root through a system user."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from kateder.core.embedded import EmbeddedServer, State, accounts

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has these ways")

LIFE = """
import os, sys
from pathlib import Path
import encodings.idna, psycopg
from kateder.core.embedded import EmbeddedServer
os.setgroups([]); os.setgid(65534); os.setuid(65534)
with EmbeddedServer(Path(sys.argv[1]), for_tests=True).running() as info:
    psycopg.connect(info.runtime_url).close()
    print(info.started_here)
"""


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user of the machine can reach."""
    folder = Path(tempfile.mkdtemp(prefix="kateder-test-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@as_root
def test_an_ordinary_user_runs_the_server_as_themselves(open_folder: Path) -> None:
    os.chown(open_folder, 65534, 65534)
    done = subprocess.run(
        [sys.executable, "-c", LIFE, str(open_folder / "db")], capture_output=True, text=True, check=False
    )
    if "PermissionError" in done.stderr or "ModuleNotFoundError" in done.stderr:
        pytest.skip("an ordinary user may not read this installation")
    assert done.stdout.strip() == "True", done.stderr
    assert (open_folder / "db" / "postgres").stat().st_uid == 65534


@as_root
def test_root_runs_the_server_where_it_is_not_root_to_postgresql(server: EmbeddedServer) -> None:
    if not accounts.namespace_works():
        pytest.skip("this kernel allows no user namespaces here")
    server.ensure_running()
    pid = server.status().pid
    assert Path(f"/proc/{pid}/ns/user").readlink() != Path("/proc/self/ns/user").readlink()
    assert (server.data_dir / "postgres").stat().st_uid == 0


@as_root
def test_without_namespaces_root_uses_a_system_user_with_a_folder_of_its_own(
    tmp_path: Path, open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounts, "SYSTEM_USER", "nobody")
    monkeypatch.setattr(accounts, "SYSTEM_HOME", open_folder / "kateder")
    monkeypatch.setattr(accounts, "namespace_works", lambda: False)
    server = EmbeddedServer(tmp_path / "db", for_tests=True)
    try:
        info = server.ensure_running()
        psycopg.connect(info.runtime_url).close()
        assert psutil.Process(server.status().pid).uids().real == pwd.getpwnam("nobody").pw_uid
        assert info.socket_dir.stat().st_mode & 0o077 == 0
        assert server.ensure_running().started_here is False
    finally:
        server.stop()
    assert server.status().state == State.stopped


@as_root
def test_a_folder_served_by_a_system_user_stays_with_it(
    tmp_path: Path, open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounts, "SYSTEM_USER", "nobody")
    monkeypatch.setattr(accounts, "SYSTEM_HOME", open_folder / "kateder")
    server = EmbeddedServer(tmp_path / "db", for_tests=True)
    with monkeypatch.context() as context:
        context.setattr(accounts, "namespace_works", lambda: False)
        with server.running() as info, psycopg.connect(info.owner_url) as connection:
            connection.execute("CREATE TABLE kept ()")
    with server.running() as info, psycopg.connect(info.owner_url) as connection:
        assert connection.execute("SELECT FROM kept").fetchall() == []


def test_the_callers_connection_settings_do_not_leak_in(
    server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGDATA", "/nonexistent")
    monkeypatch.setenv("PGPORT", "1")
    monkeypatch.setenv("PGHOST", "/nonexistent")
    psycopg.connect(server.ensure_running().runtime_url).close()
