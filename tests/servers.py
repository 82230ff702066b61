"""The server that a run of the suite uses: embedded, or one that somebody else runs.

`KATEDER_TEST_ADMIN_URL` names a superuser's URL of a PostgreSQL 15 or later; `.ci/run` sets it for a second run.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from kateder.core.embedded import EmbeddedServer

PASSWORD = "only-for-tests"
ROLES = ("kateder_owner", "kateder_runtime")


class RunServer(Protocol):
    """What the fixtures need of a server."""

    def start(self) -> None:
        """Have it accept connections."""

    def url(self, role: str, database: str) -> str:
        """How a role reaches a database."""

    def create_database(self, name: str, *, template: str | None = None) -> None:
        """Make a database of the owner."""

    def drop_database(self, name: str) -> None:
        """Remove a database and the connections to it."""

    def stop(self) -> None:
        """End what `start` began."""


class Embedded:
    """The wheel's PostgreSQL in the run's folder."""

    def __init__(self, folder: Path) -> None:
        self._server = EmbeddedServer(folder / "db", for_tests=True)

    def start(self) -> None:
        self._server.ensure_running()

    def url(self, role: str, database: str) -> str:
        return self._server.ensure_running().url(role, database=database)  # type: ignore[arg-type]

    def create_database(self, name: str, *, template: str | None = None) -> None:
        self._server.create_database(name, template=template)

    def drop_database(self, name: str) -> None:
        self._server.drop_database(name)

    def stop(self) -> None:
        self._server.stop()


class External:
    """A server that was there before; this run's databases are named after the run and removed."""

    def __init__(self, admin_url: str, run: str) -> None:
        self._admin_url = admin_url
        self._prefix = f"kt_{run}_"

    def start(self) -> None:
        with psycopg.connect(self._admin_url, autocommit=True) as connection:
            connection.execute("SELECT pg_advisory_lock(4711)")
            for role in ROLES:
                if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone() is None:
                    statement = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}")
                    connection.execute(statement.format(sql.Identifier(role), sql.Literal(PASSWORD)))

    def url(self, role: str, database: str) -> str:
        parts = urlsplit(self._admin_url)
        place = parts.netloc.rpartition("@")[2]
        query = f"?{parts.query}" if parts.query else ""
        return f"postgresql://{role}:{PASSWORD}@{place}/{self._prefix}{database}{query}"

    def create_database(self, name: str, *, template: str | None = None) -> None:
        statement = sql.SQL("CREATE DATABASE {} OWNER kateder_owner TEMPLATE {} ENCODING 'UTF8' LC_COLLATE 'C'").format(
            sql.Identifier(self._prefix + name), sql.Identifier(self._prefix + template if template else "template0")
        )
        with psycopg.connect(self._admin_url, autocommit=True) as connection:
            connection.execute(statement)

    def drop_database(self, name: str) -> None:
        with psycopg.connect(self._admin_url, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(self._prefix + name)))

    def stop(self) -> None:
        with psycopg.connect(self._admin_url, autocommit=True) as connection:
            found = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{self._prefix}%"])
            for (name,) in found.fetchall():
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def server(folder: Path) -> RunServer:
    """The server of the run that owns a folder."""
    admin_url = os.environ.get("KATEDER_TEST_ADMIN_URL")
    return External(admin_url, folder.name.replace("-", "_")) if admin_url else Embedded(folder)
