"""From the shelf to the service: may it be opened, is the account there, and where does one go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from urllib.parse import urlencode
from uuid import UUID

from kateder.core.errors import DomainError
from kateder.licences.api import ShelfItem, ShelfState, resources_for
from kateder.provisioning.api import Account, account_state, request_delivery


class NotOnYourShelf(DomainError):
    """This resource is not on your shelf."""


class CannotBeOpened(DomainError):
    """{title} cannot be opened right now."""


class Step(StrEnum):
    """What happens next."""

    GO = "go"
    WAIT = "wait"
    FAILED = "failed"
    """The service did not take the account; the authority has a finding about it."""


@dataclass(frozen=True, slots=True)
class Launch:
    """A resource about to be opened; `address` is the service's, known when `step` is GO."""

    item: ShelfItem
    step: Step
    address: str = ""


def launch(person_id: UUID, *, resource_id: UUID, issuer: str, today: date) -> Launch:
    """Decide how a person opens a resource today.

    Raises NotOnYourShelf, or CannotBeOpened when a licence, a decision or the service's address is missing.
    """
    item = next((item for item in resources_for(person_id, today=today) if item.resource.id == resource_id), None)
    if item is None:
        raise NotOnYourShelf
    service = item.service
    if service is None or not service.launch_uri or item.state is not ShelfState.READY:
        raise CannotBeOpened(title=item.resource.title)
    account = account_state(service.id, person_id)
    if account.may_launch:
        address = initiate_login(service.launch_uri, issuer=issuer, target=item.resource.target_link_uri)
        return Launch(item, Step.GO, address)
    if account.state is Account.WITHHELD:
        raise CannotBeOpened(title=item.resource.title)
    return Launch(item, Step.FAILED if account.state is Account.FAILED else Step.WAIT)


def hurry(launched: Launch) -> None:
    """Ask for a delivery now: somebody waits for an account."""
    if launched.item.service is not None:
        request_delivery([launched.item.service.id])


def initiate_login(launch_uri: str, *, issuer: str, target: str = "") -> str:
    """Third-party initiated login (OpenID Connect Core §4): nothing about the person is in the address.

    `target` says which of its resources the service is to open; without one it opens its first page.
    """
    values = {"iss": issuer} | ({"target_link_uri": target} if target else {})
    return f"{launch_uri}{'&' if '?' in launch_uri else '?'}{urlencode(values)}"
