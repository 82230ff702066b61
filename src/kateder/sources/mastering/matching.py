"""Recognise what a source delivers under a key that is new to us: what another source already delivers.

For certain: a UUID that another source, or we, have given it; a personal or co-ordination number, a school unit code,
an organisation number; an EPPN, unless the numbers say otherwise; a duty of a known person with the same role at the
same unit; a member of a known group at the same time. Only where it is one alone on both sides, and never two living
keys of one source.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

import psycopg

from kateder.register.api import Entity
from kateder.sources.mastering.attributes import MASTERED

_OPEN = """
CREATE TEMP TABLE matched (entity text, key text COLLATE "C", root_id uuid) ON COMMIT DROP
"""

# A key of the same source that goes on being delivered already has the root.
_HAS_NO_OTHER = """
NOT EXISTS (SELECT 1 FROM sources_sourcelink l WHERE l.source_id = %(source)s AND l.entity = '{entity}'
  AND l.root_id = {root} AND l.content_hash IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM difference r WHERE r.entity = '{entity}' AND r.action = 'remove' AND r.key = l.key))
"""

# What is new to us and has not been recognised yet.
_NEW = """
difference d JOIN stage_{entity} s ON s.key = d.key
 AND d.entity = '{entity}' AND d.action = 'create' AND d.root_id IS NULL
 AND NOT EXISTS (SELECT 1 FROM matched m WHERE m.entity = '{entity}' AND m.key = d.key)
"""

# Each key once and each root once, whatever they were recognised by.
_TAKE = """
INSERT INTO matched SELECT '{entity}', f.key, f.root_id FROM (
  SELECT key, root_id, count(*) OVER (PARTITION BY key) AS roots, count(*) OVER (PARTITION BY root_id) AS keys
    FROM (SELECT DISTINCT key, root_id FROM ({found}) n) n) f
 WHERE f.roots = 1 AND f.keys = 1
   AND NOT EXISTS (SELECT 1 FROM matched m WHERE m.entity = '{entity}' AND m.root_id = f.root_id)
   AND {has_no_other}
"""

_UUID = "'^[0-9a-fA-F]{{8}}(-[0-9a-fA-F]{{4}}){{3}}-[0-9a-fA-F]{{12}}$'"

_BY_KEY = f"""
SELECT s.key, l.root_id FROM {_NEW} JOIN sources_sourcelink l ON l.entity = '{{entity}}' AND l.key = s.key
   AND l.source_id <> %(source)s AND l.content_hash IS NOT NULL WHERE s.key ~ {_UUID}
 UNION SELECT s.key, t.id FROM {_NEW} JOIN register_{{entity}} t ON t.id::text = lower(s.key) WHERE s.key ~ {_UUID}
"""

# A join and not NOT IN, which PostgreSQL looks through row by row where it expects more than fits its memory.
_BY_NUMBER = f"""
SELECT s.key, p.id AS root_id FROM {_NEW} JOIN register_person p ON p.civic_no = s.civic_no
  JOIN (SELECT civic_no FROM stage_person WHERE civic_no IS NOT NULL GROUP BY civic_no HAVING count(*) = 1) once
    ON once.civic_no = s.civic_no
 WHERE s.civic_no_kind IN ('personal', 'coordination')
"""

_BY_EPPN = f"""
SELECT DISTINCT s.key, p.id AS root_id FROM {_NEW} CROSS JOIN LATERAL unnest(s.edu_person_principal_names) e (name)
  JOIN (SELECT p.id, p.civic_no, lower(n.name) AS name FROM register_person p
         CROSS JOIN LATERAL unnest(p.edu_person_principal_names) n (name)) p ON p.name = lower(e.name)
 WHERE (s.civic_no IS NULL OR p.civic_no IS NULL OR s.civic_no = p.civic_no)
"""

_BY_UNIT_CODE = f"""
SELECT s.key, t.id AS root_id FROM {_NEW} JOIN register_organisation t
    ON t.school_unit_code = s.school_unit_code AND t.organisation_type = s.organisation_type
"""

_BY_ORGANISATION_NUMBER = f"""
SELECT s.key, t.id AS root_id FROM {_NEW} JOIN register_organisation t
    ON t.organisation_number = s.organisation_number AND t.organisation_type = s.organisation_type
 WHERE s.organisation_type = 'Huvudman'
"""

# By what their person and their unit turned out to be.
_BY_PLACE = f"""
SELECT s.key, t.id AS root_id FROM {_NEW}
  LEFT JOIN sources_sourcelink lp ON lp.source_id = %(source)s AND lp.entity = 'person' AND lp.key = s.person_id
  LEFT JOIN matched mp ON mp.entity = 'person' AND mp.key = s.person_id
  LEFT JOIN sources_sourcelink lo ON lo.source_id = %(source)s AND lo.entity = 'organisation' AND lo.key = s.duty_at_id
  LEFT JOIN matched mo ON mo.entity = 'organisation' AND mo.key = s.duty_at_id
  JOIN register_duty t ON t.person_id = coalesce(lp.root_id, mp.root_id)
   AND t.duty_at_id = coalesce(lo.root_id, mo.root_id) AND t.duty_role = s.duty_role
   AND coalesce(t.end_date, 'infinity') >= s.start_date AND t.start_date <= coalesce(s.end_date, 'infinity')
"""


# By what its group and its person turned out to be, at the same time.
_BY_MEMBER = f"""
SELECT s.key, t.id AS root_id FROM {_NEW}
  LEFT JOIN sources_sourcelink lp ON lp.source_id = %(source)s AND lp.entity = 'person' AND lp.key = s.person_id
  LEFT JOIN matched mp ON mp.entity = 'person' AND mp.key = s.person_id
  LEFT JOIN sources_sourcelink lg ON lg.source_id = %(source)s AND lg.entity = 'group' AND lg.key = s.group_id
  LEFT JOIN matched mg ON mg.entity = 'group' AND mg.key = s.group_id
  JOIN register_groupmembership t ON t.person_id = coalesce(lp.root_id, mp.root_id)
   AND t.group_id = coalesce(lg.root_id, mg.root_id)
   AND coalesce(t.end_date, 'infinity') >= s.start_date AND t.start_date <= coalesce(s.end_date, 'infinity')
"""
_ARE_MEMBERSHIPS_SHARED = """
SELECT EXISTS (SELECT FROM sources_contribution WHERE entity = 'membership')
    OR EXISTS (SELECT FROM sources_source f WHERE f.id <> %(source)s AND EXISTS (
         SELECT FROM sources_sourcelink l WHERE l.source_id = f.id AND l.entity = 'membership'))
"""


def open_matched(cursor: psycopg.Cursor[Any]) -> None:
    """Make the empty temporary table `matched`: entity, key, the root id that the key is recognised as."""
    cursor.execute("DROP TABLE IF EXISTS matched")
    cursor.execute(_OPEN)
    # What is joined below was filled a moment ago: without statistics PostgreSQL takes it for a handful of rows. How
    # many there are is what matters: a sample of 3,000 rows tells, and a tenth of the time.
    cursor.execute("SET LOCAL default_statistics_target = 10")
    cursor.execute("ANALYZE difference, stage_person, stage_organisation, stage_duty, matched")
    cursor.execute("SET LOCAL default_statistics_target TO DEFAULT")


def by_number(cursor: psycopg.Cursor[Any], *, source_id: UUID) -> None:
    """Recognise persons by number; all there is to do where there is one source, which may have given a new key."""
    _take(cursor, Entity.PERSON, _BY_NUMBER, source_id)


def among_sources(cursor: psycopg.Cursor[Any], *, source_id: UUID) -> None:
    """Recognise whatever another source delivers. After `by_number`, since a number is the surest."""
    for entity in MASTERED:
        _take(cursor, entity, _BY_KEY, source_id)
    _take(cursor, Entity.ORGANISATION, _BY_UNIT_CODE, source_id)
    _take(cursor, Entity.ORGANISATION, _BY_ORGANISATION_NUMBER, source_id)
    _take(cursor, Entity.PERSON, _BY_EPPN, source_id)
    _take(cursor, Entity.DUTY, _BY_PLACE, source_id)


def are_memberships_shared(cursor: psycopg.Cursor[Any], *, source_id: UUID) -> bool:
    """Whether another source delivers memberships, or has: one asks for a million of them only where it has to."""
    row = cursor.execute(_ARE_MEMBERSHIPS_SHARED, {"source": source_id}).fetchone()
    return bool(row and row[0])


def memberships(cursor: psycopg.Cursor[Any], *, source_id: UUID) -> None:
    """Recognise who is in a group already, by another source. After `among_sources`."""
    _take(cursor, Entity.MEMBERSHIP, _BY_MEMBER, source_id)


def recognised(cursor: psycopg.Cursor[Any]) -> int:
    """How many persons were recognised."""
    cursor.execute("SELECT count(*) FROM matched WHERE entity = 'person'")
    row = cursor.fetchone()
    return 0 if row is None else int(row[0])


def _take(cursor: psycopg.Cursor[Any], entity: Entity, found: str, source_id: UUID) -> None:
    names = {"entity": entity.value}
    statement = _TAKE.format(
        **names,
        found=found.format(**names),
        has_no_other=_HAS_NO_OTHER.format(**names, root="f.root_id"),
    )
    cursor.execute(statement, {"source": source_id})
