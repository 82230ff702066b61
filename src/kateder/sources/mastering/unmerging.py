"""Make two of one again: both as they would be had they never been one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from kateder.core import audit, clock, db
from kateder.core.actors import Actor
from kateder.core.errors import DomainError
from kateder.register import api as register
from kateder.register.api import Entity, Shape, open_changes, shapes
from kateder.sources.mastering import conflicts, contributions, mastering, moving, rules
from kateder.sources.mastering.models import Answer, Merge, Suggestion


class AlreadyUndone(DomainError):
    """These have been made two again already."""


class UndoLaterFirst(DomainError):
    """This row has since been taken up into another. Undo that first."""


def unmerge(merge_id: UUID, *, actor: Actor) -> Merge:
    """Bring back the absorbed row under its old root id. Last in its transaction, since the feed is told.

    What pointed at it points at it again; what a source has delivered of it since follows at that source's next run.
    Raises AlreadyUndone or UndoLaterFirst.
    """
    merge = Merge.objects.select_for_update().get(pk=merge_id)
    if merge.undone_at is not None:
        raise AlreadyUndone
    if Merge.objects.filter(absorbed_id=merge.survivor_id, undone_at=None).exists():
        raise UndoLaterFirst
    entity = Entity(merge.entity)
    with db.cursor() as cursor:
        mastering.alone(cursor)
        _give_back(cursor, merge)
        _open_both(cursor, merge)
        open_changes(cursor)
        rules.write_ranks(cursor, rules.policy())
        mastering.settle(cursor, entity)
        _bring_back(cursor, merge)
        register.apply(cause="unmerge", actor=actor)
        open_changes(cursor)
        _point_back(cursor, merge)
        _end(merge, actor=actor)
        conflicts.report()
        register.apply(cause="unmerge", actor=actor)
        _protect_as_before(cursor, merge)
    return merge


def _give_back(cursor: psycopg.Cursor[Any], merge: Merge) -> None:
    """Keys, words and corrections that were the absorbed one's are its own again."""
    names = _names(merge)
    cursor.execute("CREATE TEMP TABLE IF NOT EXISTS given (source_id uuid, key text) ON COMMIT DROP; TRUNCATE given")
    db.copy_rows(cursor, "given", ["source_id", "key"], [(UUID(source), key) for source, key in merge.links])
    for table in ("sources_sourcelink", "sources_contribution"):
        cursor.execute(
            sql.SQL(
                "UPDATE {} l SET root_id = %(absorbed)s FROM given g WHERE l.source_id = g.source_id"
                " AND l.key = g.key AND l.entity = %(entity)s AND l.root_id = %(survivor)s"
            ).format(sql.Identifier(table)),
            names,
        )
    for name in merge.moved.get("correction", {}).get("root_id", ()):
        cursor.execute("UPDATE sources_correction SET root_id = %s WHERE id = %s", [merge.absorbed_id, name])


def _open_both(cursor: psycopg.Cursor[Any], merge: Merge) -> None:
    contributions.open_mastered(cursor)
    cursor.execute("INSERT INTO mastered SELECT %(entity)s, unnest(ARRAY[%(survivor)s, %(absorbed)s])", _names(merge))


def _bring_back(cursor: psycopg.Cursor[Any], merge: Merge) -> None:
    """As it was, where no source had delivered it: nobody has said anything else since."""
    if merge.links:
        return
    shape = shapes()[Entity(merge.entity)]
    cursor.execute(
        sql.SQL(
            "INSERT INTO {changes} (action, id, {columns}) SELECT 'create', r.id, {values}"
            " FROM jsonb_populate_record(NULL::{changes}, %s) r"
            " WHERE NOT EXISTS (SELECT 1 FROM {changes} c WHERE c.id = r.id)"
        ).format(
            changes=sql.Identifier(shape.changes),
            columns=sql.SQL(", ").join(map(sql.Identifier, shape.columns)),
            values=sql.SQL(", ").join(sql.Identifier("r", name) for name in shape.columns),
        ),
        [Jsonb(merge.before["absorbed"])],
    )


def _point_back(cursor: psycopg.Cursor[Any], merge: Merge) -> None:
    entity = Entity(merge.entity)
    if not _exists(cursor, merge):
        return
    for shape in shapes().values():
        moved: Mapping[str, list[str]] = merge.moved.get(shape.entity.value, {})
        columns = {reference.column for reference in shape.references if reference.to is entity} & moved.keys()
        if columns:
            _return(cursor, shape, merge, {column: moved[column] for column in columns})
        if moving.DROPPED in moved:
            _tie_again(cursor, shape, merge, moved[moving.DROPPED])
        for column in columns:
            # What sources have said of these speaks of the absorbed one again; what came since is asked for anew.
            cursor.execute(
                "UPDATE sources_contribution SET said = jsonb_set(said, %(path)s, to_jsonb(%(absorbed)s::uuid))"
                " WHERE entity = %(of)s AND root_id = ANY(%(ids)s::uuid[]) AND said #>> %(path)s = %(survivor)s::text",
                _names(merge) | {"of": shape.entity.value, "path": [column, column], "ids": moved[column]},
            )
    _ask_again(cursor, merge)


def _return(cursor: psycopg.Cursor[Any], shape: Shape, merge: Merge, moved: Mapping[str, list[str]]) -> None:
    values = [
        sql.SQL(
            "CASE WHEN {column} = {survivor} AND t.id = ANY({ids}::uuid[]) THEN {absorbed} ELSE {column} END"
        ).format(
            column=sql.Identifier("t", name),
            survivor=sql.Literal(merge.survivor_id),
            absorbed=sql.Literal(merge.absorbed_id),
            ids=sql.Literal(moved[name]),
        )
        if name in moved
        else sql.Identifier("t", name)
        for name in shape.columns
    ]
    ids = sorted({row for rows in moved.values() for row in rows})
    cursor.execute(
        sql.SQL(
            "INSERT INTO {changes} (action, id, {columns}) SELECT 'update', t.id, {values} FROM {table} t"
            " WHERE t.id = ANY(%s::uuid[])"
        ).format(
            changes=sql.Identifier(shape.changes),
            columns=sql.SQL(", ").join(map(sql.Identifier, shape.columns)),
            values=sql.SQL(", ").join(values),
            table=sql.Identifier(shape.table),
        ),
        [ids],
    )


def _tie_again(cursor: psycopg.Cursor[Any], shape: Shape, merge: Merge, dropped: list[str]) -> None:
    """Ties that both had, from how they were when they went."""
    cursor.execute(
        sql.SQL(
            "INSERT INTO {changes} (action, id, {columns}) SELECT DISTINCT ON (h.root_id) 'create', r.id, {values}"
            " FROM register_historyentry h"
            " CROSS JOIN LATERAL jsonb_populate_record(NULL::{changes}, h.before) r"
            " WHERE h.root_id = ANY(%s::uuid[]) AND h.entity = %s ORDER BY h.root_id, h.id DESC"
        ).format(
            changes=sql.Identifier(shape.changes),
            columns=sql.SQL(", ").join(map(sql.Identifier, shape.columns)),
            values=sql.SQL(", ").join(sql.Identifier("r", name) for name in shape.columns),
        ),
        [dropped, shape.entity.value],
    )


def _ask_again(cursor: psycopg.Cursor[Any], merge: Merge) -> None:
    """Rows that have come since, under the absorbed one's key, point at the survivor: their source is asked anew."""
    for shape, reference in moving.pointing(Entity(merge.entity)):
        cursor.execute(
            sql.SQL(
                "UPDATE sources_sourcelink l SET content_hash = decode(md5(l.content_hash::text), 'hex')"
                " FROM {table} t WHERE t.{column} = %(survivor)s AND l.entity = %(of)s AND l.root_id = t.id"
                " AND l.content_hash IS NOT NULL AND l.source_id IN (SELECT source_id FROM given)"
                " AND t.id <> ALL(%(moved)s::uuid[])"
            ).format(table=sql.Identifier(shape.table), column=sql.Identifier(reference.column)),
            _names(merge)
            | {
                "of": shape.entity.value,
                "moved": merge.moved.get(shape.entity.value, {}).get(reference.column, []),
            },
        )


def _exists(cursor: psycopg.Cursor[Any], merge: Merge) -> bool:
    """Whether it is back: not, where its sources have stopped delivering it meanwhile."""
    table = sql.Identifier(shapes()[Entity(merge.entity)].table)
    cursor.execute(sql.SQL("SELECT 1 FROM {} WHERE id = %s").format(table), [merge.absorbed_id])
    return cursor.fetchone() is not None


def _protect_as_before(cursor: psycopg.Cursor[Any], merge: Merge) -> None:
    """The survivor is protected as it was; the absorbed one has its own protection back from its history."""
    before, absorbed = merge.before["survivor"], merge.before["absorbed"]
    if merge.entity == Entity.PERSON and absorbed.get("local_protection") and not before.get("local_protection"):
        cursor.execute(
            "UPDATE register_person SET local_protection = false, local_protection_rule = NULL,"
            " local_protection_until = NULL WHERE id = %s",
            [merge.survivor_id],
        )


def _end(merge: Merge, *, actor: Actor) -> None:
    merge.undone_at, merge.undone_by = clock.now(), actor.label
    merge.save(update_fields=["undone_at", "undone_by"])
    both = [merge.survivor_id, merge.absorbed_id]
    Suggestion.objects.filter(entity=merge.entity, one_id__in=both, other_id__in=both).update(
        answer=Answer.DIFFERENT, answered_by=actor.label, answered_at=clock.now()
    )
    audit.record(
        "mastering.unmerged", actor=actor, subject_type=merge.entity, subject_id=merge.survivor_id,
        absorbed=merge.absorbed_id, merge=merge.pk,
    )  # fmt: skip


def _names(merge: Merge) -> dict[str, object]:
    return {"entity": merge.entity, "survivor": merge.survivor_id, "absorbed": merge.absorbed_id}
