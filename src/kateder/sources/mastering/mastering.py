"""The part of a run that several sources have a say in: called by `resolving`, within its transaction."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

import psycopg

from kateder.core.tenancy import current_authority_id
from kateder.register.api import Entity
from kateder.sources.mastering import (
    agreeing,
    conflicts,
    contributions,
    leading,
    matching,
    rules,
    screening,
    settling,
    suggesting,
)
from kateder.sources.mastering.attributes import MASTERED
from kateder.sources.mastering.models import EntityRight


def alone(cursor: psycopg.Cursor[Any]) -> None:
    """Be the only run of the authority that settles anything until the transaction ends."""
    name = f"mastering:{current_authority_id()}"
    cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 3))", [name])


def screen(cursor: psycopg.Cursor[Any], *, source_id: UUID) -> bool:
    """Take out of what is staged what the source has no right to; gives whether it has fewer rights than all.

    The caller then finds the differences anew.
    """
    if not EntityRight.objects.filter(source=source_id).exists():
        return False
    screening.screen(cursor, rules.policy(), source_id=source_id)
    return True


def take_part(cursor: psycopg.Cursor[Any], *, source_id: UUID, changed: Collection[Entity]) -> frozenset[Entity]:
    """Find which of the changed rows in `rooted` several have a say in, and ask the register for them.

    They are left in the temporary table `mastered`, which the caller leaves alone; gives the entities it has.
    Call after the links are written.
    """
    policy = rules.policy()
    contributions.open_mastered(cursor)
    ranked = False
    found = set()
    entities = [entity for entity in MASTERED if entity in changed]
    if Entity.MEMBERSHIP in changed and matching.are_memberships_shared(cursor, source_id=source_id):
        entities.append(Entity.MEMBERSHIP)
    for entity in entities:
        restricted = policy.holds_back(source_id, entity)
        if not contributions.find_mastered(cursor, entity, source_id=source_id, everything=restricted):
            continue
        if not ranked:
            rules.write_ranks(cursor, policy)
            ranked = True
        found.add(entity)
        contributions.seed(cursor, entity, source_id=source_id)
        contributions.take_up(cursor, entity, source_id=source_id, changes=policy.right(source_id, entity).updates)
    contributions.silence(cursor, source_id=source_id)
    if Entity.ACTIVITY in found:
        leading.find_led(cursor, source_id=source_id)
    for entity in entities:
        if entity in found:
            settle(cursor, entity)
    return frozenset(found)


def settle(cursor: psycopg.Cursor[Any], entity: Entity) -> int:
    """Compute the rows in `mastered` anew, with what follows from it; gives how many are asked to change."""
    settling.open_voices(cursor, entity)
    if agreeing.close_agreed(cursor, entity):
        settling.open_voices(cursor, entity)
    conflicts.note(cursor, entity)
    return settling.want(cursor, entity)


def look_for_more(cursor: psycopg.Cursor[Any], *, source_id: UUID, changed: Collection[Entity]) -> None:
    """Suggest who may be the same among what is new, and tell where sources disagree. Last, before applying."""
    suggesting.suggest(cursor, source_id=source_id, changed=changed)
    conflicts.report()
