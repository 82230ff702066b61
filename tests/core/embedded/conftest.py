"""Servers of their own for these tests: what is tested here is killed, hidden and broken on purpose."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kateder.core.embedded import EmbeddedServer

START = """
import sys
from pathlib import Path
from kateder.core.embedded import EmbeddedServer
info = EmbeddedServer(Path(sys.argv[1]), for_tests=True).ensure_running()
print("started" if info.started_here else "found", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedServer]:
    """A server that has never been started, on a folder that does not exist yet."""
    server = EmbeddedServer(tmp_path / "db", for_tests=True)
    yield server
    server.stop()


@pytest.fixture
def another_process() -> Iterator[Callable[[EmbeddedServer], subprocess.Popen[str]]]:
    """Start a process that asks for the server, says "started" or "found", and lives until its input ends."""
    begun: list[subprocess.Popen[str]] = []

    def begin(server: EmbeddedServer) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", START, str(server.data_dir)]
        begun.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
        return begun[-1]

    yield begin
    for process in begun:
        process.kill()
        process.communicate()
