"""The door to the embedded database: ask for it, share it, stop it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import psycopg
from psycopg import pq

from . import accounts, postmaster, roles
from .cluster import START_SECONDS, Cluster
from .connections import ServerInfo
from .errors import FolderNotPrivate, PasswordsLost
from .folders import among_users, only_one, socket_folder, unless_used
from .passwords import ADMIN, OWNER, RUNTIME, Passwords


class State(StrEnum):
    """What a look at the server gives."""

    never_started = "never started"
    stopped = "stopped"
    starting = "starting"
    running = "running"


@dataclass(frozen=True)
class ServerStatus:
    """A look at the server, for `kateder doctor`; `pid` is the postmaster's."""

    state: State
    pid: int | None
    data_dir: Path


class EmbeddedServer:
    """PostgreSQL on a data folder, shared by every process of its owner on this machine.

    The object holds nothing open: the server outlives it and the process. `for_tests` trades the data's
    safety for speed and must never hold anything worth keeping.
    """

    def __init__(self, data_dir: Path, *, for_tests: bool = False) -> None:
        self.data_dir = Path(os.path.abspath(data_dir))
        self.for_tests = for_tests
        self._passwords = Passwords(self.data_dir / "passwords")

    def ensure_running(self) -> ServerInfo:
        """Return a server that accepts connections, starting it if need be; it then runs until `stop`.

        Fast when it runs already (one connection). Of several processes that ask at once, one starts it
        and the others wait. Raises EmbeddedDatabaseError of several kinds.
        """
        info = self._ensure(temporary=False)
        self._temporary.unlink(missing_ok=True)
        return info

    @contextmanager
    def running(self) -> Iterator[ServerInfo]:
        """Give a running server to the body, and leave it as it was found.

        A server that was started for such a body is stopped by the last one that leaves, also when the one
        that started it was killed.
        """
        self._prepare()
        try:
            with among_users(self._users):
                yield self._ensure(temporary=True)
        finally:
            with unless_used(self._users) as nobody:
                if nobody and self._temporary.exists():
                    self.stop()

    def stop(self) -> bool:
        """Stop the server cleanly, whoever started it; say whether there was one to stop."""
        if not self.data_dir.is_dir():
            return False
        with only_one(self._lock, seconds=START_SECONDS + 60):
            stopped = self._cluster().stop()
            self._temporary.unlink(missing_ok=True)
            return stopped

    def status(self) -> ServerStatus:
        """Look at the server without touching it."""
        folder = self._home / "postgres"
        running = postmaster.postmaster(folder)
        if running is None:
            state = State.stopped if folder.exists() else State.never_started
        else:
            accepts = postmaster.ping(socket_folder(self._home)) == pq.Ping.OK
            state = State.running if accepts else State.starting
        return ServerStatus(state=state, pid=running.pid if running else None, data_dir=self.data_dir)

    @property
    def socket_dir(self) -> Path | None:
        """Where the server's socket is, as last chosen; None before the first start."""
        return socket_folder(self._home)

    def create_database(self, name: str, *, template: str | None = None) -> ServerInfo:
        """Make a database of the owner, empty or as a copy of another one that nobody uses just now."""
        info = self._ensure(temporary=False)
        with psycopg.connect(info.admin_url, autocommit=True) as connection:
            roles.make_database(connection, name, template=template)
        return info

    def drop_database(self, name: str) -> None:
        """Remove a database, if it exists, and end the connections that use it."""
        info = self._ensure(temporary=False)
        with psycopg.connect(info.admin_url, autocommit=True) as connection:
            roles.drop_database(connection, name)

    def _ensure(self, *, temporary: bool) -> ServerInfo:
        info = self._alive()
        if info is not None:
            return info
        self._prepare()
        with only_one(self._lock, seconds=START_SECONDS + 60):
            info = self._alive()
            if info is not None:
                return info
            cluster = self._cluster()
            if temporary and postmaster.postmaster(cluster.folder) is None:
                self._temporary.touch(mode=0o600)
            started = cluster.bring_up()
            self._make_roles()
            return self._info(started_here=started)

    def _alive(self) -> ServerInfo | None:
        """Alive means that a connection succeeds, as the role that works, to the database it works in."""
        folder = socket_folder(self._home)
        if folder is None or any(self._passwords.read(role) is None for role in (ADMIN, OWNER, RUNTIME)):
            return None
        info = self._info(started_here=False)
        try:
            psycopg.connect(info.runtime_url, connect_timeout=10).close()
        except psycopg.OperationalError:
            return None
        return info

    def _make_roles(self) -> None:
        admin_url = self._info(started_here=False).admin_url
        try:
            roles.ensure(admin_url, passwords=self._passwords)
        except psycopg.OperationalError as error:
            if "authentication failed" in str(error):
                raise PasswordsLost(f"({self._passwords.path(ADMIN)})") from error
            raise

    def _info(self, *, started_here: bool) -> ServerInfo:
        folder = socket_folder(self._home) or self._home / "socket"
        return ServerInfo(socket_dir=folder, passwords=self._passwords, started_here=started_here)

    def _prepare(self) -> None:
        """Make the data folder, private; one that exists keeps its permissions, but must not be open to write."""
        self.data_dir.parent.mkdir(parents=True, exist_ok=True)
        self.data_dir.mkdir(mode=0o700, exist_ok=True)
        if stat.S_IMODE(self.data_dir.stat().st_mode) & stat.S_IWOTH:
            raise FolderNotPrivate(f"({self.data_dir})")

    def _cluster(self) -> Cluster:
        account = accounts.account_for(self.data_dir)
        return Cluster(account=account, passwords=self._passwords, for_tests=self.for_tests)

    @property
    def _home(self) -> Path:
        elsewhere = accounts.system_home(self.data_dir)
        return elsewhere if os.geteuid() == 0 and elsewhere.exists() else self.data_dir

    @property
    def _lock(self) -> Path:
        return self.data_dir / "lock"

    @property
    def _users(self) -> Path:
        return self.data_dir / "users"

    @property
    def _temporary(self) -> Path:
        """Exists while the server runs only for those who use it now."""
        return self.data_dir / "temporary"
