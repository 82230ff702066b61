"""How to reach a running server: one URL per role and database, understood by psycopg and Django."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from .passwords import ADMIN, OWNER, RUNTIME, Passwords, RoleName
from .roles import DATABASE


@dataclass(frozen=True)
class ServerInfo:
    """A server that accepted a connection a moment ago.

    `port` is None: the server listens on the socket in `socket_dir` only. `started_here` says that this
    call started it.
    """

    socket_dir: Path
    passwords: Passwords = field(repr=False)
    started_here: bool = False
    port: int | None = None

    @property
    def runtime_url(self) -> str:
        """The database as the role that Kateder works as: neither owner nor superuser."""
        return self.url(RUNTIME, database=DATABASE)

    @property
    def owner_url(self) -> str:
        """The database as its owner: for migrations, backup and restore."""
        return self.url(OWNER, database=DATABASE)

    @property
    def admin_url(self) -> str:
        """The maintenance database as superuser: to make and remove databases."""
        return self.url(ADMIN, database="postgres")

    def url(self, role: RoleName, *, database: str) -> str:
        """Return the URL of a database as a role, the password included."""
        password = quote(self.passwords.read(role) or "", safe="")
        name, socket = quote(database, safe=""), quote(str(self.socket_dir), safe="")
        return f"postgresql://{role}:{password}@/{name}?host={socket}&port=5432"
