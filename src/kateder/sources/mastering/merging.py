"""Make one of two rows that stand for the same, so that it can be undone.

The survivor keeps its root id; the other's keys at the sources, what points at it, and its corrections become the
survivor's. Both rows, and all that moved, are kept with the merge. What services know of the two is decided above
(`provisioning.merging`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from kateder.core import audit, clock, db
from kateder.core.actors import Actor
from kateder.core.errors import DomainError
from kateder.register import api as register
from kateder.register.api import Entity, open_changes, shapes
from kateder.sources.mastering import conflicts, contributions, mastering, moving, rules
from kateder.sources.mastering.attributes import MASTERED
from kateder.sources.mastering.models import Answer, Merge, Suggestion


class NotTwo(DomainError):
    """Choose two different rows that are both in the register."""


class Unmergeable(DomainError):
    """Rows of this kind ({entity}) cannot be made one."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Who is kept, and who is taken up into it."""

    survivor: UUID
    absorbed: UUID


def merge(entity: Entity, pairs: Sequence[Pair], *, reason: str = "", actor: Actor) -> list[Merge]:
    """Make one row of each pair. Last in its transaction, since the feed is told.

    Raises Unmergeable, or NotTwo for a row that is not there, stands in two pairs, or would be its own.
    """
    _check(entity, pairs)
    with db.cursor() as cursor:
        mastering.alone(cursor)
        _open_pairs(cursor, entity, pairs)
        contributions.seed(cursor, entity)
        merges = _remember(cursor, entity, pairs, reason=reason, actor=actor)
        open_changes(cursor)
        moving.point_at_survivors(cursor, entity)
        register.apply(cause="merge", actor=actor)
        _take_over(cursor, entity)
        open_changes(cursor)
        _remove_absorbed(cursor, entity)
        rules.write_ranks(cursor, rules.policy())
        mastering.settle(cursor, entity)
        _answer(entity, pairs, actor=actor)
        for one in merges:
            audit.record(
                "mastering.merged", actor=actor, subject_type=entity.value, subject_id=one.survivor_id,
                absorbed=one.absorbed_id, merge=one.pk,
            )  # fmt: skip
        conflicts.report()
        register.apply(cause="merge", actor=actor)
        _protect_survivors(cursor, entity)
    return merges


def survivor_of(root_id: UUID) -> UUID:
    """Who stands for a row today: itself, unless it was taken up into another."""
    seen = {root_id}
    while True:
        found = Merge.objects.filter(absorbed_id=root_id, undone_at=None).values_list("survivor_id", flat=True).first()
        if found is None or found in seen:
            return root_id
        seen.add(found)
        root_id = found


def _check(entity: Entity, pairs: Sequence[Pair]) -> None:
    if entity not in MASTERED:
        raise Unmergeable(entity=entity.value)
    ids = {root for pair in pairs for root in (pair.survivor, pair.absorbed)}
    absorbed = {pair.absorbed for pair in pairs}
    with db.cursor() as cursor:
        table = sql.Identifier(shapes()[entity].table)
        cursor.execute(sql.SQL("SELECT count(*) FROM {} WHERE id = ANY(%s)").format(table), [list(ids)])
        row = cursor.fetchone()
    chained = absorbed & {pair.survivor for pair in pairs}
    if row is None or row[0] != len(ids) or len(absorbed) != len(pairs) or chained:
        raise NotTwo


def _open_pairs(cursor: psycopg.Cursor[Any], entity: Entity, pairs: Iterable[Pair]) -> None:
    """The temporary tables `pairs` and, of both of each, `mastered`."""
    cursor.execute("DROP TABLE IF EXISTS pairs")
    cursor.execute("CREATE TEMP TABLE pairs (survivor uuid, absorbed uuid) ON COMMIT DROP")
    db.copy_rows(cursor, "pairs", ["survivor", "absorbed"], [(pair.survivor, pair.absorbed) for pair in pairs])
    contributions.open_mastered(cursor)
    cursor.execute(
        "INSERT INTO mastered SELECT %(entity)s, survivor FROM pairs UNION SELECT %(entity)s, absorbed FROM pairs",
        {"entity": entity.value},
    )


_BEFORE = """
SELECT p.absorbed, to_jsonb(s) - 'authority_id', to_jsonb(a) - 'authority_id',
       (SELECT coalesce(jsonb_agg(jsonb_build_array(l.source_id, l.key)), '[]') FROM sources_sourcelink l
         WHERE l.root_id = p.absorbed AND l.entity = %(entity)s)
  FROM pairs p JOIN {table} s ON s.id = p.survivor JOIN {table} a ON a.id = p.absorbed
"""


# A correction of what the survivor has a correction of waits with the absorbed one.
_CORRECTIONS = """
SELECT p.absorbed, array_agg(x.id::text) FROM pairs p
  JOIN sources_correction x ON x.root_id = p.absorbed AND x.entity = %(entity)s AND x.closed_at IS NULL
 WHERE NOT EXISTS (SELECT 1 FROM sources_correction o WHERE o.root_id = p.survivor AND o.entity = %(entity)s
                   AND o.attribute = x.attribute AND o.closed_at IS NULL)
 GROUP BY p.absorbed
"""


def _remember(
    cursor: psycopg.Cursor[Any], entity: Entity, pairs: Sequence[Pair], *, reason: str, actor: Actor
) -> list[Merge]:
    cursor.execute(sql.SQL(_BEFORE).format(table=sql.Identifier(shapes()[entity].table)), {"entity": entity.value})
    before = {absorbed: (kept, taken, links) for absorbed, kept, taken, links in map(moving.decoded, cursor.fetchall())}
    moved = moving.what_moves(cursor, entity)
    cursor.execute(_CORRECTIONS, {"entity": entity.value})
    for absorbed, ids in cursor.fetchall():
        moved.setdefault(absorbed, {})["correction"] = {"root_id": ids}
    now = clock.now()
    return Merge.objects.bulk_create(
        Merge(
            entity=entity.value,
            survivor_id=pair.survivor,
            absorbed_id=pair.absorbed,
            moved=moved.get(pair.absorbed, {}),
            links=before[pair.absorbed][2],
            before={"survivor": before[pair.absorbed][0], "absorbed": before[pair.absorbed][1]},
            reason=reason[:300],
            merged_by=actor.label,
            merged_at=now,
        )
        for pair in pairs
    )


def _take_over(cursor: psycopg.Cursor[Any], entity: Entity) -> None:
    """Keys, words and corrections become the survivor's."""
    names = {"entity": entity.value}
    cursor.execute(
        "UPDATE sources_sourcelink l SET root_id = p.survivor FROM pairs p"
        " WHERE l.root_id = p.absorbed AND l.entity = %(entity)s",
        names,
    )
    cursor.execute(
        "UPDATE sources_contribution c SET root_id = p.survivor FROM pairs p"
        " WHERE c.root_id = p.absorbed AND c.entity = %(entity)s",
        names,
    )
    cursor.execute(
        "UPDATE sources_correction x SET root_id = p.survivor FROM pairs p"
        " WHERE x.root_id = p.absorbed AND x.entity = %(entity)s AND x.closed_at IS NULL AND NOT EXISTS"
        " (SELECT 1 FROM sources_correction o WHERE o.root_id = p.survivor AND o.entity = %(entity)s"
        "   AND o.attribute = x.attribute AND o.closed_at IS NULL)",
        names,
    )
    cursor.execute("DELETE FROM sources_conflict c USING pairs p WHERE c.root_id = p.absorbed")


def _remove_absorbed(cursor: psycopg.Cursor[Any], entity: Entity) -> None:
    changes = sql.Identifier(shapes()[entity].changes)
    cursor.execute(sql.SQL("INSERT INTO {} (action, id) SELECT 'remove', absorbed FROM pairs").format(changes))
    cursor.execute("DELETE FROM mastered m USING pairs p WHERE m.root_id = p.absorbed")


def _protect_survivors(cursor: psycopg.Cursor[Any], entity: Entity) -> None:
    """Who the authority had protected as either of the two is protected as the one."""
    if entity is not Entity.PERSON:
        return
    cursor.execute(
        "UPDATE register_person s SET local_protection = true,"
        " local_protection_rule = m.before -> 'absorbed' ->> 'local_protection_rule',"
        " local_protection_until = (m.before -> 'absorbed' ->> 'local_protection_until')::date"
        " FROM pairs p JOIN sources_merge m ON m.absorbed_id = p.absorbed AND m.undone_at IS NULL"
        " WHERE s.id = p.survivor AND NOT s.local_protection"
        " AND m.before -> 'absorbed' -> 'local_protection' = %s",
        [Jsonb(True)],
    )


def _answer(entity: Entity, pairs: Sequence[Pair], *, actor: Actor) -> None:
    for pair in pairs:
        both = [pair.survivor, pair.absorbed]
        Suggestion.objects.filter(entity=entity.value, one_id__in=both, other_id__in=both, answer=Answer.OPEN).update(
            answer=Answer.SAME, answered_by=actor.label, answered_at=clock.now()
        )
