"""What lies on disk: private folders, the short socket path, and the lock that lets one starter through."""

from __future__ import annotations

import fcntl
import os
import secrets
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import FolderNotPrivate, SomeoneElseStarts

SOCKET_NAME = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 100
"""Bytes; `sun_path` holds 108 on Linux and 104 on macOS, its ending zero included."""


def make_private(folder: Path, *, uid: int | None = None, gid: int | None = None) -> Path:
    """Make a folder that only its owner can enter, or check that an existing one is such a folder.

    Permissions of a folder that exists are never changed. Raises FolderNotPrivate for a link, another
    owner, or any permission for group or others.
    """
    owner = os.geteuid() if uid is None else uid
    try:
        folder.mkdir(mode=0o700)
        if uid is not None and gid is not None:
            os.chown(folder, uid, gid)
    except FileExistsError:
        pass
    found = os.lstat(folder)
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or stat.S_IMODE(found.st_mode) & 0o077:
        raise FolderNotPrivate(f"({folder})")
    return folder


def write_private(path: Path, text: str) -> None:
    """Write a file that only we can read; readers see the old text or the new, never half of it."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)


def socket_folder(home: Path) -> Path | None:
    """Return the folder of the server's socket as last chosen, if it is still there and private."""
    near = home / "socket"
    if _fits(near):
        return near if near.is_dir() else None
    try:
        far = Path((home / "socket-folder").read_text(encoding="utf-8"))
        found = os.lstat(far)
    except OSError:
        return None
    private = stat.S_ISDIR(found.st_mode) and not stat.S_IMODE(found.st_mode) & 0o077
    return far if private and found.st_uid == home.stat().st_uid else None


def choose_socket_folder(home: Path) -> Path:
    """Return a private folder for the socket: in the home, or in a short path where the home's is too long.

    The short one gets a random name and is written down in the home, so that nobody can be there first.
    """
    near = home / "socket"
    if _fits(near):
        return make_private(near, uid=home.stat().st_uid, gid=home.stat().st_gid)
    known = socket_folder(home) or _made_again(home)
    if known is not None:
        return known
    base = tempfile.gettempdir() if _fits(Path(tempfile.gettempdir()) / "kateder-12345678") else "/tmp"  # noqa: S108 - mkdtemp makes a private folder in it
    far = Path(tempfile.mkdtemp(prefix="kateder-", dir=base))
    os.chown(far, home.stat().st_uid, home.stat().st_gid)
    write_private(home / "socket-folder", str(far))
    return far


def _made_again(home: Path) -> Path | None:
    """Make the short folder again under its old name, if it was swept away and nobody was quicker."""
    try:
        far = Path((home / "socket-folder").read_text(encoding="utf-8"))
        far.mkdir(mode=0o700)
    except OSError:
        return None
    os.chown(far, home.stat().st_uid, home.stat().st_gid)
    return far


def _fits(folder: Path) -> bool:
    return len(os.fsencode(folder / SOCKET_NAME)) <= LONGEST_SOCKET_PATH


@contextmanager
def only_one(path: Path, *, seconds: float) -> Iterator[None]:
    """Hold an exclusive lock on a file while the body runs; raise SomeoneElseStarts after waiting too long.

    The kernel lets go when the holder dies, however it dies. No child inherits it.
    """
    deadline = time.monotonic() + seconds
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        while not _locked(descriptor, fcntl.LOCK_EX):
            if time.monotonic() > deadline:
                raise SomeoneElseStarts
            time.sleep(0.05)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def among_users(path: Path) -> Iterator[None]:
    """Count as a user of the server while the body runs: a shared lock on a file."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def unless_used(path: Path) -> Iterator[bool]:
    """Yield whether nobody counts as a user; nobody can become one until the body has ended."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        yield _locked(descriptor, fcntl.LOCK_EX)
    finally:
        os.close(descriptor)


def _locked(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
