"""A key of our entity is changed without anybody being shut out: publish the new, wait, switch, remove the old.

When a step has been taken elsewhere is seen in the federation's metadata; a person begins, uploads and switches.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from kateder.core import audit
from kateder.core.actors import Actor
from kateder.core.errors import DomainError
from kateder.protocols.matf.metadata import Entity, Metadata
from kateder.trust.federations.own import make_key, uses_of
from kateder.trust.models import EntityKey, Federation, KeyUse, OwnEntity

SHORTEST_WAIT: Final = timedelta(hours=1)
ENDS_SOON: Final = timedelta(days=60)


class RotationUnderWay(DomainError):
    """A new key is already on its way. Finish that first."""


class NoRotation(DomainError):
    """There is no new key to switch to. Make one first."""


class NotEverywhereYet(DomainError):
    """The new key is not known everywhere yet. Publish it, and wait until {when}."""


class Step(StrEnum):
    """What is to be done next about a key."""

    PUBLISH_FIRST = "publish_first"
    PUBLISH = "publish"
    WAIT = "wait"
    SWITCH = "switch"
    REMOVE = "remove"
    RENEW = "renew"
    REST = "rest"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a use stands: its key in use, the one that is coming, the last that was replaced, what is next.

    `until`: when peers will have the new key, or when the certificate in use ends.
    """

    use: KeyUse
    step: Step
    current: EntityKey | None
    coming: EntityKey | None
    leaving: EntityKey | None
    until: datetime | None


def begin(entity_id: UUID, use: KeyUse, *, by: Actor, now: datetime) -> EntityKey:
    """Make the key that will replace the one in use; our JSON has both from now on. Raises RotationUnderWay."""
    entity = OwnEntity.objects.select_for_update().get(id=entity_id)
    if EntityKey.objects.filter(entity=entity, use=use, used_at=None, replaced_at=None).exists():
        raise RotationUnderWay
    made = make_key(entity, use, by=by, now=now)
    audit.record("trust.rotation_begun", actor=by, subject_type="own_entity", subject_id=entity_id, use=use.value)
    return made


def switch(entity_id: UUID, use: KeyUse, *, by: Actor, now: datetime) -> EntityKey:
    """Use the new key from now on; our JSON has it alone. Raises NoRotation or NotEverywhereYet."""
    entity = OwnEntity.objects.select_for_update().select_related("federation").get(id=entity_id)
    found = standing(entity, use, now=now)
    if found.coming is None:
        raise NoRotation
    if found.step is not Step.SWITCH:
        raise NotEverywhereYet(when=f"{found.until:%Y-%m-%d %H:%M}" if found.until else "–")
    EntityKey.objects.filter(entity=entity, use=use, replaced_at=None).exclude(id=found.coming.id).update(
        replaced_at=now
    )
    EntityKey.objects.filter(id=found.coming.id).update(used_at=now)
    audit.record("trust.rotation_switched", actor=by, subject_type="own_entity", subject_id=entity_id, use=use.value)
    return EntityKey.objects.select_related("keypair").get(id=found.coming.id)


def standings(entity: OwnEntity, *, now: datetime) -> list[Standing]:
    """Where each use of our keys stands."""
    return [standing(entity, use, now=now) for use in uses_of(entity)]


def standing(entity: OwnEntity, use: KeyUse, *, now: datetime) -> Standing:
    """Where one use stands, and what is next."""
    keys = EntityKey.objects.filter(entity=entity, use=use).select_related("keypair")
    current = keys.filter(replaced_at=None).exclude(used_at=None).order_by("-used_at").first()
    coming = keys.filter(replaced_at=None, used_at=None).order_by("-made_at").first()
    leaving = keys.filter(removed_at=None).exclude(replaced_at=None).order_by("-replaced_at").first()
    step, until = _next(entity.federation, current, coming, leaving, now=now)
    return Standing(use, step, current, coming, leaving, until)


def _next(
    federation: Federation,
    current: EntityKey | None,
    coming: EntityKey | None,
    leaving: EntityKey | None,
    *,
    now: datetime,
) -> tuple[Step, datetime | None]:
    if coming is not None:
        if coming.published_at is None:
            return Step.PUBLISH, None
        known = coming.published_at + max(timedelta(seconds=federation.cache_seconds), SHORTEST_WAIT)
        return (Step.SWITCH if now >= known else Step.WAIT), known
    if current is not None and current.published_at is None:
        return Step.PUBLISH_FIRST, None
    if leaving is not None and leaving.published_at is not None:
        return Step.REMOVE, None
    ends = current.keypair.not_after if current is not None else None
    return (Step.RENEW if ends is not None and ends <= now + ENDS_SOON else Step.REST), ends


def notice(federation_id: UUID, metadata: Metadata, *, now: datetime) -> None:
    """Note which of our keys are in the metadata that has just been accepted, and which are there no more."""
    entity = OwnEntity.objects.filter(federation_id=federation_id).first()
    if entity is None:
        return
    published = metadata.entities.get(entity.entity_id)
    for key in EntityKey.objects.filter(entity=entity, removed_at=None).select_related("keypair"):
        is_there = published is not None and key.keypair.pin in _pins(published, KeyUse(key.use))
        if is_there and key.published_at is None:
            EntityKey.objects.filter(id=key.id).update(published_at=now)
        elif not is_there and key.replaced_at is not None:
            EntityKey.objects.filter(id=key.id).update(removed_at=now)
        elif not is_there and key.published_at is not None:
            # Gone again, by whoever's hand: it has to be published anew.
            EntityKey.objects.filter(id=key.id).update(published_at=None)


def _pins(entity: Entity, use: KeyUse) -> frozenset[str]:
    endpoints = entity.clients if use is KeyUse.CLIENT else entity.servers
    return frozenset(pin for one in endpoints for pin in one.pins)
