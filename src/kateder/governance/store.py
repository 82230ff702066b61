"""Pseudonyms and aliases as they are kept: stored at first release, set by set, never changed."""

from collections.abc import Callable, Collection, Mapping
from typing import Any
from uuid import UUID

import psycopg

from kateder.core import db, secrets
from kateder.core.tenancy import current_authority_id
from kateder.governance import aliases as naming
from kateder.governance.pseudonyms import Kind, released_id, service_key

PURPOSE = "governance.pseudonyms"

_STORED = """
SELECT root_id, released_id FROM governance_pseudonym
 WHERE service_id = %(service)s AND epoch = %(epoch)s AND kind = %(kind)s AND root_id = ANY(%(roots)s)
"""
_STORE = """
INSERT INTO governance_pseudonym (id, authority_id, service_id, epoch, kind, root_id, released_id)
SELECT gen_random_uuid(), %(authority)s, %(service)s, %(epoch)s, %(kind)s, root_id, released_id
  FROM unnest(%(roots)s::uuid[], %(released)s::uuid[]) AS new (root_id, released_id)
    ON CONFLICT (service_id, epoch, kind, root_id) DO NOTHING
"""
_NAMED = """
SELECT root_id, alias FROM governance_alias
 WHERE service_id = %(service)s AND kind = %(kind)s AND root_id = ANY(%(roots)s)
"""
_NAME = """
INSERT INTO governance_alias (id, authority_id, service_id, kind, root_id, alias)
SELECT gen_random_uuid(), %(authority)s, %(service)s, %(kind)s, root_id, alias
  FROM unnest(%(roots)s::uuid[], %(aliases)s::text[]) AS new (root_id, alias)
"""

Cursor = psycopg.Cursor[Any]


def stored_pseudonyms(service_id: UUID, *, epoch: int, kind: Kind, root_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Give the pseudonyms that the service has been given before; root id to released id."""
    if not root_ids:
        return {}
    with db.cursor() as cursor:
        cursor.execute(_STORED, _named(service_id, kind, root_ids, epoch=epoch))
        return dict(cursor.fetchall())


def pseudonyms(
    service_id: UUID,
    *,
    epoch: int,
    kind: Kind,
    root_ids: Collection[UUID],
    known: Callable[[Collection[UUID]], Mapping[UUID, UUID]] | None = None,
) -> dict[UUID, UUID]:
    """Give each root id its pseudonym at the service, computed and stored where there is none yet.

    `known` gives the ids by which the service knows some of those who have none stored; see `known_ids`.
    """
    found = stored_pseudonyms(service_id, epoch=epoch, kind=kind, root_ids=root_ids)
    # In the order of ids, so that two processes at once wait for each other instead of deadlocking.
    missing = sorted(set(root_ids) - found.keys())
    if not missing:
        return found
    key = service_key(secrets.derive(PURPOSE), service_id=service_id, epoch=epoch)
    given = known(missing) if known else {}
    new = {root_id: given.get(root_id) or released_id(key, kind=kind, root_id=root_id) for root_id in missing}
    values = _named(service_id, kind, missing, epoch=epoch) | {"released": db.uuids(new.values())}
    with db.cursor() as cursor:
        cursor.execute(_STORE, values)
        if cursor.rowcount != len(new):
            cursor.execute(_STORED, values)
            new = dict(cursor.fetchall())
    return found | new


def stored_aliases(service_id: UUID, *, kind: Kind, root_ids: Collection[UUID]) -> dict[UUID, str]:
    """Give the aliases that the service has been given before."""
    with db.cursor() as cursor:
        return _aliases(cursor, service_id, kind, root_ids)


def aliases(service_id: UUID, *, kind: Kind, root_ids: Collection[UUID]) -> dict[UUID, str]:
    """Give each root id its alias at the service; new ones are chosen while the service is locked."""
    if not root_ids:
        return {}
    with db.cursor() as cursor:
        found = _aliases(cursor, service_id, kind, root_ids)
        if len(found) == len(set(root_ids)):
            return found
        lock = f"governance.alias:{service_id}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [lock])
        found = _aliases(cursor, service_id, kind, root_ids)
        cursor.execute("SELECT alias FROM governance_alias WHERE service_id = %s", [service_id])
        taken = {alias for (alias,) in cursor.fetchall()}
        key = service_key(secrets.derive(PURPOSE), service_id=service_id, epoch=0)
        missing = sorted(set(root_ids) - found.keys())
        new = naming.choose(missing, key=key, taken=taken, kind=kind)
        cursor.execute(_NAME, _named(service_id, kind, list(new)) | {"aliases": list(new.values())})
    return found | new


def _aliases(cursor: Cursor, service_id: UUID, kind: Kind, root_ids: Collection[UUID]) -> dict[UUID, str]:
    cursor.execute(_NAMED, _named(service_id, kind, root_ids))
    return dict(cursor.fetchall())


def _named(service_id: UUID, kind: Kind, root_ids: Collection[UUID], *, epoch: int | None = None) -> dict[str, object]:
    return {
        "authority": current_authority_id(),
        "service": service_id,
        "kind": kind.value,
        "roots": db.uuids(root_ids),
        "epoch": epoch,
    }
