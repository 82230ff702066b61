"""Carry out a whole changeset in one transaction, set by set.

Before-images first, then removals (children before parents), updates and creations (parents before children);
then every reference is looked up under row-level security, which is what keeps foreign keys from crossing
authorities (PostgreSQL's own do not obey the policies). The feed, and then the changeset's time, come last.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import psycopg
from django.db import transaction
from psycopg import sql

from kateder.core import audit, db, feed
from kateder.core.actors import Actor
from kateder.core.errors import DomainError
from kateder.core.tenancy import current_authority_id
from kateder.protocols.reconcile import Action
from kateder.register.changes import NOTED, TOUCHED
from kateder.register.entities import Entity, Reference, Shape, shapes
from kateder.register.models import Changeset
from kateder.register.models.marks import rank


class BrokenReference(DomainError):
    """{count} rows of {entity} refer to something that is not in this authority's register ({column})."""


class StillInUse(DomainError):
    """{count} rows of {entity} still refer to what was to be removed ({column})."""


def apply(*, cause: str, actor: Actor) -> Changeset:
    """Carry out what lies in the change tables (see `changes`), with history, audit and feed.

    Everything else in the transaction comes before this call: the feed's lock is taken at its end.
    Raises BrokenReference or StillInUse, and then nothing has changed.
    """
    ordered = list(shapes().values())
    with transaction.atomic(), db.cursor() as cursor:
        changeset = Changeset.objects.create(cause=cause[:80], actor=actor.label)
        if _any_removal(cursor):
            for shape in ordered:
                _cascade(cursor, shape)
            for shape in ordered:
                _let_go(cursor, shape)
        counts = {shape.entity: _counted(cursor, shape) for shape in ordered}
        touched = [shape for shape in ordered if counts[shape.entity]]
        if counts[Entity.PERSON]:
            cursor.execute(_HOLD_MARKS)
        for shape in touched:
            _remember(cursor, shape, changeset, counts[shape.entity])
            _touch(cursor, shape, counts[shape.entity])
        for shape in reversed(touched):
            _remove(cursor, shape, counts[shape.entity])
        for shape in touched:
            _update(cursor, shape, changeset, counts[shape.entity])
            _create(cursor, shape, changeset, counts[shape.entity])
        for shape in touched:
            _check_references(cursor, shape)
        _check_removals(cursor, counts)
        _finish(cursor, changeset, counts=counts, actor=actor)
    changeset.refresh_from_db()
    return changeset


Counts = Mapping[str, int]

# What the population register has said of somebody's protection is never weakened by a source (`marking`): by the
# number that the row is to have, or by the one it has.
_HOLD_MARKS = f"""
UPDATE change_person c SET security_marking = m.marking
  FROM register_populationmark m
 WHERE c.action <> 'remove' AND {rank("m.marking")} > {rank("c.security_marking")}
   AND (m.civic_no = c.civic_no
        OR m.civic_no = (SELECT t.civic_no FROM register_person t WHERE t.id = c.id))
"""


def _counted(cursor: psycopg.Cursor[Any], shape: Shape) -> Counts:
    cursor.execute(sql.SQL("SELECT action, count(*) FROM {} GROUP BY action").format(sql.Identifier(shape.changes)))
    return dict(cursor.fetchall())


def _any_removal(cursor: psycopg.Cursor[Any]) -> bool:
    removals = [
        sql.SQL("SELECT 1 FROM {} WHERE action = 'remove'").format(sql.Identifier(shape.changes))
        for shape in shapes().values()
    ]
    row = cursor.execute(sql.SQL("SELECT EXISTS ({})").format(sql.SQL(" UNION ALL ").join(removals))).fetchone()
    return bool(row and row[0])


def _cascade(cursor: psycopg.Cursor[Any], shape: Shape) -> None:
    """What belongs to a removed row is removed with it, unless its own removal was already asked for."""
    for reference in shape.references:
        if not reference.cascades:
            continue
        cursor.execute(
            sql.SQL(
                "INSERT INTO {changes} (action, id) SELECT 'remove', t.id FROM {table} t"
                " JOIN {parents} p ON p.id = t.{column} AND p.action = 'remove'"
                " WHERE NOT EXISTS (SELECT 1 FROM {changes} c WHERE c.id = t.id AND c.action = 'remove')"
            ).format(
                changes=sql.Identifier(shape.changes),
                table=sql.Identifier(shape.table),
                parents=sql.Identifier(shapes()[reference.to].changes),
                column=sql.Identifier(reference.column),
            )
        )


def _let_go(cursor: psycopg.Cursor[Any], shape: Shape) -> None:
    """What pointed at a removed row, and can do without it, points at nothing."""
    for reference in shape.references:
        if not reference.lets_go:
            continue
        names = {
            "changes": sql.Identifier(shape.changes),
            "table": sql.Identifier(shape.table),
            "parents": sql.Identifier(shapes()[reference.to].changes),
            "column": sql.Identifier(reference.column),
            "columns": _names(shape.columns),
            "values": _names(shape.columns, prefix="t"),
        }
        cursor.execute(
            sql.SQL(
                "INSERT INTO {changes} (action, id, {columns}) SELECT 'update', t.id, {values} FROM {table} t"
                " JOIN {parents} p ON p.id = t.{column} AND p.action = 'remove'"
                " WHERE NOT EXISTS (SELECT 1 FROM {changes} c WHERE c.id = t.id)"
            ).format(**names)
        )
        cursor.execute(
            sql.SQL(
                "UPDATE {changes} c SET {column} = NULL FROM {parents} p"
                " WHERE p.id = c.{column} AND p.action = 'remove' AND c.action <> 'remove'"
            ).format(**names)
        )


def _remember(cursor: psycopg.Cursor[Any], shape: Shape, changeset: Changeset, counts: Counts) -> None:
    if not counts.get(Action.UPDATE) and not counts.get(Action.REMOVE):
        return
    tie, other = (sql.Identifier("t", column) if column else sql.SQL("NULL::uuid") for column in shape.ties)
    cursor.execute(
        sql.SQL(
            "INSERT INTO register_historyentry"
            " (authority_id, changeset_id, entity, root_id, before, changed_at, tie_id, other_tie_id)"
            " SELECT t.authority_id, %s, %s, t.id, to_jsonb(t) - 'authority_id', now(), {tie}, {other}"
            " FROM {table} t JOIN {changes} c ON c.id = t.id AND c.action IN ('update', 'remove')"
        ).format(table=sql.Identifier(shape.table), changes=sql.Identifier(shape.changes), tie=tie, other=other),
        [changeset.pk, shape.entity.value],
    )


def _touch(cursor: psycopg.Cursor[Any], shape: Shape, counts: Counts) -> None:
    """Note what the feed and the changeset will name: whom the rows tied together before and afterwards."""
    before = counts.get(Action.UPDATE) or counts.get(Action.REMOVE)
    named = [(TOUCHED, entity.value, column) for entity, column in shape.feeds]
    named += [(NOTED, entity.value, column) for entity, column in shape.notes]
    for into, entity, column in named:
        names = {
            "touched": sql.Identifier(into),
            "changes": sql.Identifier(shape.changes),
            "table": sql.Identifier(shape.table),
            "column": sql.Identifier(column),
        }
        cursor.execute(
            sql.SQL(
                "INSERT INTO {touched} SELECT DISTINCT %s, {column} FROM {changes} WHERE action IN ('create', 'update')"
            ).format(**names),
            [entity],
        )
        if before:
            cursor.execute(
                sql.SQL(
                    "INSERT INTO {touched} SELECT DISTINCT %s, t.{column} FROM {table} t"
                    " JOIN {changes} c ON c.id = t.id AND c.action IN ('update', 'remove')"
                ).format(**names),
                [entity],
            )


def _remove(cursor: psycopg.Cursor[Any], shape: Shape, counts: Counts) -> None:
    if not counts.get(Action.REMOVE):
        return
    cursor.execute(
        sql.SQL("DELETE FROM {table} t USING {changes} c WHERE c.id = t.id AND c.action = 'remove'").format(
            table=sql.Identifier(shape.table), changes=sql.Identifier(shape.changes)
        )
    )


def _update(cursor: psycopg.Cursor[Any], shape: Shape, changeset: Changeset, counts: Counts) -> None:
    if not counts.get(Action.UPDATE):
        return
    cursor.execute(
        sql.SQL(
            "UPDATE {table} t SET ({columns}, modified_in_id) = ROW({values}, %s) FROM {changes} c"
            " WHERE c.id = t.id AND c.action = 'update'"
        ).format(
            table=sql.Identifier(shape.table),
            columns=_names(shape.columns),
            values=_names(shape.columns, prefix="c"),
            changes=sql.Identifier(shape.changes),
        ),
        [changeset.pk],
    )


def _create(cursor: psycopg.Cursor[Any], shape: Shape, changeset: Changeset, counts: Counts) -> None:
    if not counts.get(Action.CREATE):
        return
    own = sql.SQL(", local_protection") if shape.entity is Entity.PERSON else sql.SQL("")
    unprotected = sql.SQL(", false") if shape.entity is Entity.PERSON else sql.SQL("")
    cursor.execute(
        sql.SQL(
            "INSERT INTO {table} (id, authority_id, created_in_id, modified_in_id, {columns}{own})"
            " SELECT id, %s, %s, %s, {columns}{unprotected} FROM {changes} WHERE action = 'create'"
        ).format(
            table=sql.Identifier(shape.table),
            columns=_names(shape.columns),
            changes=sql.Identifier(shape.changes),
            own=own,
            unprotected=unprotected,
        ),
        [current_authority_id(), changeset.pk, changeset.pk],
    )
    if shape.entity is Entity.PERSON:
        _protect_again(cursor)


def _protect_again(cursor: psycopg.Cursor[Any]) -> None:
    """Someone who comes back keeps the protection that the authority had decided: no source knows of it."""
    cursor.execute(
        "UPDATE register_person p SET local_protection = true,"
        " local_protection_rule = h.before ->> 'local_protection_rule',"
        " local_protection_until = (h.before ->> 'local_protection_until')::date"
        " FROM change_person c JOIN register_historyentry h ON h.root_id = c.id"
        " WHERE p.id = c.id AND c.action = 'create'"
        " AND h.entity = 'person' AND (h.before -> 'local_protection') = 'true'::jsonb"
        " AND NOT EXISTS (SELECT 1 FROM register_historyentry later WHERE later.root_id = h.root_id"
        "  AND later.entity = 'person' AND later.id > h.id)"
    )


def _check_references(cursor: psycopg.Cursor[Any], shape: Shape) -> None:
    """What was created or updated points only at rows of the same authority that are there."""
    for reference in shape.references:
        cursor.execute(
            sql.SQL(
                "SELECT count(*) FROM {changes} c LEFT JOIN {target} t ON t.id = c.{column}"
                " WHERE c.action <> 'remove' AND c.{column} IS NOT NULL AND t.id IS NULL"
            ).format(
                changes=sql.Identifier(shape.changes),
                target=sql.Identifier(shapes()[reference.to].table),
                column=sql.Identifier(reference.column),
            )
        )
        _refuse_any(cursor, BrokenReference, shape, reference)


def _check_removals(cursor: psycopg.Cursor[Any], counts: Mapping[Entity, Counts]) -> None:
    """Nothing that is left points at what was removed."""
    for shape in shapes().values():
        for reference in shape.references:
            if not counts[reference.to].get(Action.REMOVE):
                continue
            cursor.execute(
                sql.SQL(
                    "SELECT count(*) FROM {table} t JOIN {removed} r ON r.id = t.{column} WHERE r.action = 'remove'"
                ).format(
                    table=sql.Identifier(shape.table),
                    removed=sql.Identifier(shapes()[reference.to].changes),
                    column=sql.Identifier(reference.column),
                )
            )
            _refuse_any(cursor, StillInUse, shape, reference)


def _refuse_any(
    cursor: psycopg.Cursor[Any],
    error: type[BrokenReference | StillInUse],
    shape: Shape,
    reference: Reference,
) -> None:
    row = cursor.fetchone()
    if row is not None and row[0]:
        raise error(count=row[0], entity=shape.entity.value, column=reference.column)


def _finish(
    cursor: psycopg.Cursor[Any],
    changeset: Changeset,
    *,
    counts: Mapping[Entity, Counts],
    actor: Actor,
) -> None:
    changeset.counts = {entity.value: dict(by_action) for entity, by_action in counts.items() if by_action}
    audit.record(
        "register.changed",
        actor=actor,
        subject_type="changeset",
        subject_id=changeset.pk,
        counts=changeset.counts,
    )
    cursor.execute(
        "INSERT INTO register_changenote (authority_id, changeset_id, entity, ids)"
        " SELECT %s, %s, entity, array_agg(id) FROM (SELECT entity, id,"
        " (row_number() OVER (PARTITION BY entity) - 1) / %s AS chunk"
        f" FROM (SELECT DISTINCT entity, id FROM {NOTED}) one) numbered GROUP BY entity, chunk",
        [current_authority_id(), changeset.pk, feed.CHUNK],
    )
    changeset.feed_position = feed.append_from(TOUCHED, cause=changeset.cause)
    changeset.save(update_fields=["counts", "feed_position"])
    # Under the feed's lock, and later than every one before whatever the clock says: who remembers how far they have
    # read goes by it.
    cursor.execute(
        "UPDATE register_changeset SET at = greatest(clock_timestamp(),"
        " (SELECT max(before.at) + interval '1 microsecond' FROM register_changeset before)) WHERE id = %s",
        [changeset.pk],
    )


def _names(columns: Mapping[str, str] | list[str], *, prefix: str | None = None) -> sql.Composed:
    parts = [sql.Identifier(prefix, name) if prefix else sql.Identifier(name) for name in columns]
    return sql.SQL(", ").join(parts)
