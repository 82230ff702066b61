"""Rebuild what we know of a target from what its server lists: adopt, doubt, and never touch what is not ours.

The list is read outside transactions and laid beside our memory in one. Nothing is sent from here: what is found
changes what we remember, and the run that follows compares everything with what is wanted, judged by the same limits
and approved by the same people as any plan.

- An object of ours that we do not know of (its id is a pseudonym that this service was given) is adopted: it is kept
  or changed when somebody should have it, and removed when nobody should.
- An object that is otherwise than we believed is remembered as it is.
- An object that is not in the list is doubted, not forgotten: a list may be wrong. It is sent again where it is
  wanted, and asked to be removed where it is not.
- An object with any other id was not put there by us: it is counted, and never touched.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from django.db import transaction
from psycopg import Cursor

from kateder.core import clock, db
from kateder.core.actors import Actor
from kateder.core.errors import DomainError
from kateder.core.leases import Lease
from kateder.core.tenancy import current_authority_id, within
from kateder.provisioning.delivery.patience import Patience
from kateder.provisioning.healing import drifting, healed
from kateder.provisioning.healing.healed import Healed, Noted
from kateder.provisioning.models import DeliveryRun, Target
from kateder.provisioning.runs import progress
from kateder.provisioning.runs.running import run
from kateder.provisioning.ways import registry as ways
from kateder.provisioning.ways.contract import Door, Listed, Listing, Unlistable, Way


class CannotList(DomainError):
    """This way of delivering cannot ask the service what it has. Let everything be sent again instead."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at a target found: `{"listed": 7, "missing": 2}`. Nothing was changed."""

    found: Mapping[str, int]

    @property
    def agrees(self) -> bool:
        """Whether the service holds what we believe that it holds."""
        return not any(self.found.get(kind) for kind in Healed.values)


def rebuild(
    target_id: UUID,
    *,
    actor: Actor,
    approve_within_limits: bool = True,
    today: date | None = None,
    patience: Patience | None = None,
) -> DeliveryRun:
    """Read what the server lists, remember it, and deliver what differs from what is wanted.

    The run says in `healed` what was found. A server that does not answer fails the run and changes nothing.
    Call it outside transactions. Raises CannotList, or LeaseHeld while another run works on the target.
    """
    way, door = _open(actor.authority_id, target_id)

    def look(started: DeliveryRun, lease: Lease) -> str:
        try:
            listed = asyncio.run(_read(way, door))
        except Unlistable as failure:
            return str(failure.params["code"])
        with within(lease.authority_id):
            lease.check()
            progress.heal(started, _remember(target_id, way, listed, today=today or clock.today()))
        return ""

    return run(
        target_id,
        actor=actor,
        approve_within_limits=approve_within_limits,
        today=today,
        patience=patience,
        look=look,
    )


def compare(target_id: UUID, *, actor: Actor) -> Look:
    """Say what a rebuild would find, and change nothing. Outside transactions. Raises CannotList or Unlistable."""
    way, door = _open(actor.authority_id, target_id)
    listed = asyncio.run(_read(way, door))
    with within(actor.authority_id):
        found = _remember(target_id, way, listed, today=clock.today())
        transaction.set_rollback(True)
    return Look(found)


def can_list(target: Target) -> bool:
    """Whether a target's way can ask its server what it has."""
    return isinstance(ways.of(target.kind), Listing)


def _open(authority_id: UUID, target_id: UUID) -> tuple[Listing, Door]:
    with within(authority_id):
        target = Target.objects.get(id=target_id)
        way = ways.of(target.kind)
        if not isinstance(way, Listing):
            raise CannotList
        return way, ways.door_of(target)


async def _read(way: Listing, door: Door) -> list[Listed]:
    return [one async for one in way.listed(door)]


def _remember(target_id: UUID, way: Way, listed: list[Listed], *, today: date) -> dict[str, int]:
    """Make our memory agree with the list; gives what was otherwise. Set by set."""
    listed = drifting.read(target_id, way, listed, today=today)
    values = {
        "authority": current_authority_id(),
        "target": target_id,
        "now": clock.now(),
        "kinds": [str(one) for one in ways.kinds_of(way)],
        "of": [kind.value for kind in ways.kinds_of(way).values()],
        "types": list(way.positions),
    }
    with db.cursor() as cursor, db.whole_sets(cursor):
        _lay_out(cursor, listed)
        found = {name: _count(cursor, _STATEMENTS[name], values) for name in _STATEMENTS}
    healed.compare_everything(target_id)
    known = sum(one.released_id is not None for one in listed)
    found[Noted.FOREIGN] += len(listed) - known
    return {Noted.LISTED.value: len(listed)} | {name: count for name, count in found.items() if count}


def _lay_out(cursor: Cursor[object], listed: list[Listed]) -> None:
    cursor.execute(
        "CREATE TEMP TABLE listed (kind text, released uuid, hash bytea, remote text) ON COMMIT DROP;"
        "CREATE TEMP TABLE listed_twice (LIKE listed) ON COMMIT DROP"
    )
    rows = (
        (one.resource_type, one.released_id, one.content_hash or b"", one.remote_id[:200])
        for one in listed
        if one.released_id is not None
    )
    db.copy_rows(cursor, "listed_twice", ("kind", "released", "hash", "remote"), rows)
    cursor.execute("INSERT INTO listed SELECT DISTINCT ON (kind, released) * FROM listed_twice ORDER BY 1, 2, 4")
    cursor.execute("ANALYZE listed")


def _count(cursor: Cursor[object], statement: str, values: Mapping[str, object]) -> int:
    cursor.execute(statement, values)
    return cursor.rowcount


_SAME = "o.target_id = %(target)s AND o.resource_type = l.kind AND o.released_id = l.released"
_UNKNOWN = f"NOT EXISTS (SELECT 1 FROM provisioning_targetobject o WHERE {_SAME})"
_OURS = """
JOIN unnest(%(kinds)s::text[], %(of)s::text[]) AS named (kind, of) ON named.kind = l.kind
JOIN governance_pseudonym p ON p.released_id = l.released AND p.kind = named.of
 AND p.service_id = (SELECT service_id FROM provisioning_target WHERE id = %(target)s)
"""
# An empty digest is nobody's: what is there and not shown is known to be there, and sent again.
_STATEMENTS: Final[Mapping[str, str]] = {
    Noted.FOREIGN.value: f"""
        CREATE TEMP TABLE foreigners ON COMMIT DROP AS
        SELECT l.kind, l.released FROM listed l WHERE {_UNKNOWN} AND NOT EXISTS (
               SELECT 1 FROM listed m {_OURS.replace("l.", "m.")} WHERE m.kind = l.kind AND m.released = l.released)
    """,
    Healed.INTERRUPTED.value: f"""
        UPDATE provisioning_targetobject o
           SET content_hash = l.hash, intent = '', failure = '',
               remote_id = coalesce(nullif(l.remote, ''), o.remote_id),
               acknowledged_at = coalesce(o.acknowledged_at, %(now)s)
          FROM listed l WHERE {_SAME} AND o.intent IN ('create', 'update')
    """,
    Healed.CHANGED.value: f"""
        UPDATE provisioning_targetobject o
           SET content_hash = l.hash, remote_id = coalesce(nullif(l.remote, ''), o.remote_id)
          FROM listed l
         WHERE {_SAME} AND o.intent = '' AND o.content_hash IS NOT NULL AND l.hash <> '' AND o.content_hash <> l.hash
    """,
    Healed.ADOPTED.value: f"""
        WITH known AS (
            UPDATE provisioning_targetobject o
               SET content_hash = l.hash, acknowledged_at = %(now)s, failure = '',
                   remote_id = coalesce(nullif(l.remote, ''), o.remote_id)
              FROM listed l WHERE {_SAME} AND o.intent = '' AND o.content_hash IS NULL
            RETURNING 1),
        new AS (
            INSERT INTO provisioning_targetobject
                   (id, authority_id, target_id, resource_type, released_id, root_id, content_hash, acknowledged_at,
                    intent, sanctioned, failure, remote_id)
            SELECT gen_random_uuid(), %(authority)s, %(target)s, l.kind, l.released, p.root_id, l.hash, %(now)s,
                   '', '', '', l.remote
              FROM listed l {_OURS} WHERE {_UNKNOWN}
            RETURNING 1)
        SELECT 1 FROM known UNION ALL SELECT 1 FROM new
    """,
    Healed.MISSING.value: f"""
        UPDATE provisioning_targetobject o SET content_hash = NULL, intent = 'create'
         WHERE o.target_id = %(target)s AND o.content_hash IS NOT NULL AND o.intent <> 'remove'
           AND o.resource_type = ANY(%(types)s) AND NOT EXISTS (SELECT 1 FROM listed l WHERE {_SAME})
    """,
}
