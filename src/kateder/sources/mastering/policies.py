"""Decide who decides, and see beforehand what that would change."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
import psycopg
from django.db import transaction
from psycopg import sql

from kateder.core import audit, db
from kateder.core.actors import Actor
from kateder.core.errors import DomainError
from kateder.register import api as register
from kateder.register.api import Entity, shapes
from kateder.sources.errors import UnknownSource
from kateder.sources.mastering import resettling
from kateder.sources.mastering.attributes import MASTERED, Attribute, attributes
from kateder.sources.mastering.models import EVERY, AttributeRule, EntityRight, Say
from kateder.sources.models import Source

SAMPLE = 20

Wishes = Mapping[tuple[UUID, Entity, str], Say | None]
"""What each source's word is to be worth; None for what holds without a rule."""


class UnknownAttribute(DomainError):
    """Nothing is decided about {entity} {attribute}."""


class AttributeNeeded(DomainError):
    """A row cannot be without {attribute}: a source's word about it can come last, but not be left out."""


@dataclass(frozen=True, slots=True)
class Effect:
    """One value that would change."""

    root_id: UUID
    attribute: str
    old: object
    new: object


@dataclass(frozen=True, slots=True)
class Effects:
    """What other rules would change: rows, values by attribute, and a sample of them."""

    rows: int
    by_attribute: Mapping[str, int] = field(default_factory=dict)
    sample: tuple[Effect, ...] = ()


class _Undo(Exception):
    pass


def set_say(source_id: UUID, entity: Entity, attribute: str, *, say: Say | None, actor: Actor) -> int:
    """Say what a source's word about an attribute (`*` for all) is worth; gives how many rows changed."""
    return change({(source_id, entity, attribute): say}, actor=actor)


def change(wishes: Wishes, *, actor: Actor) -> int:
    """Change rules and compute the rows anew, in one go; gives how many rows changed.

    Last in its transaction. Raises UnknownAttribute, AttributeNeeded or UnknownSource.
    """
    _write(wishes)
    for (source_id, entity, attribute), say in wishes.items():
        worth = say.value if say else None
        audit.record(
            "mastering.rule", actor=actor, subject_type="source", subject_id=source_id,
            entity=entity.value, attribute=attribute, say=worth,
        )  # fmt: skip
    changed = 0
    with db.cursor() as cursor:
        for entity in {entity for _, entity, _ in wishes}:
            count = resettling.ask(cursor, entity)
            if count:
                register.apply(cause="mastering", actor=actor)
            changed += count
    return changed


def foresee(wishes: Wishes) -> dict[Entity, Effects]:
    """What `change` would change; changes nothing. Raises as `change` does."""
    found: dict[Entity, Effects] = {}
    with contextlib.suppress(_Undo), transaction.atomic(), db.cursor() as cursor:
        _write(wishes)
        for entity in {entity for _, entity, _ in wishes}:
            rows = resettling.ask(cursor, entity)
            found[entity] = _effects(cursor, entity) if rows else Effects(0)
        raise _Undo
    return found


def set_right(
    source_id: UUID,
    entity: Entity,
    *,
    creates: bool | None = None,
    updates: bool | None = None,
    removes: bool | None = None,
    actor: Actor,
) -> EntityRight:
    """Say what a source may do with rows of an entity; what is None stays. Acts at the source's next run."""
    asked = {"creates": creates, "updates": updates, "removes": removes}
    given = {name: value for name, value in asked.items() if value is not None}
    right, _ = EntityRight.objects.update_or_create(source_id=source_id, entity=entity.value, defaults=given)
    audit.record(
        "mastering.right", actor=actor, subject_type="source", subject_id=source_id, entity=entity.value, **given
    )
    return right


def _write(wishes: Wishes) -> None:
    for (source_id, entity, attribute), say in wishes.items():
        _check(entity, attribute, say)
        if not Source.objects.filter(pk=source_id).exists():
            raise UnknownSource(name=source_id)
        named: dict[str, Any] = {"source_id": source_id, "entity": entity.value, "attribute": attribute}
        if say is None:
            AttributeRule.objects.filter(**named).delete()
        else:
            AttributeRule.objects.update_or_create(**named, defaults={"say": say})


def _check(entity: Entity, attribute: str, say: Say | None) -> None:
    if entity not in MASTERED or (attribute != EVERY and attribute not in attributes(entity)):
        raise UnknownAttribute(entity=entity.value, attribute=attribute)
    if attribute != EVERY and attributes(entity)[attribute].needed and say is Say.IGNORED:
        raise AttributeNeeded(attribute=attribute)


def _effects(cursor: psycopg.Cursor[Any], entity: Entity) -> Effects:
    shape = shapes()[entity]
    counts: dict[str, int] = {}
    sample: list[Effect] = []
    for attribute in attributes(entity).values():
        cursor.execute(
            sql.SQL(
                "SELECT c.id, {old}, {new}, count(*) OVER () FROM {changes} c JOIN {table} t ON t.id = c.id"
                " WHERE {old} IS DISTINCT FROM {new} LIMIT %s"
            ).format(
                changes=sql.Identifier(shape.changes),
                table=sql.Identifier(shape.table),
                old=_value("t", attribute),
                new=_value("c", attribute),
            ),
            [SAMPLE],
        )
        found = cursor.fetchall()
        if found:
            counts[attribute.name] = found[0][3]
            sample += [
                Effect(root, attribute.name, orjson.loads(old), orjson.loads(new)) for root, old, new, _ in found
            ]
    cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(shape.changes)))
    row = cursor.fetchone()
    return Effects(row[0] if row else 0, counts, tuple(sample[:SAMPLE]))


def _value(alias: str, attribute: Attribute) -> sql.Composed:
    pairs = [
        sql.SQL("{}, {}").format(sql.Literal(column), sql.Identifier(alias, column)) for column in attribute.columns
    ]
    return sql.SQL("jsonb_build_object({})").format(sql.SQL(", ").join(pairs))
