"""Hold nothing for certain any longer: for a database that is older than the targets."""

from kateder.core import db
from kateder.provisioning.models import Target
from kateder.provisioning.ways import registry as ways

_DOUBT = """
UPDATE provisioning_targetobject SET intent = 'update' WHERE intent = ''
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
