"""`kateder serve`: keeps everything running, and stops cleanly."""

from __future__ import annotations

import contextlib
import http.client
import signal
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from kateder.core.embedded import State
from tests.installation import Installation, wait_for


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation whose database has the shape of this version."""
    installation = Installation(tmp_path_factory.mktemp("installation"))
    done = installation.run("migrate")
    assert done.returncode == 0, done.stderr
    yield installation
    installation.stop()


def _part(serving: psutil.Process, name: str) -> psutil.Process | None:
    for child in serving.children():
        with contextlib.suppress(psutil.Error):
            if name in " ".join(child.cmdline()):
                return child
    return None


def test_a_database_that_was_not_migrated_is_refused_with_what_to_do(tmp_path: Path) -> None:
    installation = Installation(tmp_path)
    done = installation.run("serve")
    assert done.returncode == 1
    assert "kateder migrate" in done.stderr
    assert "Traceback" not in done.stderr
    assert installation.server.status().state == State.stopped


def test_a_busy_port_is_named_before_anything_starts(installation: Installation) -> None:
    with socket.create_server(("127.0.0.1", installation.port)):
        done = installation.run("serve")
    assert done.returncode == 1
    assert str(installation.port) in done.stderr
    assert "KATEDER_PORT" in done.stderr
    assert "serve.started" not in done.stdout


def test_the_demo_names_a_busy_port_of_the_provider_before_it_sets_anything_up(tmp_path: Path) -> None:
    demo = Installation(tmp_path)
    with socket.create_server(("127.0.0.1", demo.scim_port)):
        done = demo.run("serve", "--demo")
    assert done.returncode == 1
    assert "KATEDER_PROVIDER_SCIM_PORT" in done.stderr
    assert not (tmp_path / "demo-export").exists()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_answers_and_stops_cleanly(installation: Installation, how: signal.Signals) -> None:
    with installation.serve() as serving:
        wait_for(lambda: f"http://localhost:{installation.port}" in installation.said())
        serving.send_signal(how)
        assert serving.wait(timeout=30) == 0
    assert installation.processes() == []
    assert installation.server.status().state == State.stopped
    assert "Traceback" not in installation.said()


@pytest.mark.parametrize("part", ["granian", "kateder worker"])
def test_a_part_that_is_killed_is_started_again(installation: Installation, part: str) -> None:
    with installation.serve() as serving:
        killed = _part(serving, part)
        assert killed is not None
        killed.kill()
        wait_for(lambda: _part(serving, part) not in {None, killed})
        wait_for(installation.answers)


def test_a_database_that_is_killed_is_started_again_at_the_same_address(installation: Installation) -> None:
    with installation.serve():
        pid = installation.server.status().pid
        psutil.Process(pid).kill()
        wait_for(lambda: installation.server.status().pid not in {None, pid})
        wait_for(installation.answers)


def test_a_killed_supervisor_leaves_nothing_on_the_port(installation: Installation) -> None:
    with installation.serve() as serving:
        serving.kill()
        wait_for(lambda: not installation.answers())
    wait_for(lambda: installation.processes() == [] or _only_database(installation))
    with installation.serve():
        assert installation.answers()
    assert installation.server.status().state == State.stopped


def _only_database(installation: Installation) -> bool:
    return {process.name() for process in installation.processes()} == {"postgres"}


def test_a_part_that_is_killed_again_and_again_is_started_every_time(installation: Installation) -> None:
    with installation.serve() as serving:
        wait_for(lambda: f"http://localhost:{installation.port}" in installation.said())
        for _ in range(6):
            wait_for(lambda: _part(serving, "kateder worker") is not None)
            part = _part(serving, "kateder worker")
            assert part is not None
            part.kill()
            part.wait()
        wait_for(lambda: _part(serving, "kateder worker") is not None)
        assert serving.is_running()


def test_it_listens_on_a_socket_alone_and_again_after_it_was_killed(installation: Installation) -> None:
    path = installation.folder / "web.sock"
    behind = Installation(installation.folder, KATEDER_SOCKET=str(path), KATEDER_TRUSTED_PROXY="socket")
    with behind.background("serve", "--no-worker") as process:
        wait_for(lambda: _health(path) == 200)
        assert stat.S_IMODE(path.stat().st_mode) == 0o660
        assert not behind.answers(), "the port is nobody's"
        web = _part(psutil.Process(process.pid), "granian")
        assert web is not None
        web.kill()
        wait_for(lambda: _part(psutil.Process(process.pid), "granian") not in {None, web})
        wait_for(lambda: _health(path) == 200)
        process.terminate()
        assert process.wait(timeout=30) == 0


def test_a_socket_that_others_use_or_the_demo_is_refused_before_anything_starts(installation: Installation) -> None:
    path = installation.folder / "other.sock"
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(str(path))
        other.listen()
        for arguments in (("serve",), ("serve", "--demo")):
            done = installation.run(*arguments, KATEDER_SOCKET=str(path))
            assert done.returncode == 1
            assert "KATEDER_SOCKET" in done.stderr
            assert "Traceback" not in done.stderr
        assert path.exists()


def _health(path: Path) -> int:
    asked = http.client.HTTPConnection("localhost", timeout=2)
    try:
        asked.sock = socket.socket(socket.AF_UNIX)
        asked.sock.settimeout(2)
        asked.sock.connect(str(path))
        asked.request("GET", "/halsa")
        return asked.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        asked.close()
