"""Everything that can die does, and the next one that asks gets a server with its data."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable

import psutil
import psycopg
import pytest

from kateder.core.embedded import EmbeddedServer, State, cluster, postmaster

Begin = Callable[[EmbeddedServer], "subprocess.Popen[str]"]


def _fill(server: EmbeddedServer) -> None:
    with psycopg.connect(server.ensure_running().owner_url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept AS SELECT generate_series(1, 1000) AS number")


def _count(server: EmbeddedServer) -> object:
    with psycopg.connect(server.ensure_running().owner_url) as connection:
        return connection.execute("SELECT count(*) FROM kept").fetchone()


def test_a_killed_owner_leaves_a_server_that_others_find(server: EmbeddedServer, another_process: Begin) -> None:
    owner = another_process(server)
    assert owner.stdout is not None
    assert owner.stdout.readline().strip() == "started"
    owner.kill()
    owner.wait()
    assert server.ensure_running().started_here is False


def test_a_server_whose_temporary_owner_was_killed_is_stopped_by_the_next_user(server: EmbeddedServer) -> None:
    killed = os.fork()
    if killed == 0:
        held = server.running()
        held.__enter__()
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(killed, 0)
    assert server.status().state == State.running
    with server.running() as info:
        assert info.started_here is False
    assert server.status().state == State.stopped


def test_an_owner_killed_at_any_point_of_the_first_start_leaves_nothing_that_stops_the_next(
    server: EmbeddedServer, another_process: Begin
) -> None:
    seed = random.randrange(10**6)
    sys.stderr.write(f"seed {seed}\n")
    chance = random.Random(seed)
    for _ in range(4):
        owner = another_process(server)
        time.sleep(chance.uniform(0.2, 1.2))
        owner.kill()
        owner.wait()
    _fill(server)
    assert _count(server) == (1000,)


@pytest.mark.parametrize("whose", ["a dead process", "a living process of ours"])
def test_a_stale_pid_file_is_not_believed(server: EmbeddedServer, whose: str) -> None:
    _fill(server)
    file = server.data_dir / "postgres" / "postmaster.pid"
    text = file.read_text()
    server.stop()
    with subprocess.Popen(["sleep", "60"]) as sleeper:
        if whose == "a dead process":
            sleeper.kill()
            sleeper.wait()
        file.write_text("\n".join([str(sleeper.pid), *text.split("\n")[1:]]))
        assert server.status().state == State.stopped
        assert _count(server) == (1000,)
        if whose != "a dead process":
            assert sleeper.poll() is None, "a process that is not ours was ended"
        sleeper.kill()


def test_a_postmaster_killed_mid_run_is_replaced_and_committed_data_is_there(server: EmbeddedServer) -> None:
    _fill(server)
    info = server.ensure_running()
    busy = threading.Thread(target=_be_busy, args=(info.owner_url,))
    busy.start()
    pid = server.status().pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    assert _count(server) == (1000,)
    assert server.status().pid != pid
    busy.join(timeout=30)
    assert len([p for p in postmaster.processes(server.data_dir / "postgres") if p.pid == pid]) == 0


def test_a_frozen_orphan_of_a_killed_postmaster_is_ended_before_a_new_start(
    server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "ORPHAN_SECONDS", 0.5)
    _fill(server)
    connection = psycopg.connect(server.ensure_running().owner_url)
    orphan = psutil.Process(connection.info.backend_pid)
    orphan.suspend()
    os.kill(server.status().pid or 0, signal.SIGKILL)
    assert _count(server) == (1000,)
    assert not postmaster.works_in(orphan, server.data_dir / "postgres")
    connection.close()


def test_a_server_whose_socket_was_swept_away_is_restarted(
    server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "SOCKET_SECONDS", 0.5)
    _fill(server)
    for file in server.ensure_running().socket_dir.iterdir():
        file.unlink()
    assert server.status().state == State.starting
    assert _count(server) == (1000,)


def test_recovery_is_waited_for(server: EmbeddedServer, another_process: Begin) -> None:
    """A server that refuses connections while it recovers is neither killed nor taken for dead."""
    _fill(server)
    pid = server.status().pid or 0
    frozen = next(p for p in postmaster.processes(server.data_dir / "postgres") if p.pid == pid)
    frozen.suspend()
    asking = another_process(server)
    time.sleep(1.0)
    frozen.resume()
    assert asking.stdout is not None
    assert asking.stdout.readline().strip() == "found"
    assert server.status().pid == pid


def _be_busy(url: str) -> None:
    with pytest.raises(psycopg.OperationalError), psycopg.connect(url) as connection:
        connection.execute("SELECT count(*) FROM generate_series(1, 100000000)")
