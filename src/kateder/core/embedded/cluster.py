"""One data folder of PostgreSQL: make it, start a postmaster on it, stop it, clear up after one that was killed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

import psutil
from psycopg import pq

from . import postmaster, settings
from .accounts import Account
from .errors import PasswordsLost, ServerDidNotStart, ServerDidNotStop
from .folders import SOCKET_NAME, choose_socket_folder, socket_folder, write_private
from .passwords import ADMIN, Passwords

START_SECONDS = 300.0
"""Recovery after a crash reads all of the log since the last checkpoint: it is given time, never killed."""
STOP_SECONDS = 60.0
SOCKET_SECONDS = 10.0
ORPHAN_SECONDS = 5.0
LOG_BYTES = 10_000_000
DRAFT = "postgres-draft-"


@dataclass(frozen=True)
class Cluster:
    """A data folder and the account that runs its server. Every method expects the starter's lock to be held."""

    account: Account
    passwords: Passwords
    for_tests: bool = False

    @property
    def folder(self) -> Path:
        """PostgreSQL's own data folder."""
        return self.account.home / "postgres"

    @property
    def log(self) -> Path:
        """What the server says about itself; never about the data."""
        return self.account.home / "postgres.log"

    def bring_up(self) -> bool:
        """Return once the server accepts connections; say whether this call started it.

        A server that is starting or recovering is waited for. One whose socket has been removed from under
        it is restarted. Raises ServerDidNotStart after START_SECONDS.
        """
        started = False
        deadline = time.monotonic() + START_SECONDS
        while (answer := postmaster.ping(socket_folder(self.account.home))) != pq.Ping.OK:
            if time.monotonic() > deadline:
                raise ServerDidNotStart(self._last_words())
            running = postmaster.postmaster(self.folder)
            if answer == pq.Ping.NO_RESPONSE and running is None:
                if started:
                    raise ServerDidNotStart(self._last_words())
                self._start()
                started = True
            elif running is not None and self._lost_its_socket(running):
                self.stop()
            time.sleep(0.05)
        return started

    def stop(self) -> bool:
        """Stop the server so that its data needs no recovery; say whether there was one to stop.

        Raises ServerDidNotStop if it is still there after an immediate stop as well.
        """
        running = postmaster.postmaster(self.folder)
        if running is None:
            return False
        for how, seconds in ((signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, STOP_SECONDS / 2)):
            if _end([running], how, seconds=seconds, alive=self._alive):
                return True
        raise ServerDidNotStop(f"({running.pid})")

    def _start(self) -> None:
        if not (self.folder / "PG_VERSION").exists():
            self._initialise()
        self._clear_leftovers()
        self._configure()
        try:
            self.account.run(
                *("pg_ctl", "start", "-D", self.folder.name, "-l", self.log.name),
                *("-w", "-t", str(int(START_SECONDS))),
                folder=self.account.home,
                timeout=START_SECONDS + 30,
            )
        except subprocess.TimeoutExpired as error:
            raise ServerDidNotStart(self._last_words()) from error

    def _initialise(self) -> None:
        """Make the data folder beside its place and move it there whole, so that a kill leaves no half of one."""
        for draft in self.account.home.glob(f"{DRAFT}*"):
            shutil.rmtree(draft, ignore_errors=True)
        draft = self.account.home / f"{DRAFT}{token_hex(4)}"
        secret = self.account.home / "first-password"
        write_private(secret, self.passwords.ensure(ADMIN))
        self.account.own(secret)
        try:
            done = self.account.run(
                *("initdb", "-D", draft.name, "-U", ADMIN, f"--pwfile={secret.name}", "--auth=scram-sha-256"),
                *("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
                *(("--no-sync",) if self.for_tests else ()),
                folder=self.account.home,
                timeout=START_SECONDS,
            )
        finally:
            secret.unlink()
        if done.returncode != 0:
            raise ServerDidNotStart("(initdb)")
        draft.rename(self.folder)

    def _configure(self) -> None:
        if self.passwords.read(ADMIN) is None:
            raise PasswordsLost(f"({self.passwords.path(ADMIN)})")
        sockets = choose_socket_folder(self.account.home)
        files = {
            "postgresql.conf": settings.configuration(socket_folder=sockets, for_tests=self.for_tests),
            "pg_hba.conf": settings.AUTHENTICATION,
        }
        for name, text in files.items():
            write_private(self.folder / name, text)
            self.account.own(self.folder / name)
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            self.log.rename(self.log.with_suffix(".log.1"))

    def _clear_leftovers(self) -> None:
        """End what a killed postmaster left behind, and the rumours that it lives.

        Its processes notice the death themselves unless they are busy; PostgreSQL refuses to start beside
        them. The files with its process id go only when nothing works in the folder any longer: PostgreSQL
        would take a process id that now belongs to somebody else, or to a dead process that nobody has
        reaped, for a living postmaster.
        """
        left = postmaster.processes(self.folder)
        for how in (0, signal.SIGTERM, signal.SIGKILL):
            if _end(left, how, seconds=ORPHAN_SECONDS, alive=self._alive):
                break
        if postmaster.processes(self.folder):
            return
        pid = postmaster.written_pid(self.folder)
        if pid is not None and psutil.pid_exists(pid):
            (self.folder / "postmaster.pid").unlink(missing_ok=True)
        for file in choose_socket_folder(self.account.home).glob(f"{SOCKET_NAME}*"):
            file.unlink(missing_ok=True)

    def _alive(self, process: psutil.Process) -> bool:
        return postmaster.works_in(process, self.folder)

    def _lost_its_socket(self, running: psutil.Process) -> bool:
        """A postmaster makes its socket first of all; one without, a little later, cannot be reached by anybody."""
        folder = socket_folder(self.account.home)
        if folder is not None and (folder / SOCKET_NAME).exists():
            return False
        return time.time() - running.create_time() > SOCKET_SECONDS

    def _last_words(self) -> str:
        try:
            text = self.log.read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return ""
        return "\n" + "\n".join(text.splitlines()[-8:])


def _end(processes: list[psutil.Process], how: int, *, seconds: float, alive: Callable[[psutil.Process], bool]) -> bool:
    """Signal the processes and wait until none is alive any longer; say whether that came true."""
    for process in processes:
        if how and alive(process):
            os.kill(process.pid, how)
    deadline = time.monotonic() + seconds
    while any(alive(process) for process in processes):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
