"""What a target has acknowledged, as rows: reading it, and writing it set by set."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from kateder.core import db
from kateder.core.tenancy import current_authority_id
from kateder.protocols.reconcile import Action
from kateder.provisioning.delivery.operations import Outcome, Result
from kateder.provisioning.exit import STOPPED
from kateder.provisioning.planning.comparing import Held
from kateder.provisioning.planning.step import Key, Step, key_of

_HELD = """
SELECT resource_type, released_id, root_id, content_hash, intent, sanctioned, sanctioned_hash, remote_id
  FROM provisioning_targetobject WHERE target_id = %(target)s
"""
_HELD_OF = f"{_HELD} AND (root_id = ANY(%(roots)s) OR %(rootless)s AND root_id IS NULL)"
_IS_EXPECTED = "(content_hash IS NOT NULL OR intent <> '' OR sanctioned = 'create')"
_EXISTING = f"""
SELECT resource_type, count(*) FROM provisioning_targetobject
 WHERE target_id = %s AND {_IS_EXPECTED} GROUP BY resource_type
"""
# Rows about which there is something left to do; the last column: whether all of a school may hang on it.
_OPEN = """
SELECT DISTINCT o.root_id, o.root_id IS NULL OR u.id IS NOT NULL
  FROM provisioning_targetobject o LEFT JOIN register_organisation u ON u.id = o.root_id
 WHERE o.target_id = %s
   AND (o.content_hash IS NULL OR o.intent <> '' OR o.sanctioned <> '' OR o.failure <> '')
"""
# Said as the index of open rows says it.
_HAS_FAILURES = """
SELECT EXISTS (SELECT FROM provisioning_targetobject WHERE target_id = %s AND failure <> ''
   AND (content_hash IS NULL OR intent <> '' OR sanctioned <> '' OR failure <> ''))
"""
_TROUBLED = """
SELECT DISTINCT root_id FROM provisioning_targetobject
 WHERE target_id = %s AND root_id IS NOT NULL AND (intent <> '' OR failure <> '')
"""
_ABSENT = """
SELECT root_id FROM provisioning_targetobject
 WHERE target_id = %(target)s AND content_hash IS NULL AND root_id IS NOT NULL
   AND (failure = %(stopped)s OR failure LIKE 'refused_%%'
        OR failure LIKE 'http_4%%' AND failure <> ALL(%(passing)s))
"""
# What may pass by itself, or is about us and not about the object.
PASSING = ["http_401", "http_403", "http_408", "http_425", "http_429"]
_INTEND = """
INSERT INTO provisioning_targetobject
       (id, authority_id, target_id, resource_type, released_id, root_id, intent, sanctioned, failure, remote_id)
SELECT gen_random_uuid(), %(authority)s, %(target)s, kind, released, root, action, '', '', ''
  FROM unnest(%(kinds)s::text[], %(ids)s::uuid[], %(roots)s::uuid[], %(actions)s::text[])
       AS new (kind, released, root, action)
    ON CONFLICT (target_id, resource_type, released_id)
    DO UPDATE SET intent = excluded.intent, root_id = excluded.root_id
"""
_SANCTION = """
INSERT INTO provisioning_targetobject
       (id, authority_id, target_id, resource_type, released_id, root_id, intent, failure, remote_id,
        sanctioned, sanctioned_hash)
SELECT gen_random_uuid(), %(authority)s, %(target)s, kind, released, root, '', '', '', action, hash
  FROM unnest(%(kinds)s::text[], %(ids)s::uuid[], %(roots)s::uuid[], %(actions)s::text[], %(hashes)s::bytea[])
       AS new (kind, released, root, action, hash)
    ON CONFLICT (target_id, resource_type, released_id)
    DO UPDATE SET sanctioned = excluded.sanctioned, sanctioned_hash = excluded.sanctioned_hash
"""
_ACKNOWLEDGE = """
UPDATE provisioning_targetobject o
   SET content_hash = new.hash, acknowledged_at = %(now)s, intent = '', failure = '', sanctioned = '',
       sanctioned_hash = NULL, remote_id = coalesce(nullif(new.remote, ''), o.remote_id)
  FROM unnest(%(kinds)s::text[], %(ids)s::uuid[], %(hashes)s::bytea[], %(remotes)s::text[])
       AS new (kind, released, hash, remote)
 WHERE o.target_id = %(target)s AND o.resource_type = new.kind AND o.released_id = new.released
"""
_FORGET = """
DELETE FROM provisioning_targetobject o USING unnest(%(kinds)s::text[], %(ids)s::uuid[]) AS gone (kind, released)
 WHERE o.target_id = %(target)s AND o.resource_type = gone.kind AND o.released_id = gone.released
"""
_WITHDRAW = """
UPDATE provisioning_targetobject o SET sanctioned = '', sanctioned_hash = NULL
  FROM unnest(%(kinds)s::text[], %(ids)s::uuid[]) AS old (kind, released)
 WHERE o.target_id = %(target)s AND o.resource_type = old.kind AND o.released_id = old.released
"""
_FAIL = """
UPDATE provisioning_targetobject o
   SET failure = new.code, intent = CASE WHEN new.unsent THEN '' ELSE o.intent END
  FROM unnest(%(kinds)s::text[], %(ids)s::uuid[], %(codes)s::text[], %(unsent)s::boolean[])
       AS new (kind, released, code, unsent)
 WHERE o.target_id = %(target)s AND o.resource_type = new.kind AND o.released_id = new.released
"""
_RECEIPTS = """
INSERT INTO provisioning_receipt
       (authority_id, target_id, run_id, resource_type, released_id, root_id, action, http_status, at,
        fields_id, grounds_id)
SELECT %(authority)s, %(target)s, %(run)s, kind, released, root, action, status, %(now)s, fields, grounds
  FROM unnest(%(kinds)s::text[], %(ids)s::uuid[], %(roots)s::uuid[], %(actions)s::text[], %(statuses)s::int[],
              %(fields)s::uuid[], %(grounds)s::uuid[])
       AS new (kind, released, root, action, status, fields, grounds)
"""

UNMARKED: tuple[UUID | None, UUID | None] = (None, None)
CHUNK = 1000
NO_MARKS: Mapping[Key, tuple[UUID | None, UUID | None]] = {}


def read_held(
    target_id: UUID, *, positions: Mapping[str, int], roots: Collection[UUID] | None = None, rootless: bool = False
) -> list[Held]:
    """Give what is known of a target's objects; with `roots` only of those, and of none at all if `rootless`."""
    values = {"target": target_id, "roots": db.uuids(roots or ()), "rootless": rootless}
    with db.cursor() as cursor:
        return [
            Held(
                resource_type=kind,
                position=positions[kind],
                released_id=released,
                root_id=root,
                content_hash=content_hash,
                intent=intent,
                sanctioned=sanctioned,
                sanctioned_hash=sanctioned_hash,
                remote_id=remote_id,
            )
            for kind, released, root, content_hash, intent, sanctioned, sanctioned_hash, remote_id in cursor.execute(
                _HELD if roots is None else _HELD_OF, values
            )
        ]


def existing(target_id: UUID) -> dict[str, int]:
    """Count what a target holds, may hold or was approved to get, by type: what limits are measured against."""
    with db.cursor() as cursor:
        return dict(cursor.execute(_EXISTING, [target_id]).fetchall())


def open_roots(target_id: UUID) -> frozenset[UUID] | None:
    """Give the root ids of what failed, is uncertain, or is approved and not done; None: that may be anything."""
    with db.cursor() as cursor:
        rows = cursor.execute(_OPEN, [target_id]).fetchall()
    return None if any(is_wide for _, is_wide in rows) else frozenset(root for root, _ in rows)


def has_failures(target_id: UUID) -> bool:
    """Whether there is anything of which the last attempt failed."""
    with db.cursor() as cursor:
        return cursor.execute(_HAS_FAILURES, [target_id]).fetchone() == (True,)


def troubled_roots(target_id: UUID) -> frozenset[UUID]:
    """Give the root ids of what failed or is uncertain, but not of what is only approved."""
    with db.cursor() as cursor:
        return frozenset(root for (root,) in cursor.execute(_TROUBLED, [target_id]))


def absent(target_id: UUID) -> frozenset[UUID]:
    """Give the root ids of what the target has refused to take: one bad record must not hold back its class."""
    with db.cursor() as cursor:
        cursor.execute(_ABSENT, {"target": target_id, "stopped": STOPPED, "passing": PASSING})
        return frozenset(row[0] for row in cursor)


def intend(target_id: UUID, steps: Sequence[Step]) -> None:
    """Store that these are about to be sent; commit before the first of them is."""
    with db.cursor() as cursor:
        cursor.execute(_INTEND, _of_steps(target_id, steps))


def sanction(target_id: UUID, steps: Sequence[Step]) -> None:
    """Store that an approved plan allows these, whatever becomes of the run."""
    with db.cursor() as cursor:
        for start in range(0, len(steps), CHUNK):
            chunk = steps[start : start + CHUNK]
            hashes = {"hashes": db.digests(step.new_hash for step in chunk)}
            cursor.execute(_SANCTION, _of_steps(target_id, chunk) | hashes)


def forget(target_id: UUID, keys: Iterable[Key]) -> None:
    """Drop what is known of objects that are not at the target and not wanted there."""
    _at(_FORGET, target_id, list(keys))


def withdraw(target_id: UUID, keys: Iterable[Key]) -> None:
    """Take back sanctions that are no longer needed."""
    _at(_WITHDRAW, target_id, list(keys))


def _at(statement: str, target_id: UUID, keys: Sequence[Key]) -> None:
    if keys:
        values = {
            "target": target_id,
            "kinds": db.texts(kind for kind, _ in keys),
            "ids": db.uuids(released for _, released in keys),
        }
        with db.cursor() as cursor:
            cursor.execute(statement, values)


def keep_results(
    target_id: UUID,
    results: Sequence[Result],
    *,
    steps: Mapping[Key, Step],
    run_id: UUID,
    now: datetime,
    marks: Mapping[Key, tuple[UUID | None, UUID | None]] = NO_MARKS,
) -> None:
    """Store what came of a window: acknowledged hashes and receipts, removals forgotten, failures noted.

    `marks` are the field set and the grounds that a receipt names.
    """
    done = [result for result in results if result.outcome is Outcome.ACKNOWLEDGED]
    removed = [result for result in done if result.operation.action is Action.REMOVE]
    written = [result for result in done if result.operation.action is not Action.REMOVE]
    failed = [result for result in results if result.outcome is not Outcome.ACKNOWLEDGED]
    with db.cursor() as cursor:
        if written:
            values = {
                "hashes": db.digests(result.operation.content_hash for result in written),
                "remotes": db.texts(result.remote_id[:200] for result in written),
                "now": now,
            }
            cursor.execute(_ACKNOWLEDGE, _of_results(target_id, written) | values)
        if removed:
            cursor.execute(_FORGET, _of_results(target_id, removed))
        if failed:
            cursor.execute(_FAIL, _of_results(target_id, failed) | _failures(failed, steps))
        if done:
            cursor.execute(
                _RECEIPTS,
                _of_results(target_id, done)
                | {
                    "authority": current_authority_id(),
                    "run": run_id,
                    "now": now,
                    "roots": db.uuids(steps[key_of(result)].root_id for result in done),
                    "actions": db.texts(result.operation.action.value for result in done),
                    "statuses": db.numbers(result.http_status for result in done),
                    "fields": db.uuids(marks.get(key_of(result), UNMARKED)[0] for result in done),
                    "grounds": db.uuids(marks.get(key_of(result), UNMARKED)[1] for result in done),
                },
            )


def _failures(failed: Sequence[Result], steps: Mapping[Key, Step]) -> dict[str, object]:
    # An intent is taken back only when nothing was sent now, and nothing uncertain was sent before. What was
    # held back has not failed itself: what it refers to has.
    return {
        "codes": db.texts(result.code[:40] if result.outcome is Outcome.FAILED else "" for result in failed),
        "unsent": [result.attempts == 0 and not steps[key_of(result)].uncertain for result in failed],
    }


def _of_results(target_id: UUID, results: Sequence[Result]) -> dict[str, object]:
    return {
        "target": target_id,
        "kinds": db.texts(result.operation.resource_type for result in results),
        "ids": db.uuids(result.operation.released_id for result in results),
    }


def _of_steps(target_id: UUID, steps: Sequence[Step]) -> dict[str, object]:
    return {
        "authority": current_authority_id(),
        "target": target_id,
        "kinds": db.texts(step.operation.resource_type for step in steps),
        "ids": db.uuids(step.operation.released_id for step in steps),
        "roots": db.uuids(step.root_id for step in steps),
        "actions": db.texts(step.operation.action.value for step in steps),
    }
