"""Temporary tables that several rules stand on, made once for each sweep."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final


def holds(table: str) -> str:
    """That a row's dates hold today: inclusive, a missing day is open (domain rule 1)."""
    start, end = f"{table}.start_date", f"{table}.end_date"
    return f"({start} IS NULL OR {start} <= %(today)s) AND ({end} IS NULL OR {end} >= %(today)s)"


def to_come(table: str) -> str:
    """That a row holds today or later."""
    return f"({table}.end_date IS NULL OR {table}.end_date >= %(today)s)"


# Everybody who is a pupil or on the staff today, each once, with the unit on whose list they stand.
_HOME = f"""
SELECT DISTINCT ON (person_id) person_id, unit_id, is_pupil, is_staff
  FROM (
    SELECT places.*, bool_or(pupil) OVER one AS is_pupil, bool_or(staff) OVER one AS is_staff
      FROM (
        SELECT e.person_id, e.enroled_at_id AS unit_id, true AS pupil, false AS staff, e.school_type = 'FTH' AS beside,
               e.start_date
          FROM register_enrolment e WHERE NOT e.cancelled AND {holds("e")}
         UNION ALL
        SELECT d.person_id, d.duty_at_id, false, true, false, d.start_date FROM register_duty d WHERE {holds("d")}
      ) places
     WINDOW one AS (PARTITION BY person_id)
  ) known
  JOIN register_person p ON p.id = known.person_id AND p.person_status = 'Aktiv'
 ORDER BY person_id, staff, beside, start_date, unit_id
"""
# The enrolments of today, leisure-time centres apart: they are beside a school, not one.
_SCHOOLING = f"""
SELECT e.id, e.person_id, e.enroled_at_id AS unit_id, e.school_type, e.school_year
  FROM register_enrolment e WHERE NOT e.cancelled AND e.school_type <> 'FTH' AND {holds("e")}
"""
# Who is in which class today. Other groups are many times more, and no rule needs them one by one.
_CLASSED = f"""
SELECT m.person_id, m.group_id, g.organisation_id AS unit_id
  FROM register_groupmembership m
  JOIN register_group g ON g.id = m.group_id AND g.group_type = 'Klass' AND {holds("g")}
 WHERE {holds("m")}
"""
# User names that may tell the name: where the first three letters of a name stand in it. Names are written as people
# write them there: å and ä become a, ö becomes o (the keys hold them as {, | and }).
_SUSPECT = """
SELECT n.person_id, n.unit_id, n.is_pupil, n.local, n.names
  FROM (SELECT h.person_id, h.unit_id, h.is_pupil, lower(split_part(eppn, '@', 1)) AS local,
               string_to_array(translate(p.sort_key, '{|}', 'aao'), ' ') AS names
          FROM home h JOIN register_person p ON p.id = h.person_id
         CROSS JOIN LATERAL unnest(p.edu_person_principal_names) AS eppn) n
 WHERE EXISTS (SELECT 1 FROM unnest(n.names) AS name
                WHERE length(name) >= 3 AND position(left(name, 3) IN n.local) > 0)
"""

GROUNDS: Final[Mapping[str, str]] = {"home": _HOME, "schooling": _SCHOOLING, "classed": _CLASSED, "suspect": _SUSPECT}
