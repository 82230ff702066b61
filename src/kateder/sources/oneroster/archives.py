"""Bring a mirror up to date from zip files: bulk takes the place of what was there, delta goes over it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from kateder.core.tenancy import within
from kateder.protocols.oneroster import BadPackage, Mode, Package, Sheet, from_csv, is_gone, open_package
from kateder.sources.connecting import Place
from kateder.sources.errors import SourceFault
from kateder.sources.mirror import LONGEST_KEY, Intake, Record
from kateder.sources.models import MirrorMark
from kateder.sources.oneroster.errors import ArchiveMissing, ArchiveUnusable, DeltaFirst


def archives(path: Path) -> list[Path]:
    """The zip files at a path, oldest first: the file itself, or those in the folder. Raises ArchiveMissing."""
    try:
        found = sorted(path.glob("*.zip"), key=_age) if path.is_dir() else [path]
        if not path.is_absolute() or not found or not all(one.is_file() for one in found):
            raise ArchiveMissing(path=path)
    except OSError:
        raise ArchiveMissing(path=path) from None
    return found


def opened(archive: Path) -> Package:
    """One archive. Raises ArchiveUnusable, which says the file and not what is in it."""
    try:
        return open_package(archive)
    except BadPackage as error:
        raise _unusable(archive, error) from error


def bring_up_to_date(path: Path, *, place: Place, mirrors: str, today: date) -> None:
    """Take in the archives that are newer than what the mirror has, each in one transaction. Raises a SourceFault."""
    with within(place.authority_id):
        mark = MirrorMark.objects.filter(source=place.source_id, mirrors=mirrors).first()
    found = archives(path)
    newer = [one for one in found if mark is None or _moment(one) > mark.through]
    known = set(mark.resources) if mark else set()
    for archive in newer:
        known |= _take(archive, place=place, known=known, mirrors=mirrors, today=today)


def _take(archive: Path, *, place: Place, known: set[str], mirrors: str, today: date) -> set[str]:
    through, package = _moment(archive), opened(archive)
    intake = Intake.begin(place.authority_id, place.source_id)
    whole: list[str] = []
    gone: dict[str, list[str]] = {}
    try:
        for sheet in sheets(archive, package):
            if sheet.mode is Mode.BULK:
                whole.append(sheet.resource)
            elif sheet.resource not in known:
                raise DeltaFirst(archive=archive.name, file=f"{sheet.resource}.csv")
            removed = [row.get("sourcedId", "") for _, row in sheet.rows if is_gone(row)]
            gone[sheet.resource] = [] if sheet.mode is Mode.BULK else removed
            living = (from_csv(sheet.resource, row) for _, row in sheet.rows if not is_gone(row))
            intake.put(
                sheet.resource,
                [Record(one["sourcedId"], one) for one in living if one and len(one["sourcedId"]) < LONGEST_KEY],
            )
        with within(place.authority_id):
            intake.complete(whole=whole, gone=gone)
            values = {
                "mirrors": mirrors, "through": through, "full_date": today, "resources": sorted({*known, *whole})
            }  # fmt: skip
            MirrorMark.objects.update_or_create(source_id=place.source_id, defaults=values)
    finally:
        intake.abandon()
    return set(whole)


def sheets(archive: Path, package: Package) -> Sequence[Sheet]:
    """The rostering files of an archive. Raises ArchiveUnusable."""
    try:
        return list(package.sheets())
    except BadPackage as error:
        raise _unusable(archive, error) from error


def _unusable(archive: Path, error: BadPackage) -> SourceFault:
    if error.reason == "no_zip" and not archive.is_file():
        return ArchiveMissing(path=archive)
    return ArchiveUnusable(archive=archive.name, reason=error.reason, file=error.file)


def _age(path: Path) -> tuple[float, str]:
    return path.stat().st_mtime, path.name


def _moment(path: Path) -> datetime:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except OSError:
        raise ArchiveMissing(path=path) from None
