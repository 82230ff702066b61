"""SCIM 2.0 as a way out: Users and Groups for services that know nothing of Swedish schools."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kateder.core.setup import Field, Settings, Step, StepName
from kateder.core.setup.reaching import context_of
from kateder.provisioning.egil.roster import Roster
from kateder.provisioning.planning.wanted import Wanted
from kateder.provisioning.scim2 import authorising, listing
from kateder.provisioning.scim2.choices import FIELDS, Choices
from kateder.provisioning.scim2.exchange import connector
from kateder.provisioning.scim2.habits import Habits
from kateder.provisioning.scim2.project import POSITIONS, USER, project
from kateder.provisioning.ways.contract import Connect, Door, Listed, Unlistable


class Scim2:
    """The way that most services in the world take."""

    kind = "scim2"
    label: Promise | str = _("SCIM 2.0")
    describes: Promise | str = _("Users and groups by the international standard, for services that are not EGIL's.")
    fields: tuple[Field, ...] = FIELDS
    is_pinned = False
    vocabulary = "scim2"
    positions: Mapping[str, int] = POSITIONS
    referred_to = USER

    def project(self, roster: Roster, *, settings: Settings) -> Iterator[Wanted]:
        """Give every User and Group."""
        return project(roster, choices=Choices.of(settings))

    def connect(self, door: Door) -> Connect:
        """Open an exchange as the settings say."""
        return connector(
            door.settings,
            connections=door.connections,
            seconds=door.seconds,
            remote_ids=door.remote_ids,
        )

    def check(self, door: Door) -> Iterator[Step]:
        """Ask what the server can and for one user, which tells it nothing. Raises SettingMissing, BadCertificate."""
        authorising.check(door.settings)
        context_of(door.settings)
        yield Step(StepName.SETTINGS)
        try:
            habits = asyncio.run(listing.look(door))
        except Unlistable as failure:
            yield from _failed(str(failure.params["code"]))
            return
        yield Step(StepName.CONNECTION)
        yield Step(StepName.CREDENTIALS)
        yield Step(StepName.RECORD, sentence=_told(habits))

    def listed(self, door: Door) -> AsyncIterator[Listed]:
        """Read the lists of users and groups."""
        return listing.listed(door)

    def is_there(self, door: Door, resource_type: str, released_id: UUID, remote_id: str) -> bool | None:
        """Ask for one object by the server's id of it, or by ours."""
        return asyncio.run(listing.is_there(door, resource_type, released_id, remote_id))


def _failed(code: str) -> Iterator[Step]:
    credentials = {
        "token_refused": gettext("No token was given: look at the token endpoint, the client id and the secret."),
        "http_401": gettext("The service does not accept what proves who we are: look at the key or the token."),
        "http_403": gettext("The service knows who we are, but does not let us read users: ask for that right."),
    }
    connection = {
        "not_trusted": gettext("The service's certificate cannot be trusted: look at authorities and pins."),
        "connection": gettext("The service does not answer: is the address right?"),
        "timeout": gettext("The service does not answer in time."),
        "http_404": gettext("There are no users at that address: give the SCIM base address, without /Users."),
    }
    if code in credentials:
        yield Step(StepName.CONNECTION)
        yield Step(StepName.CREDENTIALS, ok=False, sentence=credentials[code])
    else:
        yield Step(StepName.CONNECTION, ok=False, sentence=connection.get(code, code))


def _told(habits: Habits) -> str:
    if not habits.declared:
        return gettext("The service does not say what it can: whole objects are sent.")
    if habits.patch:
        return gettext("The service takes changes one by one (PATCH).")
    return gettext("The service takes whole objects (PUT).")


SCIM2 = Scim2()
