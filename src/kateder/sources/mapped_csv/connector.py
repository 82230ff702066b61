"""Any export as a source: files with any columns, and a mapping that says what they mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kateder.core import garbage
from kateder.core.setup import Field, FieldKind, Settings, Step, StepName
from kateder.register.api import Entity
from kateder.sources.canonical.sheets import Delivery
from kateder.sources.connecting import Glimpse, Place
from kateder.sources.errors import FolderMissing
from kateder.sources.mapped_csv import mapping, preview
from kateder.sources.mapped_csv.delivering import MappedDelivery
from kateder.sources.mapped_csv.evaluating import Evaluation
from kateder.sources.mapped_csv.files import Folder, listed

# A check looks at so many rows of each file.
GLANCE = 200
EXAMPLES = Path(__file__).parent / "examples"
TITLES: Mapping[str, Promise] = {
    "one_file": _("One list of pupils and one of staff"),
    "egil": _("As an EGIL configuration"),
    "workbook": _("An Excel workbook with sheets"),
}


class MappedCsv:
    """CSV files and workbooks with any columns, mapped to the handbook's."""

    kind = "mapped_csv"
    label = _("Files with a mapping")
    describes = _(
        "CSV files or Excel workbooks with any column names. A mapping says what the columns mean; you see the"
        " result while you write it."
    )
    fields: tuple[Field, ...] = (
        Field("folder", _("Folder"), FieldKind.PATH, required=True, help=_("Where the files lie.")),
        Field("mapping", _("Mapping"), FieldKind.LONG_TEXT, required=True, help=_("What the columns mean, as TOML.")),
    )

    def check(self, settings: Settings, *, today: date) -> Iterator[Step]:
        """The mapping, then the files that it names, then the first rows."""
        written = mapping.read(str(settings["mapping"]))
        yield Step(StepName.SETTINGS)
        evaluation = Evaluation(written, folder=Folder(folder_of(settings), GLANCE), today=today)
        evaluation.run()
        yield Step(StepName.CONNECTION)
        delivery = MappedDelivery(evaluation)
        sheets = [delivery.sheet(entity) for entity in Entity]
        yield Step(StepName.RECORD, any(sheet is not None and sheet.rows for sheet in sheets))

    def fetch(self, settings: Settings, *, place: Place, today: date) -> Delivery:
        """The tables of the mapping. Raises FolderMissing or a MappingFault."""
        with garbage.left_alone():
            written = mapping.read(str(settings["mapping"]))
            evaluation = Evaluation(written, folder=Folder(folder_of(settings)), today=today)
            evaluation.run()
            return MappedDelivery(evaluation)

    def glimpse(self, settings: Settings, *, today: date) -> Glimpse:
        """The first rows of each kind before and after. Raises FolderMissing or a MappingFault."""
        written = mapping.read(str(settings.get("mapping", "")))
        return preview.glimpse(written, folder=folder_of(settings), today=today)

    def files(self, settings: Settings) -> Sequence[tuple[str, Sequence[str]]]:
        """The files of the folder with their columns. Raises FolderMissing."""
        return listed(folder_of(settings))

    def examples(self) -> Mapping[str, tuple[Promise | str, str]]:
        """Mappings to begin with."""
        return {name: (title, (EXAMPLES / f"{name}.toml").read_text("utf-8")) for name, title in TITLES.items()}


CONNECTOR = MappedCsv()


def folder_of(settings: Settings) -> Path:
    """The folder of the files. Raises FolderMissing."""
    folder = Path(str(settings.get("folder", "")))
    if not folder.is_absolute() or not folder.is_dir():
        raise FolderMissing(folder=str(folder))
    return folder
