"""Other users of the machine learn nothing and reach nothing; the log holds nobody's data."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from kateder.core.embedded import EmbeddedServer
from kateder.core.embedded.errors import FolderNotPrivate, FolderOfAnotherUser, PasswordsLost

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can try it as another user")


def test_passwords_and_sockets_are_for_their_owner_only(server: EmbeddedServer) -> None:
    info = server.ensure_running()
    secret = [server.data_dir / "passwords", *(server.data_dir / "passwords").iterdir(), info.socket_dir]
    assert {path.stat().st_mode & 0o077 for path in secret} == {0}


def test_nobody_connects_without_the_password(server: EmbeddedServer) -> None:
    folder = server.ensure_running().socket_dir
    for role in ("postgres", "kateder_owner", "kateder_runtime"):
        with pytest.raises(psycopg.OperationalError, match=r"authentication failed"):
            psycopg.connect(host=str(folder), user=role, dbname="kateder", password="guessed")


def test_the_server_listens_on_no_network(server: EmbeddedServer) -> None:
    with psycopg.connect(server.ensure_running().runtime_url) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)


def test_the_runtime_role_owns_nothing_and_bypasses_nothing(server: EmbeddedServer) -> None:
    with psycopg.connect(server.ensure_running().runtime_url) as connection:
        row = connection.execute(
            "SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolreplication,"
            " pg_has_role(current_user, (SELECT datdba FROM pg_database WHERE datname = current_database()), 'MEMBER'),"
            " has_schema_privilege(current_user, 'public', 'CREATE') FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
        assert row == (False,) * 7
        connection.execute("CREATE TEMPORARY TABLE staged (number int)")


def test_the_log_quotes_no_row(server: EmbeddedServer) -> None:
    with psycopg.connect(server.ensure_running().owner_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE person (name text PRIMARY KEY)")
        connection.execute("INSERT INTO person VALUES ('Hemlig Person')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO person VALUES ('Hemlig Person')")
        with pytest.raises(psycopg.errors.InvalidTextRepresentation):
            connection.execute("SELECT 'Hemlig Person'::int")
    log = (server.data_dir / "postgres.log").read_text()
    assert "ready to accept" in log
    assert "Hemlig" not in log


def test_a_folder_open_to_others_is_refused_and_not_changed(server: EmbeddedServer) -> None:
    passwords = server.data_dir / "passwords"
    passwords.mkdir(parents=True)
    passwords.chmod(0o755)
    with pytest.raises(FolderNotPrivate):
        server.ensure_running()
    assert stat.S_IMODE(passwords.stat().st_mode) == 0o755


def test_a_folder_that_everybody_may_write_in_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    with pytest.raises(FolderNotPrivate):
        EmbeddedServer(tmp_path, for_tests=True).ensure_running()


def test_permissions_of_a_folder_we_did_not_make_stay_as_they_are(tmp_path: Path) -> None:
    folder = tmp_path / "db"
    folder.mkdir()
    folder.chmod(0o750)
    server = EmbeddedServer(folder, for_tests=True)
    with server.running():
        pass
    assert stat.S_IMODE(folder.stat().st_mode) == 0o750


def test_lost_passwords_are_told_not_worked_around(server: EmbeddedServer) -> None:
    server.ensure_running()
    server.stop()
    (server.data_dir / "passwords" / "postgres").unlink()
    with pytest.raises(PasswordsLost):
        server.ensure_running()


@as_root
def test_root_does_not_start_the_server_of_another_user(tmp_path: Path) -> None:
    folder = tmp_path / "db"
    folder.mkdir(mode=0o700)
    os.chown(folder, 65534, 65534)
    with pytest.raises(FolderOfAnotherUser):
        EmbeddedServer(folder, for_tests=True).ensure_running()


@as_root
def test_another_user_of_the_machine_cannot_reach_the_socket(server: EmbeddedServer) -> None:
    folder = server.ensure_running().socket_dir
    look = "import os, sys; os.setgroups([]); os.setgid(65534); os.setuid(65534); os.listdir(sys.argv[1])"
    done = subprocess.run([sys.executable, "-c", look, str(folder)], capture_output=True, text=True, check=False)
    assert "PermissionError" in done.stderr
