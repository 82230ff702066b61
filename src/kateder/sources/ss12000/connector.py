"""An SS 12000 API as a source."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext_lazy as _

from kateder.core.setup import BadSetting, Field, FieldKind, Settings, Step, StepName
from kateder.core.tenancy import within
from kateder.protocols.ss12000.spoken import Noted
from kateder.sources.authorising import FIELDS, server_of
from kateder.sources.canonical import Delivery
from kateder.sources.connecting import Place
from kateder.sources.models import MirrorMark
from kateder.sources.ss12000 import observations
from kateder.sources.ss12000.crawl import Crawl, digest_of
from kateder.sources.ss12000.paging import Pages
from kateder.sources.ss12000.told import Mirrored

MOST_ROWS = 5000


class Ss12000:
    """Reads everything once a day and what has changed in between."""

    kind = "ss12000"
    label = _("SS 12000 API")
    describes = _("A school system that offers SS 12000:2020 over HTTPS. Read in full once a day, then what changes.")
    fields: tuple[Field, ...] = (
        *FIELDS,
        Field("page_size", _("Rows in one question"), FieldKind.NUMBER, default=500),
        Field(
            "notify_address",
            _("Where the server reaches us when something has changed"),
            FieldKind.URL,
            help=_("Our own address, such as https://kateder.example.se. Empty: the source is only read on schedule."),
        ),
    )

    def check(self, settings: Settings, *, today: date) -> Iterator[Step]:
        """Reach the server, be let in, read one organisation."""
        _size(settings)
        with server_of(settings, tries=1) as server:
            yield Step(StepName.SETTINGS)
            server.reach()
            yield Step(StepName.CONNECTION)
            server.get("organisations", [("limit", "1")])
            yield Step(StepName.CREDENTIALS)
            rows = next(iter(Pages(server, "organisations", size=1, noted=Noted())), [])
            yield Step(StepName.RECORD, bool(rows), "" if rows else str(_("There is no organisation to read.")))

    def fetch(self, settings: Settings, *, place: Place, today: date) -> Delivery:
        """Bring the mirror up to date, and deliver the whole of it. Raises a SourceFault: nothing has changed then."""
        noted = Noted()
        with server_of(settings) as server:
            mirrors = digest_of([settings.get("address"), settings.get("client_id")])
            crawl = Crawl(server, place, size=_size(settings), mirrors=mirrors, noted=noted)
            is_full = crawl.bring_up_to_date(today=today)
        with within(place.authority_id):
            observations.tell(place.source_id, noted, is_full=is_full)
            mark = MirrorMark.objects.get(source=place.source_id)
        return Mirrored(place.source_id, frozenset(mark.resources))


CONNECTOR = Ss12000()


def _size(settings: Settings) -> int:
    size = int(settings.get("page_size") or 500)
    if not 0 < size <= MOST_ROWS:
        raise BadSetting(name="page_size")
    return size
