"""Who starts the server, who finds it, and who stops it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import psycopg

from kateder.core.embedded import EmbeddedServer, State

Begin = Callable[[EmbeddedServer], "subprocess.Popen[str]"]


def test_a_running_server_is_found_not_started_again(server: EmbeddedServer) -> None:
    first, second = server.ensure_running(), server.ensure_running()
    assert (first.started_here, second.started_here) == (True, False)


def test_data_survives_a_stop_and_a_start(server: EmbeddedServer) -> None:
    with psycopg.connect(server.ensure_running().owner_url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS number")
    assert server.stop()
    with psycopg.connect(server.ensure_running().owner_url) as connection:
        assert connection.execute("SELECT number FROM kept").fetchone() == (42,)


def test_status_tells_without_starting(server: EmbeddedServer) -> None:
    assert server.status().state == State.never_started
    server.ensure_running()
    assert server.status().state == State.running
    server.stop()
    assert server.status().state == State.stopped


def test_two_processes_at_the_first_start_share_one_server(server: EmbeddedServer, another_process: Begin) -> None:
    processes = [another_process(server) for _ in range(2)]
    said = sorted(process.stdout.readline().strip() for process in processes if process.stdout)
    assert said == ["found", "started"]


def test_a_stopped_server_is_left_stopped(server: EmbeddedServer) -> None:
    with server.running() as info:
        psycopg.connect(info.runtime_url).close()
    assert server.status().state == State.stopped


def test_a_running_server_is_left_running(server: EmbeddedServer) -> None:
    server.ensure_running()
    with server.running():
        pass
    assert server.status().state == State.running


def test_a_server_in_use_by_another_is_not_stopped_by_the_one_that_started_it(server: EmbeddedServer) -> None:
    first, second = server.running(), EmbeddedServer(server.data_dir, for_tests=True).running()
    with second:
        pass
    with first:
        assert server.status().state == State.running
    starter, user = server.running(), server.running()
    starter.__enter__()
    user.__enter__()
    starter.__exit__(None, None, None)
    assert server.status().state == State.running
    user.__exit__(None, None, None)
    assert server.status().state == State.stopped


def test_a_server_is_stopped_also_when_its_user_fails(server: EmbeddedServer) -> None:
    try:
        with server.running():
            raise ZeroDivisionError
    except ZeroDivisionError:
        pass
    assert server.status().state == State.stopped


def test_a_database_is_copied_from_a_template_and_removed(server: EmbeddedServer) -> None:
    info = server.create_database("pattern")
    with psycopg.connect(info.url("kateder_owner", database="pattern")) as connection:
        connection.execute("CREATE TABLE made (number int)")
        connection.execute("GRANT SELECT ON made TO kateder_runtime")
    server.create_database("copy", template="pattern")
    with psycopg.connect(info.url("kateder_runtime", database="copy")) as connection:
        assert connection.execute("SELECT count(*) FROM made").fetchone() == (0,)
    server.drop_database("copy")
    with psycopg.connect(info.admin_url) as connection:
        assert connection.execute("SELECT FROM pg_database WHERE datname = 'copy'").fetchone() is None


def test_a_path_too_long_for_a_socket_works(tmp_path: Path) -> None:
    server = EmbeddedServer(tmp_path / ("å" * 60) / "folder with space and 'quotes' $HOME" / "db", for_tests=True)
    try:
        info = server.ensure_running()
        assert info.socket_dir.parent != server.data_dir
        assert info.socket_dir.stat().st_mode & 0o077 == 0
        psycopg.connect(info.owner_url).close()
    finally:
        server.stop()
