"""Backup and restore of the whole database, with PostgreSQL's own programs.

A backup is a folder: the archive and a manifest that says what it is. It appears whole or not at all, and a restore
is one transaction: killed at any point, it leaves the database as it was. The instance's secret key is never in it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

import psycopg
from psycopg import pq

from kateder.core.embedded.binaries import Binaries
from kateder.core.errors import DomainError

ARCHIVE = "database.dump"
MANIFEST = "manifest.json"
BEGIN = b"BEGIN;\nDROP SCHEMA public CASCADE;\nCREATE SCHEMA public;\nGRANT USAGE ON SCHEMA public TO PUBLIC;\n"
COMMIT = b"\nCOMMIT;\n"
UNKNOWN_TO_OLDER = b"SET transaction_timeout = 0;"
"""What the programs of version 18 write and a server before version 17 refuses."""
HEAD_LINES = 40


class BackupFailed(DomainError):
    """The backup could not be written: {reason}"""


class RestoreFailed(DomainError):
    """Nothing was restored and the database is as it was: {reason}"""


class NotABackup(DomainError):
    """{folder} holds no backup of Kateder."""


class BackupOfNewerVersion(DomainError):
    """The backup was made by a newer version of Kateder. Install that version, then restore."""


class BackupOfOtherKey(DomainError):
    """The backup belongs to another secret key, so its keys for deliveries and sign-in cannot be opened. Put the file secret-key of that installation in place first."""  # noqa: E501


class DatabaseInUse(DomainError):
    """The database is in use by {count} other connections. Stop Kateder first, everywhere."""


class FolderExists(DomainError):
    """{folder} exists already. Name a new folder for the backup."""


@dataclass(frozen=True)
class Manifest:
    """What a backup is: when it was made, of which shape, by which PostgreSQL, under which secret key."""

    made_at: str
    server_version: int
    runtime_role: str
    key_fingerprint: str
    migrations: tuple[str, ...]


def key_fingerprint(secret_key: str) -> str:
    """A digest by which two secret keys are told apart; the key cannot be computed from it."""
    return hmac.new(secret_key.encode(), b"kateder:backup", hashlib.sha256).hexdigest()[:32]


def write(
    folder: Path, *, owner_url: str, runtime_role: str, secret_key: str, now: datetime, binaries: Binaries
) -> Manifest:
    """Write a backup into a new folder, consistent as of one moment; the database may be in use.

    Raises FolderExists and BackupFailed.
    """
    if folder.exists():
        raise FolderExists(folder=folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    manifest = _describe(owner_url, runtime_role=runtime_role, secret_key=secret_key, now=now)
    draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        command = [binaries.program("pg_dump"), "--format=custom", "--compress=gzip:4", "--no-owner"]
        done = subprocess.run(
            [*command, f"--file={draft / ARCHIVE}"], env=_environment(owner_url), capture_output=True, check=False
        )
        if done.returncode != 0:
            raise BackupFailed(reason=_reason(done.stderr))
        (draft / MANIFEST).write_text(json.dumps(asdict(manifest), indent=2) + "\n", encoding="utf-8")
        for file in (draft / ARCHIVE, draft / MANIFEST):
            file.chmod(0o600)
            _sync(file)
        _sync(draft)
        draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return manifest


def read(folder: Path) -> Manifest:
    """Read what a backup is. Raises NotABackup."""
    try:
        values = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        manifest = Manifest(**{**values, "migrations": tuple(values["migrations"])})
    except (OSError, ValueError, TypeError, KeyError):
        raise NotABackup(folder=folder) from None
    if not (folder / ARCHIVE).is_file():
        raise NotABackup(folder=folder)
    return manifest


def restore(
    folder: Path, *, owner_url: str, runtime_role: str, secret_key: str, known: Iterable[str], binaries: Binaries
) -> Manifest:
    """Put a backup in the place of everything in the database, in one transaction.

    `known` are the migrations of this version as "app.name": a backup with others is of a newer version. Raises
    NotABackup, BackupOfNewerVersion, BackupOfOtherKey, DatabaseInUse and RestoreFailed.
    """
    manifest = read(folder)
    if set(manifest.migrations) - set(known):
        raise BackupOfNewerVersion
    if manifest.key_fingerprint != key_fingerprint(secret_key):
        raise BackupOfOtherKey
    if manifest.runtime_role != runtime_role:
        raise RestoreFailed(reason=f"it grants its rights to the role {manifest.runtime_role}, not {runtime_role}.")
    with psycopg.connect(owner_url) as connection:
        _refuse_if_used(connection)
        version = connection.info.server_version
    _replay(folder / ARCHIVE, owner_url=owner_url, server_version=version, binaries=binaries)
    return manifest


def _describe(owner_url: str, *, runtime_role: str, secret_key: str, now: datetime) -> Manifest:
    with psycopg.connect(owner_url) as connection:
        rows = connection.execute("SELECT app || '.' || name FROM django_migrations ORDER BY 1").fetchall()
        return Manifest(
            made_at=now.isoformat(),
            server_version=connection.info.server_version,
            runtime_role=runtime_role,
            key_fingerprint=key_fingerprint(secret_key),
            migrations=tuple(str(row[0]) for row in rows),
        )


def _refuse_if_used(connection: psycopg.Connection) -> None:
    row = connection.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        " AND usesysid IS NOT NULL"  # without: PostgreSQL's own; what kind others are is not for us to see
    ).fetchone()
    if row is not None and row[0]:
        raise DatabaseInUse(count=row[0])


def _replay(archive: Path, *, owner_url: str, server_version: int, binaries: Binaries) -> None:
    """Feed the archive as SQL to one psql transaction that first drops everything.

    The commit is the last thing we write, and only when the archive was read to its end: psql cannot tell a script
    that ends early, because we or pg_restore were killed, from one that is complete.
    """
    environment = _environment(owner_url)
    with tempfile.TemporaryFile() as complaints:
        source = subprocess.Popen(
            [binaries.program("pg_restore"), "--no-owner", "--file=-", str(archive)],
            env=environment, stdout=subprocess.PIPE, stderr=complaints,
        )  # fmt: skip
        target = subprocess.Popen(
            [binaries.program("psql"), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1"],
            env=environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=complaints,
        )  # fmt: skip
        with source, target:
            assert source.stdout is not None  # noqa: S101 - for the type checker: it is a pipe
            assert target.stdin is not None  # noqa: S101
            try:
                _copy(source.stdout, target.stdin, server_version=server_version)
                if source.wait() == 0:
                    target.stdin.write(COMMIT)
                target.stdin.close()
            except BrokenPipeError:
                source.kill()
            codes = (source.wait(), target.wait())
        if codes != (0, 0):
            complaints.seek(0)
            raise RestoreFailed(reason=_reason(complaints.read()))


def _copy(source: IO[bytes], target: IO[bytes], *, server_version: int) -> None:
    target.write(BEGIN)
    for _ in range(HEAD_LINES):
        line = source.readline()
        if server_version >= 170000 or line.strip() != UNKNOWN_TO_OLDER:
            target.write(line)
    shutil.copyfileobj(source, target, 1 << 20)
    target.flush()


def _environment(url: str) -> Mapping[str, str]:
    """The connection for PostgreSQL's programs; a password on the command line could be seen by everybody."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    given = {
        option.envvar.decode(): option.val.decode()
        for option in pq.Conninfo.parse(url.encode())
        if option.val is not None and option.envvar is not None
    }
    return {**clean, **given, "LC_ALL": "C"}


def _reason(complaint: bytes) -> str:
    """The first lines of a complaint: they name tables and rules; the lines with values are left out."""
    lines = complaint.decode(errors="replace").splitlines()
    kept = [line for line in lines if not line.lstrip().startswith(("DETAIL", "CONTEXT", "QUERY", "LINE", "^"))]
    return " ".join(kept[:3])


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
