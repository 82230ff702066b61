"""Whose word holds for each attribute: the stored rules over what holds without any."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg

from kateder.core import db
from kateder.register.api import Entity
from kateder.sources.mastering.attributes import MASTERED, attributes
from kateder.sources.mastering.models import EVERY, AttributeRule, EntityRight, Say
from kateder.sources.models import Source

CORRECTED = -1
_BEHIND = 1000


@dataclass(frozen=True, slots=True)
class Right:
    """Whether a source may create, change and remove rows of an entity."""

    creates: bool = True
    updates: bool = True
    removes: bool = True


@dataclass(frozen=True, slots=True)
class Policy:
    """All rules of an authority. `order` holds its sources, the one added first at the head."""

    order: Sequence[UUID]
    says: Mapping[tuple[UUID, str, str], Say]
    rights: Mapping[tuple[UUID, str], Right]

    def say(self, source_id: UUID, entity: Entity, attribute: str) -> Say:
        """What a source's word about an attribute is worth."""
        said = self._said(source_id, entity, attribute)
        if said is not None:
            needed = attribute != EVERY and attributes(entity)[attribute].needed
            return Say.FILLS if needed and said is Say.IGNORED else said
        if source_id != self.order[0]:
            return Say.FILLS
        others = (self._said(other, entity, attribute) for other in self.order[1:])
        return Say.FILLS if Say.DECIDES in others else Say.DECIDES

    def _said(self, source_id: UUID, entity: Entity, attribute: str) -> Say | None:
        every = self.says.get((source_id, entity.value, EVERY))
        return self.says.get((source_id, entity.value, attribute), every)

    def rank(self, source_id: UUID, entity: Entity, attribute: str) -> int | None:
        """Its place among the sources, the lowest first; None where its word is not used."""
        say = self.say(source_id, entity, attribute)
        if say is Say.IGNORED:
            return None
        return self.order.index(source_id) + (0 if say is Say.DECIDES else _BEHIND)

    def right(self, source_id: UUID, entity: Entity) -> Right:
        """What it may do with rows of the entity."""
        return self.rights.get((source_id, entity.value), Right())

    def holds_back(self, source_id: UUID, entity: Entity) -> bool:
        """Whether something that the source alone says is not used, or not changed."""
        ignored = any(self.say(source_id, entity, name) is Say.IGNORED for name in attributes(entity))
        return ignored or not self.right(source_id, entity).updates


def policy() -> Policy:
    """The rules as they are stored."""
    order = list(Source.objects.order_by("created_at", "id").values_list("id", flat=True))
    rules = AttributeRule.objects.values_list("source_id", "entity", "attribute", "say")
    rights = EntityRight.objects.values_list("source_id", "entity", "creates", "updates", "removes")
    return Policy(
        order,
        {(source, entity, attribute): Say(say) for source, entity, attribute, say in rules},
        {(source, entity): Right(*may) for source, entity, *may in rights},
    )


def write_ranks(cursor: psycopg.Cursor[Any], rules: Policy) -> None:
    """Fill the temporary table `ranks`: source, entity, attribute, rank. What is not used has no row."""
    cursor.execute("DROP TABLE IF EXISTS ranks")
    cursor.execute(
        "CREATE TEMP TABLE ranks (source_id uuid, entity text, attribute text, rank int, compared bool) ON COMMIT DROP"
    )
    db.copy_rows(cursor, "ranks", ["source_id", "entity", "attribute", "rank", "compared"], _ranks(rules))


def _ranks(rules: Policy) -> Iterable[tuple[object, ...]]:
    for source_id in rules.order:
        for entity in (*MASTERED, Entity.MEMBERSHIP):
            for attribute in attributes(entity).values():
                rank = rules.rank(source_id, entity, attribute.name)
                if rank is not None:
                    yield source_id, entity.value, attribute.name, rank, attribute.compared
