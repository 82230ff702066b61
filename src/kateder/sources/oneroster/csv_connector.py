"""OneRoster zip files as a source."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from kateder.core.setup import Field, FieldKind, Settings, Step, StepName
from kateder.core.tenancy import within
from kateder.sources.canonical import Delivery
from kateder.sources.connecting import Place
from kateder.sources.oneroster import archives
from kateder.sources.oneroster.choices import FIELDS, choices, roster
from kateder.sources.ss12000.crawl import digest_of


class OneRosterCsv:
    """Takes in the zip files at a path, each once, in the order they came."""

    kind = "oneroster_csv"
    label = _("OneRoster zip files")
    describes = _("OneRoster 1.1 or 1.2 as CSV in a zip, everything or what has changed, in a folder Kateder can read.")
    fields: tuple[Field, ...] = (
        Field(
            "path",
            _("The zip file, or the folder where zip files arrive"),
            FieldKind.PATH,
            required=True,
        ),
        *FIELDS,
    )

    def check(self, settings: Settings, *, today: date) -> Iterator[Step]:
        """Find the newest archive, open it, read one person."""
        choices(settings)
        yield Step(StepName.SETTINGS)
        newest = archives.archives(_path(settings))[-1]
        yield Step(StepName.CONNECTION)
        package = archives.opened(newest)
        yield Step(StepName.CREDENTIALS)
        has_rows = any(sheet.rows for sheet in archives.sheets(newest, package))
        yield Step(StepName.RECORD, has_rows, "" if has_rows else str(_("There are no rows in it.")))

    def fetch(self, settings: Settings, *, place: Place, today: date) -> Delivery:
        """Take in what is new, and deliver the whole. Raises a SourceFault: that archive has changed nothing then."""
        choices(settings)
        path = _path(settings)
        archives.bring_up_to_date(path, place=place, mirrors=digest_of([path]), today=today)
        with within(place.authority_id):
            return roster(settings, place=place, today=today)


CSV_CONNECTOR = OneRosterCsv()


def _path(settings: Settings) -> Path:
    return Path(str(settings.get("path") or ""))
