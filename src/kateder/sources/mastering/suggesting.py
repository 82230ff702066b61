"""Who may be the same: told to a person, who answers once. Never acted on unasked."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

import psycopg

from kateder.core.tenancy import current_authority_id
from kateder.register.api import Entity
from kateder.sources.mastering.models import Answer, Likeness

# Only what is new with this run can be like something older; what both already have answered for stays answered.
_SUGGEST = """
INSERT INTO sources_suggestion (id, authority_id, entity, one_id, other_id, likeness, source_id, answer, answered_by)
SELECT DISTINCT ON (t.id, d.root_id) gen_random_uuid(), %(authority)s, '{entity}', t.id, d.root_id, %(likeness)s,
       %(source)s, '{open}', ''
  FROM rooted d JOIN stage_{entity} s ON s.key = d.key {joins} JOIN register_{entity} t ON {alike}
 WHERE d.entity = '{entity}' AND d.action = 'create' AND d.is_new AND t.id <> d.root_id
   AND NOT EXISTS (SELECT 1 FROM sources_sourcelink l WHERE l.source_id = %(source)s AND l.entity = '{entity}'
                   AND l.root_id = t.id AND l.content_hash IS NOT NULL)
    ON CONFLICT (authority_id, entity, one_id, other_id) DO NOTHING
"""
_UNIT = """
JOIN sources_sourcelink u ON u.source_id = %(source)s AND u.entity = 'organisation' AND u.key = s.organisation_id
 AND u.content_hash IS NOT NULL
"""
_SAME_TIME = """
 AND coalesce(t.end_date, 'infinity') >= coalesce(s.start_date, '-infinity')
 AND coalesce(t.start_date, '-infinity') <= coalesce(s.end_date, 'infinity')
"""
_NUMBERS_ALLOW = """
(s.civic_no IS NULL OR t.civic_no IS NULL OR s.civic_no = t.civic_no
 OR 'temporary' IN (s.civic_no_kind, t.civic_no_kind))
"""
_BY_BIRTH = f"t.birth_date = s.birth_date AND t.search_key = s.search_key AND {_NUMBERS_ALLOW}"
_BY_EPPN = "t.id = e.id AND s.civic_no <> t.civic_no"
_EPPN = """
CROSS JOIN LATERAL unnest(s.edu_person_principal_names) n (name)
 JOIN (SELECT p.id, lower(m.name) AS name FROM register_person p
        CROSS JOIN LATERAL unnest(p.edu_person_principal_names) m (name)) e ON e.name = lower(n.name)
"""
_BY_PLACE = {
    Entity.ORGANISATION: "t.organisation_type = s.organisation_type AND lower(t.display_name) = lower(s.display_name)",
    Entity.GROUP: "t.organisation_id = u.root_id AND t.group_type = s.group_type"
    " AND lower(t.display_name) = lower(s.display_name)",
    Entity.ACTIVITY: "t.organisation_id = u.root_id AND lower(t.display_name) = lower(s.display_name)",
}


def suggest(cursor: psycopg.Cursor[Any], *, source_id: UUID, changed: Collection[Entity]) -> int:
    """Compare what this run creates with what other sources deliver; gives how many new suggestions."""
    count = 0
    if Entity.PERSON in changed:
        count += _suggest(cursor, Entity.PERSON, Likeness.NAME_AND_BIRTH, _BY_BIRTH, source_id)
        count += _suggest(cursor, Entity.PERSON, Likeness.EPPN, _BY_EPPN, source_id, joins=_EPPN)
    for entity, alike in _BY_PLACE.items():
        if entity in changed:
            joins = "" if entity is Entity.ORGANISATION else _UNIT
            count += _suggest(cursor, entity, Likeness.NAME_AND_PLACE, alike + _SAME_TIME, source_id, joins=joins)
    return count


def _suggest(
    cursor: psycopg.Cursor[Any], entity: Entity, likeness: Likeness, alike: str, source_id: UUID, *, joins: str = ""
) -> int:
    statement = _SUGGEST.format(entity=entity.value, open=Answer.OPEN.value, alike=alike, joins=joins)
    names = {"authority": current_authority_id(), "source": source_id, "likeness": likeness.value}
    cursor.execute(statement, names)
    return cursor.rowcount
