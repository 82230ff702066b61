"""EGIL as a way out: SS 12000:2018 over SCIM, with pinned mutual TLS."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kateder.core.setup import Field, Settings, Step, StepName
from kateder.protocols.egil.types import ResourceType
from kateder.provisioning.egil import listing
from kateder.provisioning.egil.choices import FIELDS, Choices
from kateder.provisioning.egil.exchange import connector, knock
from kateder.provisioning.egil.project import project
from kateder.provisioning.egil.roster import Roster
from kateder.provisioning.planning.wanted import Wanted
from kateder.provisioning.ways.contract import Connect, Door, Listed


class Egil:
    """The way that Swedish providers take today."""

    kind = "egil"
    label: Promise | str = _("EGIL (SS 12000:2018)")
    describes: Promise | str = _("The Swedish profile of SCIM, over mutual TLS. Most Swedish providers take it.")
    fields: tuple[Field, ...] = FIELDS
    is_pinned = True
    vocabulary = "egil"
    positions: Mapping[str, int] = {kind.value: kind.position for kind in ResourceType}

    def project(self, roster: Roster, *, settings: Settings) -> Iterator[Wanted]:
        """Give every EGIL resource."""
        return project(roster, choices=Choices.of(settings))

    def connect(self, door: Door) -> Connect:
        """Open an exchange over pinned mutual TLS."""
        return connector(
            door.base_uri,
            context=door.pinned,
            connections=door.connections,
            seconds=door.seconds,
            target_id=door.target_id,
        )

    def check(self, door: Door) -> Iterator[Step]:
        """Ask for the organisations, which tells the server nothing."""
        code = asyncio.run(knock(door.base_uri, context=door.pinned, seconds=door.seconds))
        advice = {
            "not_the_pinned_server": gettext("The server has another key, or an expired certificate: ask for pins."),
            "connection": gettext(
                "The server does not answer: is the address right, and does it know our certificate?"
            ),
            "timeout": gettext("The server does not answer in time."),
            "http_401": gettext("The server wants our certificate: give it to the provider."),
            "http_403": gettext("The server does not know our certificate: give it to the provider."),
        }
        yield Step(StepName.CONNECTION, ok=not code, sentence=advice.get(code, code))

    def listed(self, door: Door) -> AsyncIterator[Listed]:
        """Read every list that the server has."""
        return listing.listed(door)

    def is_there(self, door: Door, resource_type: str, released_id: UUID, remote_id: str) -> bool | None:
        """Ask for one object by the id that we gave it."""
        return asyncio.run(listing.is_there(door, resource_type, released_id))


EGIL = Egil()
