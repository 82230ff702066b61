"""What follows from the answers, set by set: markings to take up, and an outcome per person and kind.

Of somebody whose identity is protected, there or here, nothing comes out but what protects them or has to be decided.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

import orjson
import psycopg
from psycopg.types.json import Jsonb

from kateder.core import db
from kateder.core.identifiers import search_key
from kateder.protocols.population import Batch, Departure, PopulationRecord
from kateder.protocols.ss12000.school_years import AGE_AT_START, COMPULSORY_YEARS, autumn_of
from kateder.sources.population.models import OutcomeKind

COLUMNS = (
    "number", "marking", "given_name", "middle_name", "family_name", "municipality", "street", "care_of",
    "postal_code", "city", "departure", "refers_to", "former", "born",
)  # fmt: skip
LAST_SCHOOL_AGE = 20
"""Markings of numbers that nobody here has are kept for children and young people only: they may come to a school."""

_TABLES = """
CREATE TEMP TABLE population (
  number text COLLATE "C" PRIMARY KEY, marking text, given_name text, middle_name text, family_name text,
  municipality text, street text, care_of text, postal_code text, city text, departure text, refers_to text,
  former text[], born integer
) ON COMMIT DROP;
CREATE TEMP TABLE unknown (number text COLLATE "C" PRIMARY KEY) ON COMMIT DROP;
CREATE TEMP TABLE outcome (
  kind text, civic_no text, person_id uuid, unit_id uuid, name text DEFAULT '', address text DEFAULT '',
  details jsonb DEFAULT '{}'
) ON COMMIT DROP
"""
# Everybody here with a number, where they go to school if they do, and whether they are protected here.
_KNOWN = """
CREATE TEMP TABLE known ON COMMIT DROP AS
SELECT p.id, p.civic_no, p.given_name, p.middle_name, p.family_name, p.addresses, e.unit_id,
       p.security_marking <> 'Ingen' OR (p.local_protection AND
         (p.local_protection_until IS NULL OR p.local_protection_until >= %(today)s)) AS is_protected
  FROM register_person p LEFT JOIN LATERAL (
    SELECT e.enroled_at_id AS unit_id FROM register_enrolment e
     WHERE e.person_id = p.id AND NOT e.cancelled AND e.school_type <> 'FTH'
       AND e.start_date <= %(today)s AND (e.end_date IS NULL OR e.end_date >= %(today)s)
     ORDER BY e.start_date, e.id LIMIT 1) e ON true
 WHERE p.civic_no_kind IN ('personal', 'coordination')
"""
_UNMARKED = "coalesce(n.marking, 'Ingen') = 'Ingen' AND NOT k.is_protected"
_HERE = "n.departure IS NULL AND n.refers_to = ''"
_OUTCOMES: Mapping[OutcomeKind, str] = {
    OutcomeKind.ELSEWHERE: f"""
SELECT k.civic_no, k.id, k.unit_id, '', '', jsonb_build_object('municipality', n.municipality)
  FROM known k JOIN population n ON n.number = k.civic_no
 WHERE k.unit_id IS NOT NULL AND {_UNMARKED} AND {_HERE}
   AND n.municipality <> '' AND n.municipality <> ALL(%(municipalities)s)
""",
    OutcomeKind.NOT_ENROLLED: f"""
SELECT n.number, k.id, NULL::uuid, concat_ws(' ', n.given_name, n.family_name),
       concat_ws(', ', nullif(n.care_of, ''), nullif(n.street, ''), nullif(concat_ws(' ', n.postal_code, n.city), '')),
       jsonb_build_object('born', n.born)
  FROM population n LEFT JOIN known k ON k.civic_no = n.number
 WHERE %(tells_of_others)s AND n.born BETWEEN %(oldest)s AND %(youngest)s AND {_HERE}
   AND n.marking = 'Ingen' AND NOT coalesce(k.is_protected, false)
   AND n.municipality = ANY(%(municipalities)s) AND k.unit_id IS NULL
   AND NOT EXISTS (SELECT 1 FROM known o WHERE o.civic_no = ANY(n.former) AND o.unit_id IS NOT NULL)
""",
    OutcomeKind.DEPARTED: """
SELECT k.civic_no, k.id, k.unit_id, '', '', jsonb_build_object('departure', n.departure)
  FROM known k JOIN population n ON n.number = k.civic_no
 WHERE n.departure IS NOT NULL AND n.departure <> 'new_number' AND n.refers_to = ''
""",
    OutcomeKind.NUMBER: """
SELECT k.civic_no, k.id, k.unit_id, '', '', jsonb_build_object('number', n.refers_to)
  FROM known k JOIN population n ON n.number = k.civic_no AND n.refers_to <> ''
 UNION
SELECT k.civic_no, k.id, k.unit_id, '', '', jsonb_build_object('number', n.number)
  FROM population n CROSS JOIN LATERAL unnest(n.former) f (number)
  JOIN known k ON k.civic_no = f.number AND k.civic_no <> n.number
""",
    OutcomeKind.NOT_FOUND: """
SELECT k.civic_no, k.id, k.unit_id, '', '', '{}'::jsonb FROM unknown u JOIN known k ON k.civic_no = u.number
""",
    OutcomeKind.UNMARKED: """
SELECT k.civic_no, k.id, k.unit_id, '', '', '{}'::jsonb
  FROM known k JOIN register_person p ON p.id = k.id JOIN population n ON n.number = k.civic_no
 WHERE p.security_marking <> 'Ingen' AND n.marking = 'Ingen'
""",
}
_NAMES = f"""
SELECT k.civic_no, k.id, k.unit_id, k.given_name, k.middle_name, k.family_name, k.addresses::text,
       n.given_name, n.middle_name, n.family_name, n.street, n.postal_code, n.city
  FROM known k JOIN population n ON n.number = k.civic_no
 WHERE k.unit_id IS NOT NULL AND {_UNMARKED} AND {_HERE} AND n.given_name <> ''
"""
_COUNTS = f"""
SELECT k.unit_id::text, count(*) FROM known k JOIN population n ON n.number = k.civic_no
 WHERE k.unit_id IS NOT NULL AND {_HERE} AND (n.municipality = ANY(%(municipalities)s)
   OR coalesce(n.marking, 'Ingen') <> 'Ingen')
 GROUP BY 1
"""


def lay_out(cursor: psycopg.Cursor[Any], batch: Batch, *, today: date) -> None:
    """Put the answers and what our register has beside each other, in temporary tables."""
    cursor.execute(_TABLES)
    db.copy_rows(cursor, "population", COLUMNS, map(_row, batch.records))
    db.copy_rows(cursor, "unknown", ["number"], [(number,) for number in dict.fromkeys(batch.unknown)])
    cursor.execute(_KNOWN, {"today": today})
    cursor.execute("CREATE INDEX ON known (civic_no); ANALYZE known; ANALYZE population")


def find_marks(cursor: psycopg.Cursor[Any], *, today: date) -> int:
    """Put the markings to keep in `marked`; gives how many people here would be newly protected, or protected more."""
    cursor.execute(
        "CREATE TEMP TABLE marked ON COMMIT DROP AS SELECT n.number AS civic_no, n.marking FROM population n"
        " WHERE n.marking <> 'Ingen' AND (n.born >= %s OR EXISTS (SELECT 1 FROM known k WHERE k.civic_no = n.number))",
        [today.year - LAST_SCHOOL_AGE],
    )
    cursor.execute(
        "SELECT count(*) FROM marked m JOIN register_person p ON p.civic_no = m.civic_no"
        " WHERE p.security_marking = 'Ingen'"
    )
    row = cursor.fetchone()
    return row[0] if row else 0


def find_outcomes(
    cursor: psycopg.Cursor[Any], *, municipalities: Sequence[str], tells_of_others: bool, today: date
) -> None:
    """Fill `outcome` with what follows for each person. Call before the markings are taken up."""
    autumn = autumn_of(today)
    values = {
        "municipalities": list(municipalities),
        "tells_of_others": tells_of_others,
        "youngest": autumn - AGE_AT_START,
        "oldest": autumn - AGE_AT_START - COMPULSORY_YEARS + 1,
    }
    for kind, select in _OUTCOMES.items():
        cursor.execute(
            "INSERT INTO outcome (kind, civic_no, person_id, unit_id, name, address, details)"
            f" SELECT DISTINCT ON (o.civic_no) '{kind.value}', o.* FROM ({select})"
            " o (civic_no, person_id, unit_id, name, address, details) ORDER BY o.civic_no",
            values,
        )
    cursor.execute(
        "INSERT INTO outcome (kind, civic_no, person_id, unit_id)"
        f" SELECT '{OutcomeKind.MARKED.value}', k.civic_no, k.id, k.unit_id FROM marked m"
        " JOIN known k ON k.civic_no = m.civic_no JOIN register_person p ON p.id = k.id"
        " WHERE p.security_marking = 'Ingen'"
    )
    _find_differences(cursor)


def enrolled_here(cursor: psycopg.Cursor[Any], *, municipalities: Sequence[str]) -> dict[str, int]:
    """How many pupils of each school unit (root id) are registered here, or protected, as one has to expect."""
    cursor.execute(_COUNTS, {"municipalities": list(municipalities)})
    return dict(cursor.fetchall())


def _row(record: PopulationRecord) -> tuple[object, ...]:
    address = record.address
    return (
        record.number, record.marking.value if record.marking else None, record.given_name, record.middle_name,
        record.family_name, record.municipality, address.street if address else "",
        address.care_of if address else "", address.postal_code.replace(" ", "") if address else "",
        address.city if address else "", _departure(record.departure), record.refers_to, list(record.former),
        int(record.number[:4]),
    )  # fmt: skip


def _departure(departure: Departure | None) -> str | None:
    return departure.value if departure else None


def _find_differences(cursor: psycopg.Cursor[Any]) -> None:
    cursor.execute(_NAMES)
    found = []
    for civic_no, person_id, unit_id, given, middle, family, addresses, *there in cursor.fetchall():
        details = differences(given, middle, family, orjson.loads(addresses), *there)
        if details:
            found.append((OutcomeKind.DIFFERS.value, civic_no, person_id, unit_id, Jsonb(details)))
    db.copy_rows(cursor, "outcome", ("kind", "civic_no", "person_id", "unit_id", "details"), found)


def differences(
    given: str, middle: str | None, family: str, addresses: Collection[Mapping[str, object]],
    there_given: str, there_middle: str, there_family: str, street: str, postal_code: str, city: str,
) -> dict[str, list[str]]:  # fmt: skip
    """What differs, as [here, there] by name of what. A name in daily use is one of the given names, not another."""
    found = {}
    if not _words(given) <= _words(there_given):
        found["given_name"] = [given, there_given]
    names = {search_key(there_family), search_key(f"{there_middle} {there_family}")}
    if search_key(family) not in names and search_key(f"{middle or ''} {family}") not in names:
        found["family_name"] = [family, there_family]
    ours = [one for one in addresses if one.get("type") in {None, "Folkbokföring", "Folkbokföringsadress"}]
    if ours and postal_code and all(_address(one) != search_key(f"{street}{postal_code}") for one in ours):
        one = ours[0]
        here = f"{one.get('streetAddress') or ''}, {one.get('postalCode') or ''} {one.get('locality') or ''}"
        found["address"] = [here.strip(", "), f"{street}, {postal_code} {city}"]
    return found


def _words(name: str) -> set[str]:
    return {search_key(word) for word in name.replace("-", " ").split()}


def _address(address: Mapping[str, object]) -> str:
    return search_key(f"{address.get('streetAddress') or ''}{address.get('postalCode') or ''}")
