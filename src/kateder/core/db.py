"""Raw SQL for the set-based paths."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

import psycopg
from django.db import connection
from psycopg import sql

from kateder.core.tenancy import current_authority_id


@contextlib.contextmanager
def cursor() -> Iterator[psycopg.Cursor[Any]]:
    """psycopg's own cursor inside `within(authority)`. Raises NoAuthority outside."""
    current_authority_id()
    with connection.cursor() as wrapped:
        yield wrapped.cursor


@contextlib.contextmanager
def roomy(cursor: psycopg.Cursor[Any], *, megabytes: int) -> Iterator[None]:
    """Let sorts and hashes of what is run inside take that much memory each, instead of going by way of the disk."""
    with _set(cursor, "work_mem", f"{megabytes}MB"):
        yield


@contextlib.contextmanager
def whole_sets(cursor: psycopg.Cursor[Any]) -> Iterator[None]:
    """Plan what is run inside for whole sets, without nested loops, until the block ends.

    PostgreSQL cannot know how many rows an authority, a school or a group holds, least of all right after an import
    and behind row-level security: it guesses one, and compares everybody with everybody (137 s for 10,000 pupils
    where hashing takes 0.1 s). Not for questions about a few people: there the index is right.
    """
    with _set(cursor, "enable_nestloop", "off"):
        yield


@contextlib.contextmanager
def as_written(cursor: psycopg.Cursor[Any]) -> Iterator[None]:
    """Join the tables of what is run inside in the order in which they are written, until the block ends.

    For questions about a few people whose order is clear: to look for a better one takes longer than to answer.
    """
    with _set(cursor, "join_collapse_limit", "1"):
        yield


@contextlib.contextmanager
def _set(cursor: psycopg.Cursor[Any], name: str, value: str) -> Iterator[None]:
    """Until the block ends, then as before: what is around it may have set it too. An error ends it by itself, with
    the transaction.
    """
    cursor.execute("SELECT current_setting(%s), set_config(%s, %s, true)", [name, name, value])
    row = cursor.fetchone()
    yield
    cursor.execute("SELECT set_config(%s, %s, true)", [name, row and row[0]])


def uuids(ids: Iterable[UUID | None]) -> str:
    """Give ids as a parameter for a uuid[]: as text, which is written ten times faster than a list of them."""
    return "{" + ",".join(["NULL" if one is None else one.hex for one in ids]) + "}"


def texts(values: Iterable[str]) -> str:
    """Give words as a parameter for a text[], as text like `uuids`."""
    return "{" + ",".join(['"' + one.replace("\\", "\\\\").replace('"', '\\"') + '"' for one in values]) + "}"


def numbers(values: Iterable[int | None]) -> str:
    """Give whole numbers as a parameter for an int[], as text like `uuids`."""
    return "{" + ",".join(["NULL" if one is None else str(one) for one in values]) + "}"


def digests(values: Iterable[bytes | None]) -> str:
    """Give bytes as a parameter for a bytea[], as text like `uuids`."""
    return "{" + ",".join(["NULL" if one is None else f'"\\\\x{one.hex()}"' for one in values]) + "}"


def copy_rows(into: psycopg.Cursor[Any], table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """COPY rows into a temporary table; gives how many.

    Only temporary tables: PostgreSQL refuses COPY FROM into one with row-level security.
    """
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    count = 0
    with into.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
            count += 1
    return count
