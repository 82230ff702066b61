"""Where two sources that may write do not agree: kept per row and attribute, and told as findings without values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import psycopg
from django.utils.translation import gettext_noop

from kateder.core import findings
from kateder.core.findings import NewFinding
from kateder.core.models import Severity
from kateder.core.tenancy import current_authority_id
from kateder.register.api import Entity
from kateder.sources.mastering.models import Conflict

SCOPE: Final = "mastering"
MOST: Final = 1000
"""More findings than this nobody reads; the page of a person shows that person's all the same."""

_GONE = """
DELETE FROM sources_conflict x USING mastered m WHERE x.entity = %(entity)s AND m.entity = x.entity
   AND x.root_id = m.root_id
"""
# The first place of each attribute holds; the first other source with another value is against. Who leaves a part
# out, such as a middle name, says nothing against it.
_FOUND = """
INSERT INTO sources_conflict (id, authority_id, entity, root_id, attribute, holds_id, against_id)
SELECT DISTINCT ON (h.root_id, h.attribute) gen_random_uuid(), %(authority)s, %(entity)s, h.root_id, h.attribute,
       h.source_id, o.source_id
  FROM voices h JOIN voices o ON o.root_id = h.root_id AND o.attribute = h.attribute
   AND o.source_id <> h.source_id
   AND NOT jsonb_strip_nulls(o.value) <@ jsonb_strip_nulls(h.value)
   AND NOT jsonb_strip_nulls(h.value) <@ jsonb_strip_nulls(o.value)
 WHERE h.place = 1 AND h.compared
   AND NOT EXISTS (SELECT 1 FROM voices c WHERE c.root_id = h.root_id AND c.attribute = h.attribute AND c.place < 0)
 ORDER BY h.root_id, h.attribute, o.place
"""


def note(cursor: psycopg.Cursor[Any], entity: Entity) -> None:
    """Bring the conflicts of the rows in `mastered` up to what `voices` say. A correction has settled the matter."""
    cursor.execute(_GONE, {"entity": entity.value})
    cursor.execute(_FOUND, {"entity": entity.value, "authority": current_authority_id()})


def report() -> None:
    """Tell the conflicts that there are now as findings."""
    findings.replace(SCOPE, list(_findings()))


def _findings() -> Iterator[NewFinding]:
    found = Conflict.objects.select_related("holds", "against").order_by("entity", "root_id", "attribute")
    for conflict in found[:MOST]:
        yield NewFinding(
            rule="mastering.disagree",
            subject_type=conflict.entity,
            subject_id=str(conflict.root_id),
            place=conflict.attribute,
            message=gettext_noop("{holds} and {against} do not say the same ({attribute}). {holds} decides."),
            severity=Severity.WARNING,
            owner="it",
            params={
                "holds": conflict.holds.name,
                "against": conflict.against.name,
                "attribute": conflict.attribute,
            },
        )
