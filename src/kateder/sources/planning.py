"""A plan that a person can read: how much of what, and a sample of the lines with names and values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

import orjson
import psycopg

from kateder.core.plans import NewRow
from kateder.protocols.reconcile import Action, LimitHit, Verdict
from kateder.register.api import Entity, shapes
from kateder.sources.labels import HIDDEN, LABELS, POINTED_AT, REGISTERED, STAGED, hide_protected, pointed_at
from kateder.sources.staging import DELIVERABLE, stage_name

# All lines of up to so many changes of one kind; a sample of more, which nobody reads to the end.
WHOLE = 200
SAMPLE = 40
# Derived from what is shown already.
UNSHOWN = frozenset({"sort_key", "search_key", "civic_no_kind"})


def summary(verdict: Verdict) -> dict[str, dict[str, int]]:
    """The counts by entity and action."""
    counts: dict[str, dict[str, int]] = {}
    for (entity, action), count in sorted(verdict.counts.items()):
        counts.setdefault(entity, {})[action.value] = count
    return counts


def held_by(hit: LimitHit) -> dict[str, object]:
    """One limit as it is stored with the plan."""
    return {
        "measure": hit.measure.value,
        "kind": hit.kind,
        "counted": hit.counted,
        "allowed": hit.allowed,
        "existing": hit.existing,
    }


def rows(cursor: psycopg.Cursor[Any], verdict: Verdict, *, source_id: UUID) -> Iterator[NewRow]:
    """The lines of a plan per entity and action, or a sample of them where there are very many."""
    hide_protected(cursor, source_id=source_id)
    for entity in DELIVERABLE:
        for action, lines in ((Action.REMOVE, _removed), (Action.UPDATE, _updated), (Action.CREATE, _created)):
            count = verdict.counts.get((entity.value, action), 0)
            if count:
                yield from lines(cursor, entity, most=count if count <= WHOLE else SAMPLE)


def _created(cursor: psycopg.Cursor[Any], entity: Entity, *, most: int) -> Iterator[NewRow]:
    what, where, joins = LABELS[entity].shown(STAGED)
    cursor.execute(
        f"SELECT d.key, {where}, {what}"
        f" FROM (SELECT key FROM difference WHERE entity = %s AND action = 'create' LIMIT {most}) d"
        f" JOIN {stage_name(entity)} s ON s.key = d.key{joins}",
        [entity.value],
    )
    for key, school, text in cursor.fetchall():
        yield NewRow(Action.CREATE.value, entity.value, key, school or "", text or "")


def _removed(cursor: psycopg.Cursor[Any], entity: Entity, *, most: int) -> Iterator[NewRow]:
    what, where, joins = LABELS[entity].shown(REGISTERED)
    cursor.execute(
        f"SELECT d.key, {where}, {what}"
        f" FROM (SELECT key, root_id FROM difference WHERE entity = %s AND action = 'remove' LIMIT {most}) d"
        f" LEFT JOIN {shapes()[entity].table} s ON s.id = d.root_id{joins}",
        [entity.value],
    )
    for key, school, text in cursor.fetchall():
        yield NewRow(Action.REMOVE.value, entity.value, key, school or "", text or "")


def _updated(cursor: psycopg.Cursor[Any], entity: Entity, *, most: int) -> Iterator[NewRow]:
    what, where, joins = LABELS[entity].shown(STAGED)
    old, new = pointed_at(entity)
    cursor.execute(
        f"SELECT d.key, {where}, {what}, to_jsonb(t) || {old}, to_jsonb(s) || {new}"
        " FROM (SELECT key, root_id FROM difference"
        f"  WHERE entity = %s AND action = 'update' LIMIT {most}) d"
        f" JOIN {stage_name(entity)} s ON s.key = d.key"
        f" LEFT JOIN {shapes()[entity].table} t ON t.id = d.root_id{joins}",
        [entity.value],
    )
    for key, school, text, before, after in cursor.fetchall():
        changes = _changes(entity, orjson.loads(before or "{}"), orjson.loads(after))
        if text == HIDDEN:
            changes = {name: [HIDDEN, HIDDEN] for name in changes}
        yield NewRow(Action.UPDATE.value, entity.value, key, school or "", text or "", changes)


def _changes(entity: Entity, old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, list[object]]:
    """The fields whose values differ, as [old, new]; what is pointed at by its name."""
    shape = shapes()[entity]
    references = {reference.column for reference in shape.references}
    plain = [name for name in shape.columns if name not in UNSHOWN | references]
    return {
        name: [old.get(name), new.get(name)]
        for name in (*plain, *POINTED_AT.get(entity, {}))
        if old.get(name) != new.get(name)
    }
