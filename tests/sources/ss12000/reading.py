"""A source that reads a server of the test's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from tests.sources.conftest import TODAY
from tests.sources.https import Asked, Https
from tests.sources.ss12000_server import SchoolServer

from kateder.core.findings import open_findings
from kateder.core.tenancy import within
from kateder.sources import api, mirror

if TYPE_CHECKING:
    from kateder.core.actors import Actor
    from kateder.core.models import Authority
    from kateder.sources.models import Source, SourceRun

NEXT_DAY = TODAY + timedelta(days=1)


@dataclass
class Setup:
    """A source that reads a server of the test's."""

    school: SchoolServer
    https: Https
    source: Source
    actor: Actor

    def run(self, today: date = TODAY) -> SourceRun:
        return api.run(self.source.pk, actor=self.actor, today=today)

    def asked(self, name: str) -> list[Asked]:
        return [one for one in self.https.asked if one.path.endswith(f"/{name}")]

    def deviations(self) -> set[str]:
        with within(self.source.authority_id):
            found = open_findings().filter(rule="source.deviates", subject_id=str(self.source.pk))
            return {finding.place.split(":")[1] for finding in found}

    def held(self, name: str) -> dict[str, Any]:
        with within(self.source.authority_id):
            return {record.key: record.body for record in mirror.records(self.source.pk, name)}


def settings(https: Https, **more: object) -> dict[str, object]:
    own: dict[str, object] = {
        "address": f"{https.address}/v2.0",
        "authorisation": "api_key",
        "key": "Bearer secret-of-the-test",
        "server_authorities": https.identity.certificate,
        "page_size": 2,
    }
    return own | more


def people(authority: Authority) -> dict[str, str]:
    from kateder.register.models import Person

    with within(authority.id):
        return {person.given_name: person.security_marking for person in Person.objects.all()}
