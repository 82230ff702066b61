"""Make one of two, all the way out: the register, the licences, and the accounts at every service.

The survivor keeps its root id. At a service that knew only the absorbed one, its account goes on as the survivor's;
where both had an account a person chooses which goes on, and the other is removed by the next delivery, with a
receipt. Un-merging puts every name and account back where it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

from kateder.catalogue.models import Service
from kateder.core import db, users
from kateder.core.actors import Actor
from kateder.core.errors import DomainError
from kateder.governance import api as governance
from kateder.governance.pseudonyms import Kind
from kateder.licences import merging as licences
from kateder.provisioning.models import Target, TargetObject
from kateder.register.api import Entity
from kateder.sources.mastering import api as mastering
from kateder.sources.mastering.api import Pair
from kateder.sources.mastering.models import Merge

KINDS: Final[Mapping[Entity, Kind]] = {
    Entity.PERSON: Kind.PERSON,
    Entity.GROUP: Kind.GROUP,
    Entity.ORGANISATION: Kind.ORGANISATION,
    Entity.DUTY: Kind.DUTY,
    Entity.ACTIVITY: Kind.ACTIVITY,
}
_SWAP = """
UPDATE provisioning_targetobject SET root_id = CASE root_id WHEN %(one)s THEN %(other)s ELSE %(one)s END
 WHERE target_id = %(target)s AND root_id IN (%(one)s, %(other)s)
"""


class Keeps(StrEnum):
    """Whose account at a service goes on."""

    SURVIVOR = "survivor"
    ABSORBED = "absorbed"


class ChoiceMissing(DomainError):
    """Both have an account at {service}. Choose which of them goes on."""


@dataclass(frozen=True, slots=True)
class AtService:
    """What becomes of the accounts at one service. `keeps` is None where a person has to choose."""

    service_id: UUID
    name: str
    survivor_known: bool
    absorbed_known: bool

    @property
    def keeps(self) -> Keeps | None:
        """Whose account goes on, where there is nothing to choose."""
        if self.survivor_known and self.absorbed_known:
            return None
        return Keeps.ABSORBED if self.absorbed_known else Keeps.SURVIVOR


def foresee(entity: Entity, pair: Pair) -> list[AtService]:
    """What would become of the accounts at each service that knows either, by the service's name."""
    known = {
        service: roots & _present(service, roots)
        for service, roots in governance.named_at([pair.survivor, pair.absorbed], kind=KINDS[entity]).items()
    }
    services = Service.objects.filter(pk__in=[service for service, roots in known.items() if roots])
    return [
        AtService(one.pk, one.name, pair.survivor in known[one.pk], pair.absorbed in known[one.pk])
        for one in services.order_by("name", "pk")
    ]


def merge(
    entity: Entity,
    pair: Pair,
    *,
    choices: Mapping[UUID, Keeps] | None = None,
    reason: str = "",
    today: date,
    actor: Actor,
) -> Merge:
    """Make one of two. `choices` says per service whose account goes on, where both have one.

    Last in its transaction. Raises ChoiceMissing, NotTwo or Unmergeable.
    """
    exchanged = _exchange(entity, pair, choices=choices or {}, actor=actor)
    done: dict[str, object] = {"exchanged": exchanged}
    if entity is Entity.PERSON:
        done["assignments"] = licences.move(pair.absorbed, to=pair.survivor, today=today, by=actor)
        done["user"] = users.hand_over(pair.absorbed, to=pair.survivor, by=actor)
    (merged,) = mastering.merge(entity, [pair], reason=reason, actor=actor)
    merged.accounts = done
    merged.save(update_fields=["accounts"])
    return merged


def merge_many(entity: Entity, pairs: list[Pair], *, today: date, actor: Actor) -> int:
    """Make one of each of many pairs; the survivor's names go on where both have one. Not for people.

    Last in its transaction. Raises Unmergeable for people: there a person chooses.
    """
    if entity is Entity.PERSON:
        raise mastering.Unmergeable(entity=entity.value)
    done = {pair.absorbed: _exchange(entity, pair, choices=None, actor=actor) for pair in pairs}
    merges = mastering.merge(entity, pairs, actor=actor)
    for one in merges:
        one.accounts = {"exchanged": done[one.absorbed_id]}
        one.save(update_fields=["accounts"])
    return len(merges)


def unmerge(merge_id: UUID, *, actor: Actor) -> Merge:
    """Make two again, each with its own names and accounts. Last in its transaction.

    Raises AlreadyUndone or UndoLaterFirst.
    """
    found = Merge.objects.get(pk=merge_id)
    entity = Entity(found.entity)
    if found.undone_at is None:
        for service in found.accounts.get("exchanged", ()):
            _exchange_at(UUID(service), found.survivor_id, found.absorbed_id, entity=entity, actor=actor)
        licences.move_back(found.accounts.get("assignments", ()), to=found.absorbed_id, by=actor)
        users.hand_back(found.accounts.get("user", {}), person_id=found.absorbed_id, by=actor)
    return mastering.unmerge(merge_id, actor=actor)


def _exchange(entity: Entity, pair: Pair, *, choices: Mapping[UUID, Keeps] | None, actor: Actor) -> list[str]:
    exchanged = []
    for at in foresee(entity, pair):
        keeps = at.keeps or (Keeps.SURVIVOR if choices is None else choices.get(at.service_id))
        if keeps is None:
            raise ChoiceMissing(service=at.name)
        if keeps is Keeps.ABSORBED:
            _exchange_at(at.service_id, pair.survivor, pair.absorbed, entity=entity, actor=actor)
            exchanged.append(str(at.service_id))
    return exchanged


def _exchange_at(service_id: UUID, one: UUID, other: UUID, *, entity: Entity, actor: Actor) -> None:
    governance.exchange(service_id, one, other, kind=KINDS[entity], by=actor)
    target = Target.objects.filter(service_id=service_id).first()
    if target is not None:
        with db.cursor() as cursor:
            cursor.execute(_SWAP, {"target": target.pk, "one": one, "other": other})


def _present(service_id: UUID, roots: set[UUID]) -> set[UUID]:
    """Who has an account there, as far as we can know: what a delivery has sent, or whoever has been named at sign-in
    where nothing is delivered.
    """
    target = Target.objects.filter(service_id=service_id).first()
    if target is None:
        return roots
    sent = TargetObject.objects.filter(target=target, root_id__in=roots)
    there = sent.exclude(content_hash=None, intent="")
    return {root for root in there.values_list("root_id", flat=True) if root is not None}
