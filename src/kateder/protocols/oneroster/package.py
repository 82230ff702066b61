"""A zip of OneRoster CSV files: opened without trusting anything in it, and never unpacked to disk.

OneRoster 1.2 CSV Binding §2: all files in the root of the archive, a manifest.csv that says of each whether it is
there and whether it is everything (bulk) or what has changed (delta); UTF-8, comma, RFC 4180.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from kateder.protocols.oneroster.records import RESOURCES

MANIFEST = "manifest.csv"
VERSIONS = ("1.1", "1.2")
MOST_FILES = 100
LARGEST = 2**30
"""Bytes of all files together, unpacked."""

_PART = 2**20
_ENCRYPTED = 0x1


class Mode(StrEnum):
    """What the manifest says of a file."""

    ABSENT = "absent"
    BULK = "bulk"
    DELTA = "delta"


class BadPackage(ValueError):
    """The archive cannot be used. `reason` is a code, `file` the file it is about."""

    def __init__(self, reason: str, file: str = "") -> None:
        super().__init__(f"{reason} {file}")
        self.reason, self.file = reason, file


@dataclass(frozen=True, slots=True)
class Sheet:
    """One file: its resource, its mode, its rows by column name with the line of each."""

    resource: str
    mode: Mode
    rows: list[tuple[int, dict[str, str]]]


@dataclass(frozen=True, slots=True)
class Package:
    """An opened archive: its version and, for each rostering file that is in it, the mode."""

    version: str
    modes: Mapping[str, Mode]
    _texts: Mapping[str, str]

    def sheets(self) -> Iterator[Sheet]:
        """The rostering files, in the order of `RESOURCES`. Raises BadPackage."""
        for resource in RESOURCES:
            if resource in self.modes:
                yield Sheet(resource, self.modes[resource], _rows(self._texts[resource], f"{resource}.csv"))


def open_package(file: BinaryIO | Path, *, largest: int = LARGEST) -> Package:
    """Open an archive. Raises BadPackage: no zip, too large, a path in it, no manifest, files missing."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = _names(archive)
            budget = _Budget(largest)
            manifest = _manifest(_text(archive, names, MANIFEST, budget))
            version = manifest.get("oneroster.version", "")
            if version not in VERSIONS:
                raise BadPackage("version", version)
            modes = _modes(manifest)
            texts = {name: _text(archive, names, f"{name}.csv", budget) for name in modes}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise BadPackage("no_zip") from error
    return Package(version, modes, texts)


@dataclass(slots=True)
class _Budget:
    """How many bytes may still be unpacked."""

    left: int


def _names(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The files by name. A path in a name is refused, though nothing is ever written under it."""
    found: dict[str, zipfile.ZipInfo] = {}
    infos = [info for info in archive.infolist() if not info.is_dir()]
    if len(infos) > MOST_FILES:
        raise BadPackage("too_many_files")
    for info in infos:
        name = info.filename
        if name != PurePosixPath(name).name or "\\" in name or name in {"", ".", ".."}:
            raise BadPackage("path", name[:80])
        if name in found:
            raise BadPackage("twice", name)
        if info.flag_bits & _ENCRYPTED:
            raise BadPackage("encrypted", name)
        found[name] = info
    return found


def _text(archive: zipfile.ZipFile, names: Mapping[str, zipfile.ZipInfo], name: str, budget: _Budget) -> str:
    """A file's text. What is unpacked is counted as it comes: the size that an archive states may be a lie."""
    if name not in names:
        raise BadPackage("missing", name)
    content = bytearray()
    with archive.open(names[name]) as packed:
        while part := packed.read(_PART):
            content += part
            budget.left -= len(part)
            if budget.left < 0:
                raise BadPackage("too_large", name)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadPackage("not_utf8", name) from error


def _manifest(text: str) -> dict[str, str]:
    return {row.get("propertyName", "").strip(): row.get("value", "").strip() for _, row in _rows(text, MANIFEST)}


def _modes(manifest: Mapping[str, str]) -> dict[str, Mode]:
    modes: dict[str, Mode] = {}
    for resource in RESOURCES:
        stated = manifest.get(f"file.{resource}", Mode.ABSENT).lower()
        if stated not in set(Mode):
            raise BadPackage("mode", f"{resource}.csv")
        if stated != Mode.ABSENT:
            modes[resource] = Mode(stated)
    return modes


def _rows(text: str, name: str) -> list[tuple[int, dict[str, str]]]:
    """The rows by column name. A row with too few or too many cells is given as an empty one."""
    if "\0" in text:
        raise BadPackage("not_csv", name)
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        header = [column.strip() for column in next(reader, [])]
        if len(set(header)) < len(header):
            raise BadPackage("column_twice", name)
        return [
            (reader.line_num, dict(zip(header, cells, strict=True)) if len(cells) == len(header) else {})
            for cells in reader
            if cells
        ]
    except csv.Error as error:
        raise BadPackage("not_csv", name) from error
