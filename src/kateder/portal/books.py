"""A resource as it stands on somebody's shelf: may it be opened, and if not, what is said."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kateder.catalogue.models import Resource, ResourceKind
from kateder.licences.api import ShelfItem, ShelfState
from kateder.provisioning.api import Account, account_states

COMING = frozenset({Account.NONE, Account.ON_ITS_WAY})
"""A click shows a page that goes on by itself when the account is there."""
SAID: Final[Mapping[Account, tuple[str, str | Promise]]] = {
    Account.NONE: ("warn", _("Account on its way")),
    Account.ON_ITS_WAY: ("warn", _("Account on its way")),
    Account.FAILED: ("bad", _("The service did not take the account")),
    Account.WITHHELD: ("bad", _("Decided: has no account at the service")),
    Account.LEAVING: ("bad", _("The account is being removed")),
}
OPENS = frozenset({Account.READY, Account.NOT_NEEDED}) | COMING


@dataclass(frozen=True, slots=True)
class Book:
    """One cover. `state` is empty when there is nothing to say: it simply opens."""

    id: UUID
    title: str
    subject_code: str
    subject: str
    line: str
    address: str
    can_open: bool
    tone: str
    state: str
    opened_at: datetime | None = None


def book(item: ShelfItem, *, account: Account, opened_at: datetime | None = None) -> Book:
    """One resource with its state in words."""
    tone, state = said(item, account=account)
    resource = item.resource
    return Book(
        id=resource.pk,
        title=resource.title,
        subject_code=resource.subject_code or resource.subject_name,
        subject=resource.subject_name,
        line=line(resource),
        address=f"/oppna/{resource.pk}",
        can_open=_leads_somewhere(item) and account in OPENS,
        tone=tone,
        state=state,
        opened_at=opened_at,
    )


def said(item: ShelfItem, *, account: Account) -> tuple[str, str]:
    """The state as (tone, words); no words for what simply works."""
    if item.state is ShelfState.PRINTED:
        return "none", gettext("On paper")
    if item.state is ShelfState.STOPPED:
        reason = str(item.reason)
        return "bad", reason[:1].upper() + reason[1:]
    if item.service is not None and not item.service.launch_uri:
        return "none", gettext("Cannot be opened from here")
    tone, words = SAID.get(account, ("ok", ""))
    return tone, str(words)


def _leads_somewhere(item: ShelfItem) -> bool:
    return item.state is ShelfState.READY and item.service is not None and bool(item.service.launch_uri)


def line(resource: Resource) -> str:
    """Subject and, where it matters, kind: Mathematics · printed."""
    kind = "" if resource.kind in {ResourceKind.DIGITAL, ResourceKind.TOOL} else resource.get_kind_display().lower()
    return " · ".join(part for part in (resource.subject_name, kind) if part)


def accounts_of(items: Iterable[ShelfItem], *, person_id: UUID) -> Mapping[UUID, Account]:
    """One person's account at each service on the shelf, by service."""
    services = {item.service.pk for item in items if item.service is not None}
    return {service_id: account_states(service_id, [person_id])[person_id].state for service_id in services}


def books_of(items: Collection[ShelfItem], *, person_id: UUID, opened: Mapping[UUID, datetime]) -> list[Book]:
    """The whole shelf of one person."""
    held = accounts_of(items, person_id=person_id)
    return [
        book(
            item,
            account=held[item.service.pk] if item.service else Account.NOT_NEEDED,
            opened_at=opened.get(item.resource.pk),
        )
        for item in items
    ]
