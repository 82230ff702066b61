"""What core knows to check: settings, database, its role and shape, key, clock, disk, jobs, days."""

from __future__ import annotations

import ipaddress
import os
import shutil
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection, connections
from django.db.migrations.executor import MigrationExecutor

from kateder.core import authorities, clock, crossings
from kateder.core.checks import Answer, check, failure, fine, note, warning

OLDEST_SERVER = 150000
CLOCK_SECONDS = 5.0
LITTLE_SPACE = 2_000_000_000
NO_SPACE = 200_000_000
HEARTBEAT_SECONDS = 60
STUCK_SECONDS = 900

RIGHTS = """
SELECT r.rolsuper, r.rolbypassrls, d.datdba = r.oid OR EXISTS (
    SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public' WHERE c.relowner = r.oid)
FROM pg_roles r, pg_database d WHERE r.rolname = current_user AND d.datname = current_database()
"""  # noqa: E501


@check("settings")
def check_settings() -> Iterator[Answer]:
    """The settings that must not be so in an installation that others reach."""
    if settings.DEBUG:
        yield failure("Debugging is on: error pages show code and data.", "Remove KATEDER_DEBUG.")
    if _reached_by_others() and not settings.SECURE:
        yield failure(
            f"Kateder listens on {settings.BIND} without TLS before it.",
            "Put a proxy with TLS in front and set KATEDER_SECURE=true.",
        )
    if settings.DEMO_CHOOSER:
        yield warning("Anybody may choose who to be (the demo).", "Never with people who exist.")
    if os.geteuid() == 0:
        yield note("Kateder runs as root.", "Give it a user of its own.")
    yield fine(f"Read from the environment; files in {settings.DATA_DIR}.")


@check("database")
def check_database() -> Iterator[Answer]:
    """Whether there is a database that is new enough."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('server_version_num')::int, current_setting('server_version')")
            number, name = cursor.fetchone()
    except DatabaseError as error:
        yield failure(f"No connection: {str(error).splitlines()[0]}", "Look at DATABASE_URL and the server.")
        return
    if number < OLDEST_SERVER:
        yield failure(f"PostgreSQL {name} is too old.", "Use PostgreSQL 15 or later.")
    if str(settings.DATABASES["default"]["HOST"]).startswith(str(settings.DATA_DIR)):
        yield note(
            f"Embedded PostgreSQL {name}: for trials, tests and small authorities.",
            "For more, set DATABASE_URL and DATABASE_OWNER_URL to a server with a backup plan of its own.",
        )
    else:
        yield fine(f"PostgreSQL {name}.")


@check("database role")
def check_role() -> Iterator[Answer]:
    """Whether the role that Kateder works as stands below row-level security."""
    row = _row(RIGHTS)
    if row is None:
        return
    for wrong, what in zip(row, ("is a superuser", "bypasses row-level security", "owns the tables"), strict=True):
        if wrong:
            yield failure(
                f"The role of DATABASE_URL {what}: authorities are not kept apart.",
                "Use a role with LOGIN only, and the owner's in DATABASE_OWNER_URL.",
            )
    if not any(row):
        yield fine("Neither owner nor superuser, and bound by row-level security.")


@check("database shape")
def check_shape() -> Iterator[Answer]:
    """Whether all migrations have been run."""
    if _row("SELECT 1") is None:
        return
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        yield failure(f"{len(missing)} migrations have not been run.", "Run `kateder migrate`.")
    else:
        yield fine("Of this version.")


@check("secret key")
def check_key() -> Iterator[Answer]:
    """Whether the instance's key is for its owner only."""
    path = settings.DATA_DIR / "secret-key"
    if path.exists() and path.stat().st_mode & 0o077:
        yield failure(f"Others may read {path}.", f"Run `chmod 600 {path}`, and replace the key if they did.")
    elif path.exists():
        yield note(f"In {path}.", "Keep a copy apart from the backups: without it they are of little use.")
    else:
        yield fine("Given by the environment.")


@check("clock")
def check_clock() -> Iterator[Answer]:
    """Whether this machine and the database agree on the time; sign-in and leases rest on it."""
    row = _row("SELECT clock_timestamp()")
    if row is None:
        return
    apart = abs((clock.now() - row[0]).total_seconds())
    if apart > CLOCK_SECONDS:
        yield failure(f"{apart:.0f} s between this machine and the database.", "Let both follow a time server.")
    else:
        yield fine(f"It is {clock.today():%Y-%m-%d} in Stockholm.")


@check("disk")
def check_disk() -> Iterator[Answer]:
    """Whether there is room in the data folder."""
    free = shutil.disk_usage(settings.DATA_DIR).free
    found = f"{free / 1e9:.1f} GB free at {settings.DATA_DIR}."
    if free < NO_SPACE:
        yield failure(found, "Make room now: the database stops when the disk is full.")
    elif free < LITTLE_SPACE:
        yield warning(found, "Make room soon.")
    else:
        yield fine(found)


@check("jobs")
def check_jobs() -> Iterator[Answer]:
    """Whether somebody works, and nothing is stuck."""
    row = _row(
        "SELECT (SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - make_interval(secs => %s)),"
        " (SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'),"
        " (SELECT count(*) FROM procrastinate_jobs j WHERE status = 'todo' AND coalesce(scheduled_at, 'epoch') < now()"
        "  AND (SELECT max(at) FROM procrastinate_events e WHERE e.job_id = j.id) < now() - make_interval(secs => %s))",
        HEARTBEAT_SECONDS, STUCK_SECONDS,
    )  # fmt: skip
    if row is None:
        return
    workers, failed, stuck = row
    if not workers:
        yield warning("No worker is running.", "Run `kateder serve`, or `kateder worker` on some machine.")
    if stuck:
        yield warning(f"{stuck} jobs have waited for more than 15 minutes.", "Look at what the worker says.")
    if failed:
        yield warning(f"{failed} jobs have failed.", "Look at the log for job.failed.")
    if workers and not stuck and not failed:
        yield fine(f"{workers} at work, nothing stuck.")


@check("days")
def check_days() -> Iterator[Answer]:
    """Whether what each day brings has been done, for every authority."""
    if _row("SELECT to_regclass('core_authority')") in {None, (None,)}:
        return
    today = clock.today()
    for authority in authorities.every():
        if authority.acted_through is None or authority.acted_through >= today - timedelta(days=1):
            continue
        yield warning(
            f"{authority.slug}: what dates bring has been done only to {authority.acted_through}.",
            "Run a worker; it catches up by itself.",
        )


def _reached_by_others() -> bool:
    try:
        return not ipaddress.ip_address(settings.BIND).is_loopback
    except ValueError:
        return settings.BIND != "localhost"


def _row(query: str, *parameters: int) -> tuple[Any, ...] | None:
    """One row, or None without a database or without its tables: another check has said so."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(query, parameters)
            row: tuple[Any, ...] | None = cursor.fetchone()
    except DatabaseError:
        return None
    return row


@check("references")
def check_references() -> Iterator[Answer]:
    """Whether nothing points from one authority to another, or nowhere; needs the owner's connection."""
    if "owner" not in connections.settings:
        return
    with connections["owner"].cursor() as wrapped:
        found = crossings.find(wrapped.cursor)
    for astray in found:
        place = f"{astray.table}.{astray.column}"
        if astray.crossing:
            yield failure(
                f"{astray.crossing} rows of {place} point into another authority.",
                "Stop serving and report this as a security fault.",
            )
        if astray.dangling:
            yield warning(f"{astray.dangling} rows of {place} point at nothing.", "Report this as a fault.")
    if not found:
        yield fine("Nothing points from one authority to another.")
