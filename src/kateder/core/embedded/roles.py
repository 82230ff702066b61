"""The database and the roles that own it and work in it."""

from __future__ import annotations

from typing import LiteralString

import psycopg
from psycopg import sql

from .passwords import OWNER, RUNTIME, Passwords

DATABASE = "kateder"


def ensure(admin_url: str, *, passwords: Passwords) -> None:
    """Make the roles and the database that are missing, and set the roles' passwords to those in the files.

    Safe to repeat after a kill at any point.
    """
    with psycopg.connect(admin_url, autocommit=True) as connection:
        for role in (OWNER, RUNTIME):
            _ensure_role(connection, role, password=passwords.ensure(role))
        if not _exists(connection, "SELECT FROM pg_database WHERE datname = %s", DATABASE):
            make_database(connection, DATABASE, template=None)
        _let_in(connection, DATABASE)


def _ensure_role(connection: psycopg.Connection, role: str, *, password: str) -> None:
    verb = sql.SQL("ALTER" if _exists(connection, "SELECT FROM pg_roles WHERE rolname = %s", role) else "CREATE")
    connection.execute(
        sql.SQL("{} ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD {}").format(
            verb, sql.Identifier(role), sql.Literal(password)
        )
    )


def make_database(connection: psycopg.Connection, name: str, *, template: str | None) -> None:
    """Create a database of the owner that the runtime role may connect to and make temporary tables in."""
    connection.execute(
        sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
            sql.Identifier(name), sql.Identifier(OWNER), sql.Identifier(template or "template0")
        )
    )
    _let_in(connection, name)


def _let_in(connection: psycopg.Connection, name: str) -> None:
    database, runtime = sql.Identifier(name), sql.Identifier(RUNTIME)
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
    connection.execute(sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(database, runtime))


def drop_database(connection: psycopg.Connection, name: str) -> None:
    """Remove a database if it exists, ending the connections that use it."""
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _exists(connection: psycopg.Connection, query: LiteralString, name: str) -> bool:
    return connection.execute(query, (name,)).fetchone() is not None
