"""Subscriptions: a client says where it wants to hear of changes, renews that, and takes it back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from kateder.core import audit, findings
from kateder.core.actors import Actor
from kateder.core.errors import DomainError
from kateder.protocols.ss12000.endpoints import BY_RESOURCE
from kateder.provisioning.ss12000 import targets
from kateder.provisioning.ss12000.subscription_models import Spelling, Subscription, Trouble
from kateder.trust.api import ApiClient, actor_of

LIFETIME: Final = timedelta(days=30)
MOST: Final = 50


class TooMany(DomainError):
    """There are {most} subscriptions already. Take back those that are not used."""


class UnknownType(DomainError):
    """There is no resource type called {name}."""


class NameMissing(DomainError):
    """A subscription needs a name of at most 200 characters."""


class NothingChosen(DomainError):
    """A subscription needs at least one resource type."""


def subscribe(
    client: ApiClient, *, name: str, target: str, resource_types: Collection[str], now: datetime
) -> Subscription:
    """Register where a client wants to be notified of changes from now on.

    Raises BadTarget, UnknownType, NothingChosen, NameMissing or TooMany.
    """
    if not name.strip() or len(name) > 200 or not name.isprintable():
        raise NameMissing
    for resource in resource_types:
        if resource not in BY_RESOURCE:
            raise UnknownType(name=resource[:60])
    if not resource_types:
        raise NothingChosen
    targets.check(target)
    ApiClient.objects.select_for_update().get(id=client.id)
    if Subscription.objects.filter(client=client).count() >= MOST:
        raise TooMany(most=MOST)
    made = Subscription.objects.create(
        client=client, name=name, target=target, resource_types=list(dict.fromkeys(resource_types)), created_at=now,
        expires_at=now + LIFETIME, gathered_until=now,
    )  # fmt: skip
    audit.record(
        "api.subscribed", actor=actor_of(client.id), subject_type="subscription",
        subject_id=made.id, resource_types=made.resource_types,
    )  # fmt: skip
    return made


def of(client: ApiClient, *, after: UUID | None = None, limit: int | None = None) -> list[Subscription]:
    """A client's own subscriptions in the order of their ids, from after one of them."""
    found = Subscription.objects.filter(client=client).order_by("id")
    if after is not None:
        found = found.filter(id__gt=after)
    return list(found if limit is None else found[:limit])


def renew(subscription: Subscription, *, now: datetime) -> None:
    """Let a subscription go on for another month; one that has ended hears of what it missed."""
    subscription.expires_at = now + LIFETIME
    subscription.attempts, subscription.next_attempt_at = 0, None
    if subscription.trouble in {Trouble.EXPIRING, Trouble.EXPIRED}:
        subscription.trouble = Trouble.NONE
        findings.replace(scope_of(subscription.id), [])
    subscription.save()


def end(subscription: Subscription, *, by: Actor) -> None:
    """Take a subscription back."""
    audit.record("api.unsubscribed", actor=by, subject_type="subscription", subject_id=subscription.id)
    findings.replace(scope_of(subscription.id), [])
    subscription.delete()


def spell(subscription_id: UUID, spelling: Spelling, *, by: Actor) -> None:
    """Choose how the list of changed types is spelled for one subscription."""
    Subscription.objects.filter(id=subscription_id).update(spelling=spelling)
    audit.record(
        "api.subscription_spelled", actor=by, subject_type="subscription", subject_id=subscription_id,
        spelling=spelling.value,
    )  # fmt: skip


def scope_of(subscription_id: UUID) -> str:
    """Under what its findings are kept."""
    return f"subscription:{subscription_id}"
