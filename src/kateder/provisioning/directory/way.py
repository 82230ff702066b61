"""LDAP and Active Directory as a way out."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import replace
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kateder.core.ldap.addresses import address_of
from kateder.core.ldap.errors import DirectoryFault
from kateder.core.ldap.session import Account, Session, connect
from kateder.core.ldap.settings import account_of
from kateder.core.setup import Field, Settings, Step, StepName
from kateder.provisioning.directory import entries, showing
from kateder.provisioning.directory.exchange import connector
from kateder.provisioning.directory.fields import FIELDS
from kateder.provisioning.directory.rules import Rules, rules_of
from kateder.provisioning.egil.roster import Roster
from kateder.provisioning.plain.bodies import GROUP, POSITIONS, USER, project
from kateder.provisioning.planning.wanted import Wanted
from kateder.provisioning.ways.contract import Connect, Door, Listed, Unlistable


class Directory:
    """The authority's own directory, fed from the same truth."""

    kind = "directory"
    label: Promise | str = _("LDAP or Active Directory")
    describes: Promise | str = _(
        "Accounts and groups in the authority's own directory. Accounts are disabled, never deleted."
    )
    fields: tuple[Field, ...] = FIELDS
    is_pinned = False
    vocabulary = "plain"
    positions: Mapping[str, int] = POSITIONS

    def project(self, roster: Roster, *, settings: Settings) -> Iterator[Wanted]:
        """Give the people, and the groups where they are kept."""
        kept = {USER, GROUP} if str(settings["group_base"]).strip() else {USER}
        return (one for one in project(roster) if one.resource_type in kept)

    def connect(self, door: Door) -> Connect:
        """Open an exchange over a few connections. Raises what `rules_of` does."""
        rules, account = rules_of(door.settings), _account(door)
        address = address_of(str(door.settings["url"]))
        return lambda: connector(address, account=account, rules=rules, connections=door.connections)

    def check(self, door: Door) -> Iterator[Step]:
        """Read the settings, connect, bind, and look for the places; nothing is written."""
        rules, account = rules_of(door.settings), _account(door)
        address = address_of(str(door.settings["url"]))
        yield Step(StepName.SETTINGS)
        with connect(address, account=account) as session:
            yield Step(StepName.CONNECTION)
            session.bind()
            yield Step(StepName.CREDENTIALS)
            for base in rules.bases:
                _look_at(session, base)
            ours = sum(1 for _ in entries.every(session, rules, rules.people))
            yield Step(StepName.RECORD, sentence=gettext("%(count)s accounts carry our mark.") % {"count": ours})

    async def listed(self, door: Door) -> AsyncIterator[Listed]:
        """Every account and group in use that carries our mark. Raises Unlistable."""
        for one in await asyncio.to_thread(self._listed, door):
            yield one

    def is_there(self, door: Door, resource_type: str, released_id: UUID, remote_id: str) -> bool | None:
        """Whether an account or group carries our mark and is in use. Raises Unlistable."""
        rules = rules_of(door.settings)
        kind = {USER: rules.people, GROUP: rules.groups}.get(resource_type)
        if kind is None:
            return False
        try:
            with _opened(door) as session:
                found = entries.find(session, rules, kind, released_id)
        except entries.Ambiguous:
            return True
        except DirectoryFault as fault:
            raise Unlistable(code=fault.code) from None
        return found is not None and not found.state

    def agreement(self, settings: Settings) -> Callable[[object, bytes], bool]:
        """Whether an entry's attributes and members are as a body asks for. Raises what `rules_of` does."""
        return showing.agreement(rules_of(settings))

    def _listed(self, door: Door) -> list[Listed]:
        rules: Rules = rules_of(door.settings)
        try:
            with _opened(door) as session:
                return list(showing.listed(session, rules))
        except DirectoryFault as fault:
            raise Unlistable(code=fault.code) from None


@contextlib.contextmanager
def _opened(door: Door) -> Iterator[Session]:
    with connect(address_of(str(door.settings["url"])), account=_account(door)) as session:
        session.bind()
        yield session


def _look_at(session: Session, base: str) -> None:
    """Raises BaseMissing."""
    next(session.search(base, filter_text="(objectClass=*)", attributes=[], only_first=True), None)


def _account(door: Door) -> Account:
    return replace(account_of(door.settings), may_write=True, seconds=max(1, int(door.seconds)))


DIRECTORY = Directory()
