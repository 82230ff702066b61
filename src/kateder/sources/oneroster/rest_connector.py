"""A OneRoster server as a source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from django.utils.translation import gettext_lazy as _

from kateder.core.setup import BadSetting, Field, FieldKind, SettingMissing, Settings, Step, StepName
from kateder.core.setup.reaching import AUTHORISATION, KEY_FIELDS, OAUTH2_FIELDS, TLS_FIELDS
from kateder.core.tenancy import within
from kateder.sources.authorising import ADDRESS, context_of, credentials_of
from kateder.sources.canonical import Delivery
from kateder.sources.connecting import Place
from kateder.sources.http import TRIES, Server
from kateder.sources.oneroster.choices import FIELDS, choices, roster
from kateder.sources.oneroster.crawl import Crawl, pages
from kateder.sources.oneroster.signing import OAuth1
from kateder.sources.ss12000.crawl import digest_of

SHA256, SHA1 = "oauth1", "oauth1_sha1"
SIGNED = (
    (SHA256, _("OAuth 1.0a with SHA-256: key and secret in the same fields as for OAuth 2")),
    (SHA1, _("OAuth 1.0a with SHA-1, for old servers")),
)
METHODS = {SHA256: "HMAC-SHA256", SHA1: "HMAC-SHA1"}
SCOPES = " ".join(
    f"https://purl.imsglobal.org/spec/or/v1p2/scope/{name}.readonly" for name in ("roster-core", "roster-demographics")
)
MOST_ROWS = 5000


class OneRosterRest:
    """Reads everything once a day and what has changed in between."""

    kind = "oneroster_rest"
    label = _("OneRoster API")
    describes = _("A system that offers OneRoster 1.1 or 1.2 over HTTPS. Read in full once a day, then what changes.")
    fields: tuple[Field, ...] = (
        replace(ADDRESS, help=_("Up to the version, such as https://x.se/ims/oneroster/rostering/v1p2")),
        replace(AUTHORISATION, choices=(*AUTHORISATION.choices, *SIGNED)),
        *(replace(field, default=SCOPES) if field.name == "scope" else field for field in OAUTH2_FIELDS),
        *KEY_FIELDS,
        *TLS_FIELDS,
        Field("page_size", _("Rows in one question"), FieldKind.NUMBER, default=500),
        *FIELDS,
    )

    def check(self, settings: Settings, *, today: date) -> Iterator[Step]:
        """Reach the server, be let in, read one organisation."""
        choices(settings)
        _size(settings)
        with _server(settings, tries=1) as server:
            yield Step(StepName.SETTINGS)
            server.reach()
            yield Step(StepName.CONNECTION)
            server.get("orgs", [("limit", "1"), ("offset", "0")])
            yield Step(StepName.CREDENTIALS)
            rows = next(pages(server, "orgs", size=1), [])
            yield Step(StepName.RECORD, bool(rows), "" if rows else str(_("There is no organisation to read.")))

    def fetch(self, settings: Settings, *, place: Place, today: date) -> Delivery:
        """Bring the mirror up to date, and deliver the whole of it. Raises a SourceFault: nothing has changed then."""
        choices(settings)
        mirrors = digest_of([settings.get("address"), settings.get("client_id")])
        with _server(settings, tries=TRIES) as server:
            Crawl(server, place, size=_size(settings), mirrors=mirrors).bring_up_to_date(today=today)
        with within(place.authority_id):
            return roster(settings, place=place, today=today)


REST_CONNECTOR = OneRosterRest()


def _server(settings: Settings, *, tries: int) -> Server:
    """The server that the settings describe. Raises BadAddress, BadCertificate or SettingMissing."""
    context = context_of(settings)
    method = METHODS.get(str(settings.get("authorisation")))
    if method is None:
        credentials = credentials_of(settings, context=context)
    else:
        key, secret = (str(settings.get(name) or "") for name in ("client_id", "client_secret"))
        if not key or not secret:
            raise SettingMissing(name="client_id" if not key else "client_secret")
        credentials = OAuth1(key, secret, method=method)
    return Server(str(settings.get("address") or ""), context=context, credentials=credentials, tries=tries)


def _size(settings: Settings) -> int:
    size = int(settings.get("page_size") or 500)
    if not 0 < size <= MOST_ROWS:
        raise BadSetting(name="page_size")
    return size
