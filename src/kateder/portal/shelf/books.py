"""A resource as it stands on somebody's shelf: may it be opened, and if not, what is said."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext

from kateder.catalogue.models import Resource, ResourceKind
from kateder.licences.api import ShelfItem, ShelfState
from kateder.portal.accounts import Account, accounts

OPENS = frozenset({Account.READY, Account.NOT_NEEDED, Account.ON_ITS_WAY})


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
        subject_code=resource.subject_code,
        subject=resource.subject_name,
        line=line(resource),
        address=f"/oppna/{resource.pk}",
        can_open=item.state is ShelfState.READY and item.service is not None and account in OPENS,
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
    if account is Account.ON_ITS_WAY:
        return "warn", gettext("Account on its way")
    if account is Account.FAILED:
        return "bad", gettext("The service did not answer")
    return "ok", ""


def line(resource: Resource) -> str:
    """Subject and, where it matters, kind: Mathematics · printed."""
    kind = "" if resource.kind in {ResourceKind.DIGITAL, ResourceKind.TOOL} else resource.get_kind_display().lower()
    return " · ".join(part for part in (resource.subject_name, kind) if part)


def accounts_of(items: Iterable[ShelfItem], *, person_id: UUID) -> Mapping[UUID, Account]:
    """One person's account at each service on the shelf, by service."""
    services = {item.service.pk for item in items if item.service is not None}
    return {service_id: accounts(service_id, people=[person_id])[person_id] for service_id in services}


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
