"""An installation of its own, with an embedded database, driven from outside as its operator would."""

from __future__ import annotations

import contextlib
import os
import random
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import psycopg

from kateder.core.embedded import EmbeddedServer, State
from tests.commands import Command, begin_server

SOURCE = Path(__file__).parent.parent / "src"
OURS = ("KATEDER_", "DATABASE_", "DJANGO_", "PG")


def free_port() -> int:
    """A port of loopback that nobody listens on just now.

    Below those that the system itself hands out: one that it gives back is soon given to somebody's connection.
    """
    for port in random.sample(range(20_000, 32_000), 100):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise OSError("a hundred ports of loopback are all taken")


def wait_for(what: Callable[[], bool], *, seconds: float = 60.0) -> None:
    """Wait until something is true; fail after too long."""
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s: {what}"
        time.sleep(0.05)


class Installation:
    """A data folder, ports of its own, and the command line; `settings` are what the operator has set besides."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.settings = settings
        self.port, self.provider_port, self.scim_port = free_port(), free_port(), free_port()
        self._commands: subprocess.Popen[str] | None = None

    @property
    def server(self) -> EmbeddedServer:
        """The embedded database."""
        return EmbeddedServer(self.folder / "database", for_tests=True)

    @property
    def environment(self) -> dict[str, str]:
        """What the operator has set; nothing of this test run."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
        return {
            **clean,
            "PYTHONPATH": str(SOURCE),
            "KATEDER_DATA_DIR": str(self.folder),
            "KATEDER_PORT": str(self.port),
            "KATEDER_PROVIDER_PORT": str(self.provider_port),
            "KATEDER_PROVIDER_SCIM_PORT": str(self.scim_port),
            "KATEDER_WEB_PROCESSES": "1",
            **self.settings,
        }

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run one command to its end."""
        return subprocess.run(
            [sys.executable, "-m", "kateder", *arguments],
            env={**self.environment, **environment},
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )

    def begin(self, *arguments: str) -> Command:
        """Begin a command quickly (see `tests.commands`), which the test then kills or waits for."""
        info = self.server.ensure_running()
        if self._commands is None:
            urls = {"DATABASE_URL": info.runtime_url, "DATABASE_OWNER_URL": info.owner_url}
            path = os.pathsep.join([str(SOURCE), str(SOURCE.parent)])
            self._commands = begin_server({**self.environment, **urls, "PYTHONPATH": path}, folder=str(self.folder))
        return Command(self._commands, list(arguments))

    def do(self, *arguments: str) -> str:
        """Run a command quickly to its end; give what it printed. It must succeed."""
        command = self.begin(*arguments)
        assert command.wait() == 0, command.output
        return command.output

    @contextmanager
    def background(self, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
        """Run a command as an operator would while the test goes on; it is killed in the end."""
        with (self.folder / "background.log").open("a") as log:
            command = [sys.executable, "-m", "kateder", *arguments]
            process = subprocess.Popen(command, env=self.environment, cwd=self.folder, stdout=log, stderr=log)
            try:
                yield process
            finally:
                process.kill()
                process.wait()

    def seconds_of(self, *arguments: str) -> float:
        """Run a command quickly to its end; give how long it took."""
        began = time.monotonic()
        self.do(*arguments)
        return time.monotonic() - began

    def rows(self, query: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Ask the database, as its owner; it must be running."""
        with psycopg.connect(self.server.ensure_running().owner_url) as connection:
            return connection.execute(query.encode(), parameters).fetchall()

    @contextmanager
    def serve(self, *arguments: str) -> Iterator[psutil.Process]:
        """Serve, and give the supervisor once the web answers."""
        with (self.folder / "serve.log").open("w") as log:
            serving = subprocess.Popen(
                # As a shell leaves it that starts something with `&`: with SIGINT ignored.
                ["sh", "-c", 'trap "" INT; exec "$@"', "sh", sys.executable, "-m", "kateder", "serve", *arguments],
                env=self.environment,
                cwd=self.folder,
                stdout=log,
                stderr=log,
            )
            try:
                wait_for(lambda: serving.poll() is not None or self.answers(), seconds=180)
                assert serving.poll() is None, self.said()
                yield psutil.Process(serving.pid)
            finally:
                serving.terminate()
                serving.wait(timeout=60)

    def said(self) -> str:
        """What `serve` has printed."""
        return (self.folder / "serve.log").read_text()

    def answers(self) -> bool:
        """Say whether the web answers and has a database."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/halsa", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def processes(self) -> list[psutil.Process]:
        """Every live process that works for this installation."""
        mine = str(self.folder)
        found = []
        for process in psutil.process_iter():
            try:
                if process.status() != psutil.STATUS_ZOMBIE and process.environ().get("KATEDER_DATA_DIR") == mine:
                    found.append(process)
            except psutil.Error:
                continue
        return found

    def stop(self) -> None:
        """Leave nothing running."""
        if self._commands is not None:
            self._commands.kill()
            self._commands.communicate()
        for process in self.processes():
            process.kill()
        if self.server.status().state != State.never_started:
            self.server.stop()
