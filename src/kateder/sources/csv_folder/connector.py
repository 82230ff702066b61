"""A folder as a source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from kateder.core.setup import Field, FieldKind, Settings, Step, StepName
from kateder.register.api import Entity
from kateder.sources.canonical.layout import BY_ENTITY, FILES
from kateder.sources.canonical.sheets import Delivery, Sheet
from kateder.sources.connecting import Place
from kateder.sources.csv_folder.files import open_sheet
from kateder.sources.errors import FileMissing, FolderMissing
from kateder.sources.reading import Remark


@dataclass(frozen=True, slots=True)
class Folder:
    """What lies in a folder; each file is opened when its sheet is asked for."""

    reads_database: ClassVar[bool] = False
    path: Path
    remarks: Sequence[Remark] = ()

    def sheet(self, entity: Entity) -> Sheet | None:
        """The file's rows. Raises a SourceFault where it cannot be read or lacks a column."""
        return open_sheet(self.path, BY_ENTITY[entity]) if entity in BY_ENTITY else None


class CsvFolder:
    """One CSV file per entity, with the columns of the handbook."""

    kind = "csv"
    label = _("Folder of CSV files")
    describes = _("One file per kind of thing, with the column names of SS 12000, in a folder that Kateder can read.")
    fields: tuple[Field, ...] = (Field("folder", _("Folder"), FieldKind.PATH, required=True),)

    def check(self, settings: Settings, *, today: date) -> Iterator[Step]:
        """Look at the folder, then at the first row of its persons."""
        folder = _folder(settings)
        yield Step(StepName.SETTINGS)
        _look_for_files(folder)
        yield Step(StepName.CONNECTION)
        sheet = open_sheet(folder, BY_ENTITY[Entity.PERSON])
        yield Step(StepName.RECORD, bool(sheet and sheet.rows))

    def fetch(self, settings: Settings, *, place: Place, today: date) -> Delivery:
        """The folder, if it is there with the files that must be. Raises FolderMissing or FileMissing."""
        folder = _folder(settings)
        _look_for_files(folder)
        return Folder(folder)


CONNECTOR = CsvFolder()


def _folder(settings: Settings) -> Path:
    folder = Path(str(settings.get("folder", "")))
    if not folder.is_absolute() or not folder.is_dir():
        raise FolderMissing(folder=str(folder))
    return folder


def _look_for_files(folder: Path) -> None:
    for file in FILES:
        if file.required and not (folder / f"{file.name}.csv").is_file():
            raise FileMissing(file=f"{file.name}.csv")
