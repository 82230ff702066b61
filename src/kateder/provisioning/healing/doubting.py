"""Hold something for certain no longer: all of it, where the database is older than the targets, or what lies around an
object that a target has lost.
"""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from kateder.core import db
from kateder.provisioning.models import Target
from kateder.provisioning.planning.step import Key
from kateder.provisioning.planning.touching import touched
from kateder.provisioning.ways import registry as ways

_DOUBT = """
UPDATE provisioning_targetobject SET intent = 'update' WHERE intent = ''
"""
_DOUBT_SOME = """
UPDATE provisioning_targetobject SET intent = 'update'
 WHERE target_id = %(target)s
   AND (root_id = ANY(%(roots)s) OR released_id = ANY(%(released)s)) AND intent = '' AND content_hash IS NOT NULL
RETURNING resource_type, released_id
"""
_SUSPECT = """
INSERT INTO provisioning_targetobject
       (id, authority_id, target_id, resource_type, released_id, root_id, intent, sanctioned, failure, remote_id)
SELECT gen_random_uuid(), p.authority_id, t.id, known.resource_type, p.released_id, p.root_id, 'create', '', '', ''
  FROM governance_pseudonym p
  JOIN provisioning_target t ON t.service_id = p.service_id
  JOIN unnest(%(ways)s::text[], %(kinds)s::text[], %(types)s::text[]) AS known (way, kind, resource_type)
       ON known.way = t.kind AND known.kind = p.kind
    ON CONFLICT (target_id, resource_type, released_id) DO NOTHING
"""


def doubt_around(target: Target, lost: Collection[UUID], *, today: date) -> set[Key]:
    """Doubt what refers to objects that a target has lost (root ids), and what they refer to; gives what was certain.

    Who has lost a group has often lost its members, and who has lost a pupil has taken them out of their groups. What
    is doubted is sent again, and what then turns out to be lost too is looked around in turn: as far as the loss goes.
    """
    near = touched([], service_id=target.service_id, today=today, also=lost)
    return _doubt(target, roots=near.roots if near else lost)


def doubt(target: Target, released: Collection[UUID]) -> set[Key]:
    """Doubt objects by their released ids; gives what was certain."""
    return _doubt(target, released=released)


def _doubt(target: Target, *, roots: Collection[UUID] = (), released: Collection[UUID] = ()) -> set[Key]:
    values = {"target": target.id, "roots": db.uuids(roots), "released": db.uuids(released)}
    with db.cursor() as cursor:
        return set(cursor.execute(_DOUBT_SOME, values).fetchall())


def doubt_all() -> int:
    """Hold nothing for certain any longer, at any target of this authority; gives how many objects that are.

    The next delivery sends what is wanted again, and removes whatever else was ever released: an account that is
    not there is removed as well (404).
    """
    named = [
        (way.kind, kind.value, resource_type) for way in ways.WAYS for resource_type, kind in ways.kinds_of(way).items()
    ]
    known = dict(zip(("ways", "kinds", "types"), map(list, zip(*named, strict=True)), strict=True))
    with db.cursor() as cursor:
        cursor.execute(_DOUBT)
        count = cursor.rowcount
        cursor.execute(_SUSPECT, known)
        count += cursor.rowcount
    Target.objects.update(delivered_position=0, known_position=None)
    return count
