"""From a source's keys to root ids: write the links, then the changes that the register is asked for.

A root id is minted at first sight and stays with its key for ever, also while the source does not deliver it.
What comes under a new key is recognised where it is certain (`mastering.matching`).
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from kateder.core.tenancy import current_authority_id
from kateder.register.api import Action, Entity, Shape, open_changes, shapes
from kateder.sources import difference
from kateder.sources.mastering import contributions, mastering, matching
from kateder.sources.staging import DELIVERABLE, stage_name

# What has an identity of its own, and pseudonyms at services: its root id is kept when it goes.
LASTING = (
    Entity.ORGANISATION,
    Entity.PERSON,
    Entity.GROUP,
    Entity.DUTY,
    Entity.ACTIVITY,
    Entity.SYLLABUS,
    Entity.PROGRAMME,
    Entity.STUDYPLAN,
    Entity.OFFERING,
    Entity.PLACEMENT,
)


@dataclass(frozen=True, slots=True)
class Tie:
    """What an activity lists: the entity that ties, the staged list, the column and the entity it points at."""

    entity: Entity
    listed: str
    column: str
    other: Entity


TIES = (
    Tie(Entity.ACTIVITY_GROUP, "groups", "group_id", Entity.GROUP),
    Tie(Entity.ACTIVITY_TEACHER, "duties", "duty_id", Entity.DUTY),
)

# A random UUID costs PostgreSQL a system call each; a digest that spreads a secret random seed does not, and
# is as little guessable. MD5 is enough for that: nothing is proved by it. Shaped as version 4.
# What has no identity of its own outside, such as a membership, is counted instead, after a random beginning: a
# million ids in order cost an index a fraction of what scattered ones do. The least bigint is 8000000000000000 in
# hexadecimal: its 8 is the variant.
MINTED = """
CASE WHEN d.entity = ANY(%(lasting)s)
THEN overlay(overlay(md5(%(seed)s || d.entity || d.key) placing '4' from 13) placing '8' from 17)::uuid
ELSE (left(%(seed)s, 12) || '4' || substr(%(seed)s, 13, 3)
      || to_hex('-9223372036854775808'::bigint + row_number() OVER ()))::uuid
END
"""

# Every difference with its root id: the one that its key has had, the recognised person's, or a new one.
ROOT = f"""
CREATE TEMP TABLE rooted ON COMMIT DROP AS
SELECT d.entity, d.action, d.key, d.new_hash, d.root_id IS NULL AS is_new,
       coalesce(d.root_id, m.root_id, {MINTED}) AS root_id
FROM difference d LEFT JOIN matched m ON m.entity = d.entity AND m.key = d.key
"""

LINK_NEW = """
INSERT INTO sources_sourcelink (authority_id, source_id, entity, key, content_hash, root_id)
SELECT %(authority)s, %(source)s, entity, key, new_hash, root_id FROM rooted WHERE is_new
"""

LINK_KNOWN = """
UPDATE sources_sourcelink l SET content_hash = d.new_hash FROM rooted d
WHERE l.source_id = %(source)s AND l.entity = d.entity AND l.key = d.key AND NOT d.is_new
  AND (d.action <> 'remove' OR d.entity = ANY(%(lasting)s))
"""

UNLINK = """
DELETE FROM sources_sourcelink l USING difference d
WHERE l.source_id = %(source)s AND l.entity = d.entity AND l.key = d.key
  AND d.action = 'remove' AND NOT d.entity = ANY(%(lasting)s)
"""


def resolve(cursor: psycopg.Cursor[Any], *, source_id: UUID) -> int:
    """Turn the differences into links and into the register's change tables; gives how many persons were
    recognised.

    What several sources, or a correction, have a say in is `mastering`'s to ask for; everything else is taken as it
    is delivered.
    """
    names = {
        "source": source_id,
        "authority": current_authority_id(),
        "seed": secrets.token_hex(32),
        "lasting": [entity.value for entity in LASTING],
    }
    counts = difference.counted(cursor)
    removes = any(action is Action.REMOVE for _, action in counts)
    changed = {entity for entity, _ in counts}
    shared = contributions.is_active(cursor)
    if shared:
        mastering.alone(cursor)
    open_changes(cursor)
    _match(cursor, source_id=source_id, shared=shared)
    cursor.execute("DROP TABLE IF EXISTS rooted")
    for statement in (ROOT, LINK_NEW, LINK_KNOWN, *([UNLINK] if removes else [])):
        cursor.execute(statement, names)
    mastered: frozenset[Entity] = frozenset()
    if shared:
        mastered = mastering.take_part(cursor, source_id=source_id, changed=changed)
    for entity in DELIVERABLE:
        if entity in changed:
            _want(cursor, shapes()[entity], source_id=source_id, mastered=entity in mastered)
        if (entity, Action.REMOVE) in counts:
            _want_gone(cursor, shapes()[entity])
    if removes:
        _let_go(cursor)
    if Entity.ACTIVITY in changed:
        for tie in TIES:
            _tie(cursor, tie, source_id=source_id, led_by_others=Entity.ACTIVITY in mastered)
    if shared:
        mastering.look_for_more(cursor, source_id=source_id, changed=changed)
    return matching.recognised(cursor)


def _match(cursor: psycopg.Cursor[Any], *, source_id: UUID, shared: bool) -> None:
    matching.open_matched(cursor)
    matching.by_number(cursor, source_id=source_id)
    if shared:
        matching.among_sources(cursor, source_id=source_id)
        if matching.are_memberships_shared(cursor, source_id=source_id):
            matching.memberships(cursor, source_id=source_id)


def _want(cursor: psycopg.Cursor[Any], shape: Shape, *, source_id: UUID, mastered: bool) -> None:
    """Creations and updates, with every reference as a root id; not those that several have a say in."""
    references = {reference.column: reference.to for reference in shape.references}
    wanted = [
        sql.Identifier(f"to_{name}", "root_id") if name in references else sql.Identifier("s", name)
        for name in shape.columns
    ]
    joins = [
        sql.SQL(
            " LEFT JOIN sources_sourcelink {alias} ON {alias}.source_id = %(source)s"
            " AND {alias}.entity = {entity} AND {alias}.key = s.{column} AND {alias}.content_hash IS NOT NULL"
        ).format(alias=sql.Identifier(f"to_{name}"), entity=sql.Literal(entity.value), column=sql.Identifier(name))
        for name, entity in references.items()
    ]
    others = (
        " AND NOT EXISTS (SELECT 1 FROM mastered m WHERE m.entity = %(entity)s AND m.root_id = d.root_id)"
        if mastered
        else ""
    )
    cursor.execute(
        sql.SQL(
            "INSERT INTO {changes} (action, id, {columns})"
            " SELECT CASE WHEN t.id IS NULL THEN 'create' ELSE 'update' END, d.root_id, {wanted}"
            " FROM rooted d JOIN {stage} s ON s.key = d.key LEFT JOIN {table} t ON t.id = d.root_id{joins}"
            " WHERE d.entity = %(entity)s AND d.action <> 'remove'{others}"
        ).format(
            changes=sql.Identifier(shape.changes),
            columns=sql.SQL(", ").join(map(sql.Identifier, shape.columns)),
            wanted=sql.SQL(", ").join(wanted),
            stage=sql.Identifier(stage_name(shape.entity)),
            table=sql.Identifier(shape.table),
            joins=sql.Composed(joins),
            others=sql.SQL(others),
        ),
        {"source": source_id, "entity": shape.entity.value},
    )


def _want_gone(cursor: psycopg.Cursor[Any], shape: Shape) -> None:
    """Removals: what no source delivers any more, under whatever key."""
    cursor.execute(
        sql.SQL(
            "INSERT INTO {changes} (action, id) SELECT 'remove', d.root_id FROM difference d"
            " WHERE d.entity = %(entity)s AND d.action = 'remove'"
            " AND NOT EXISTS (SELECT 1 FROM sources_sourcelink l WHERE l.root_id = d.root_id"
            "  AND l.content_hash IS NOT NULL)"
            # Whom a school has let in for a time (sources.todays) stays until they have left.
            " AND NOT EXISTS (SELECT 1 FROM sources_admission a WHERE a.person_id = d.root_id)"
        ).format(changes=sql.Identifier(shape.changes)),
        {"entity": shape.entity.value},
    )


def _tie(cursor: psycopg.Cursor[Any], tie: Tie, *, source_id: UUID, led_by_others: bool) -> None:
    """The groups, or the teachers, of every activity that is created or updated; not of those in `led`, which another
    source decides about.
    """
    shape = shapes()[tie.entity]
    names = {
        "changes": sql.Identifier(shape.changes),
        "table": sql.Identifier(shape.table),
        "listed": sql.Identifier(tie.listed),
        "column": sql.Identifier(tie.column),
        "not_led": sql.SQL(" AND c.id NOT IN (SELECT root_id FROM led)" if led_by_others else ""),
    }
    cursor.execute("DROP TABLE IF EXISTS tied")
    cursor.execute(
        sql.SQL(
            "CREATE TEMP TABLE tied ON COMMIT DROP AS SELECT c.id AS activity_id, o.root_id"
            " FROM change_activity c JOIN sources_sourcelink l ON l.source_id = %(source)s"
            " AND l.entity = 'activity' AND l.root_id = c.id"
            # Not a lateral join, which could only be a nested loop, and would take its neighbours with it.
            " JOIN (SELECT key, unnest({listed}) AS listed FROM stage_activity) s ON s.key = l.key"
            " JOIN sources_sourcelink o ON o.source_id = %(source)s AND o.entity = %(other)s"
            " AND o.key = s.listed AND o.content_hash IS NOT NULL WHERE c.action <> 'remove'{not_led}"
        ).format(**names),
        {"source": source_id, "other": tie.other.value},
    )
    cursor.execute(
        sql.SQL(
            "INSERT INTO {changes} (action, id, activity_id, {column})"
            " SELECT 'create', gen_random_uuid(), w.activity_id, w.root_id FROM tied w"
            " LEFT JOIN {table} t ON t.activity_id = w.activity_id AND t.{column} = w.root_id"
            " WHERE t.id IS NULL"
        ).format(**names)
    )
    cursor.execute(
        sql.SQL(
            "INSERT INTO {changes} (action, id) SELECT 'remove', t.id FROM {table} t"
            " JOIN change_activity c ON c.id = t.activity_id AND c.action = 'update'"
            " LEFT JOIN tied w ON w.activity_id = t.activity_id AND w.root_id = t.{column}"
            " WHERE w.root_id IS NULL{not_led}"
        ).format(**names)
    )


def _let_go(cursor: psycopg.Cursor[Any]) -> None:
    """What points at something removed goes with it, and is new if it is delivered again.

    Only a row that was set aside, and kept as it was, can still point there: what is delivered has been
    looked up in the folder.
    """
    for entity in DELIVERABLE:
        shape = shapes()[entity]
        for reference in shape.references:
            names = {
                "changes": sql.Identifier(shape.changes),
                "table": sql.Identifier(shape.table),
                "parents": sql.Identifier(shapes()[reference.to].changes),
                "column": sql.Identifier(reference.column),
            }
            cursor.execute(
                sql.SQL(
                    "INSERT INTO {changes} (action, id) SELECT 'remove', t.id FROM {table} t"
                    " JOIN {parents} p ON p.id = t.{column} AND p.action = 'remove'"
                    " WHERE NOT EXISTS (SELECT 1 FROM {changes} c WHERE c.id = t.id)"
                ).format(**names)
            )
        cursor.execute(
            sql.SQL(
                "UPDATE sources_sourcelink l SET content_hash = NULL FROM {changes} c"
                " WHERE c.action = 'remove' AND l.root_id = c.id AND l.entity = %s AND l.content_hash IS NOT NULL"
            ).format(changes=sql.Identifier(shape.changes)),
            [entity.value],
        )
