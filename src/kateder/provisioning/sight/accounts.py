"""What stands between a person and an account at a service, and what the service has been sent about them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson
from django.db.models import QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from kateder.governance.api import Level
from kateder.governance.models import ReleasePolicy
from kateder.protocols.reconcile import Action
from kateder.provisioning.healing import never_send
from kateder.provisioning.models import Receipt, Target, TargetObject
from kateder.provisioning.planning.preparing import wanted_at
from kateder.provisioning.ways import registry as ways
from kateder.provisioning.ways.contract import ACCOUNT


class Account(TextChoices):
    """Where an account at a service stands."""

    NOT_NEEDED = "not_needed", _("The service keeps no accounts")
    NONE = "none", _("No account yet")
    ON_ITS_WAY = "on_its_way", _("The account is on its way")
    READY = "ready", _("The account is there")
    FAILED = "failed", _("The service did not accept the account")
    LEAVING = "leaving", _("The account is being removed")
    WITHHELD = "withheld", _("Decided: never sent to the service")


@dataclass(frozen=True, slots=True)
class AccountState:
    """An account's state, since when it is there, and the code of what went wrong."""

    state: Account
    since: datetime | None = None
    code: str = ""

    @property
    def may_launch(self) -> bool:
        """Whether a launch would find the account."""
        return self.state in {Account.NOT_NEEDED, Account.READY}


@dataclass(frozen=True, slots=True)
class Sent:
    """One object about a person as the service should have it, and whether it has confirmed exactly that."""

    resource_type: str
    body: Mapping[str, Any]
    acknowledged_at: datetime | None
    is_current: bool


def account_state(service_id: UUID, person_id: UUID) -> AccountState:
    """Tell where a person's account at a service stands."""
    return account_states(service_id, [person_id])[person_id]


def account_states(service_id: UUID, people: Collection[UUID]) -> dict[UUID, AccountState]:
    """The same for many, in a few queries."""
    withheld = never_send.withheld(service_id, people=people)
    return {
        person: _kept_out(state) if person in withheld else state
        for person, state in _account_states(service_id, people).items()
    }


def _kept_out(known: AccountState) -> AccountState:
    """Somebody who is never sent has no account, or one that is about to go; not where none is needed either."""
    is_there = known.state in {Account.READY, Account.LEAVING}
    return AccountState(Account.LEAVING if is_there else Account.WITHHELD, known.since)


def _account_states(service_id: UUID, people: Collection[UUID]) -> dict[UUID, AccountState]:
    target = Target.objects.filter(service_id=service_id).first()
    if target is None or not _delivers(service_id):
        return {person: AccountState(Account.NOT_NEEDED) for person in people}
    rows = TargetObject.objects.filter(target=target, resource_type=ACCOUNT, root_id__in=people)
    states = {person: AccountState(Account.NONE) for person in people}
    # A person has two rows while pseudonyms are rotated: the one that is there wins.
    for row in sorted(rows, key=lambda row: row.content_hash is not None):
        if row.root_id is not None:
            states[row.root_id] = _state(row)
    return states


def sent_for(person_id: UUID, service_id: UUID, *, today: date) -> list[Sent]:
    """Give exactly what a service should hold about one person, with what it has confirmed of it.

    Groups are shown with this person as their only member: the others are not part of the answer.
    """
    target = Target.objects.filter(service_id=service_id).first()
    if target is None:
        return []
    way, settings = ways.of(target.kind), ways.settings_of(target)
    wanted = wanted_at(service_id, way=way, settings=settings, today=today, only=frozenset({person_id}))
    rows = {
        (row.resource_type, row.released_id): row
        for row in TargetObject.objects.filter(target=target, released_id__in=[w.released_id for w in wanted])
    }
    sent = []
    for one in wanted:
        row = rows.get((one.resource_type, one.released_id))
        sent.append(
            Sent(
                one.resource_type,
                orjson.loads(one.body),
                row.acknowledged_at if row else None,
                row is not None and row.content_hash == one.content_hash and not row.intent,
            )
        )
    return sent


def receipts(
    *, service_id: UUID | None = None, run_id: UUID | None = None, person_id: UUID | None = None
) -> QuerySet[Receipt]:
    """Give receipts, newest first: of a service, of a run, about a person."""
    found = Receipt.objects.order_by("-at", "-id")
    if service_id is not None:
        found = found.filter(target__service_id=service_id)
    if run_id is not None:
        found = found.filter(run_id=run_id)
    if person_id is not None:
        found = found.filter(root_id=person_id)
    return found


def _delivers(service_id: UUID) -> bool:
    """A service at the lowest level is told nobody's name beforehand: whoever has a licence is let in."""
    policy = ReleasePolicy.objects.filter(service_id=service_id).first()
    return policy is not None and policy.level != Level.TRANSIENT


def _state(row: TargetObject) -> AccountState:
    if row.intent == Action.REMOVE.value:
        return AccountState(Account.LEAVING, row.acknowledged_at, row.failure)
    if row.content_hash is not None:
        return AccountState(Account.READY, row.acknowledged_at, row.failure)
    if row.failure:
        return AccountState(Account.FAILED, None, row.failure)
    return AccountState(Account.ON_ITS_WAY)
