"""Files into a folder of this machine: written aside, forced to disk, then given their names."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

import structlog

from kateder.provisioning.files.faults import (
    CannotWrite,
    DiskFull,
    FolderMissing,
    HalfInPlace,
    NoPermission,
    NotWhole,
)
from kateder.provisioning.files.template import File
from kateder.provisioning.ways.contract import NotDelivered

log = structlog.get_logger()

MODE: Final = 0o640
"""Whoever is in the folder's group may read; nobody else."""
FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
REFUSED: Final = frozenset({errno.EACCES, errno.EPERM, errno.EROFS, errno.ELOOP})
MISSING: Final = frozenset({errno.ENOENT, errno.ENOTDIR})


@dataclass(frozen=True, slots=True)
class Made:
    """A file that is to be put in place."""

    file: File
    name: str
    content: bytes


def aside(target_id: UUID, number: int) -> str:
    """The name under which a target's file is written first: one that a killed run left is written over."""
    return f".kateder-{target_id}-{number}.part"


def outdated(file: File, names: Sequence[str], *, keep: str, until: date) -> list[str]:
    """The earlier files of this kind, from days up to `until`, by the day in their names."""
    return [name for name in names if name != keep and (day := file.date_of(name)) is not None and day <= until]


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder that exists; what fetches the files from it is not ours."""

    path: Path
    target_id: UUID

    def put(self, made: Sequence[Made], *, today: date, keep_days: int) -> None:
        """Put the files in place, all of them or (short of a fault between two renames) none, and remove outdated ones.

        Raises a NotDelivered; then those that were there before still are, unless it is HalfInPlace.
        """
        with self._faults():
            folder = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY)
            try:
                for number, one in enumerate(made):
                    self._write(folder, aside(self.target_id, number), one.content)
                self._name(folder, made)
                self._prune(folder, made, until=today - timedelta(days=keep_days))
            finally:
                self._clear(folder, len(made))
                os.close(folder)

    def try_out(self) -> None:
        """Write a file and remove it. Raises a NotDelivered."""
        with self._faults():
            folder = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY)
            try:
                self._write(folder, aside(self.target_id, 0), b"Kateder\n")
            finally:
                self._clear(folder, 1)
                os.close(folder)

    def _write(self, folder: int, name: str, content: bytes) -> None:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name, dir_fd=folder)
        # Never through a link that somebody else has put there.
        handle = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, MODE, dir_fd=folder)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            if os.fstat(file.fileno()).st_size != len(content):
                raise NotWhole

    def _name(self, folder: int, made: Sequence[Made]) -> None:
        named = 0
        try:
            for number, one in enumerate(made):
                os.replace(aside(self.target_id, number), one.name, src_dir_fd=folder, dst_dir_fd=folder)
                named += 1
            os.fsync(folder)
        except OSError:
            if named:
                raise HalfInPlace from None
            raise

    def _prune(self, folder: int, made: Sequence[Made], *, until: date) -> None:
        for one in made:
            for name in outdated(one.file, os.listdir(folder), keep=one.name, until=until):
                try:
                    os.unlink(name, dir_fd=folder)
                except OSError as error:
                    # The new files are in place: that is what was to be done.
                    log.warning("files.outdated_stays", target=str(self.target_id), errno=error.errno)

    def _clear(self, folder: int, count: int) -> None:
        for number in range(count):
            with contextlib.suppress(OSError):
                os.unlink(aside(self.target_id, number), dir_fd=folder)

    @contextlib.contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise fault(error, folder=str(self.path)) from None


def fault(error: OSError, *, folder: str) -> NotDelivered:
    """What the operating system says, as what the person is told."""
    if error.errno in FULL:
        return DiskFull()
    if error.errno in REFUSED:
        return NoPermission(folder=folder)
    if error.errno in MISSING:
        return FolderMissing(folder=folder)
    return CannotWrite(folder=folder, code=errno.errorcode.get(error.errno or 0, "?"))
