"""Ids that a service already knows people and things by: those of one of our sources, where that is approved.

Only for who has no id at the service yet: a stored one never changes, so a changed choice makes no account twice.
The root id is never given: it would tie all services together, and nobody outside knows it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from uuid import UUID

from kateder.core import db
from kateder.governance.policies import Policy
from kateder.governance.pseudonyms import Kind

# A source may have known somebody by two keys: the one that it delivers now, and then the first, is the one.
_KEYS = """
SELECT DISTINCT ON (l.root_id) l.root_id, lower(l.key) FROM sources_sourcelink l
 WHERE l.source_id = %(source)s AND l.entity = %(kind)s AND l.root_id = ANY(%(roots)s)
   AND l.key ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
 ORDER BY l.root_id, l.content_hash IS NULL, l.key
"""
_TAKEN = "SELECT released_id FROM governance_pseudonym WHERE service_id = %(service)s AND released_id = ANY(%(ids)s)"

KnownIds = Callable[[Collection[UUID]], Mapping[UUID, UUID]]


def known_ids(policy: Policy, *, kind: Kind, protected: Collection[UUID] = ()) -> KnownIds | None:
    """What gives the ids of those who have one that may be used; None where the policy has no such choice.

    Left out, and so given a pseudonym: who is `protected` (an id of the school's tells who it is, domain rule 8), who
    has no UUID in that source, and whoever's id is another's at the service.
    """
    source = policy.ids_from
    if source is None:
        return None

    def known(root_ids: Collection[UUID]) -> dict[UUID, UUID]:
        values = {"source": source, "kind": kind.value, "roots": db.uuids(set(root_ids) - set(protected))}
        with db.cursor() as cursor:
            keys = {root: UUID(key) for root, key in cursor.execute(_KEYS, values).fetchall()}
            named = {"service": policy.service_id, "ids": db.uuids(keys.values())}
            taken = {released for (released,) in cursor.execute(_TAKEN, named).fetchall()}
        return {root: key for root, key in keys.items() if key not in taken}

    return known
