"""Outcomes as they are kept: since when, and what somebody has decided, until they are so no longer."""

from __future__ import annotations

from datetime import date
from typing import Any

import psycopg

from kateder.core.tenancy import current_authority_id
from kateder.sources.population.models import OutcomeKind, PopulationRegister

# What only a person ends, by saying what they have done about it.
LASTING = (OutcomeKind.MARKED.value,)

_STORE = """
INSERT INTO sources_populationoutcome
  (id, authority_id, register_id, kind, civic_no, person_id, unit_id, name, address, details, since_date,
   decision, decided_by)
SELECT gen_random_uuid(), %(authority)s, %(register)s, kind, civic_no, person_id, unit_id, name, address, details,
       %(today)s, '', '' FROM outcome
ON CONFLICT (register_id, kind, civic_no) DO UPDATE SET
  person_id = excluded.person_id, unit_id = excluded.unit_id, name = excluded.name, address = excluded.address,
  details = excluded.details,
  -- Something else than what was decided about: it is new again.
  since_date = CASE WHEN same THEN sources_populationoutcome.since_date ELSE excluded.since_date END,
  decision = CASE WHEN same THEN sources_populationoutcome.decision ELSE '' END,
  decided_by = CASE WHEN same THEN sources_populationoutcome.decided_by ELSE '' END,
  decided_at = CASE WHEN same THEN sources_populationoutcome.decided_at END
""".replace("same", "sources_populationoutcome.details = excluded.details")
_GONE = """
DELETE FROM sources_populationoutcome s
 WHERE s.register_id = %(register)s AND NOT s.kind = ANY(%(lasting)s)
   AND NOT EXISTS (SELECT 1 FROM outcome o WHERE o.kind = s.kind AND o.civic_no = s.civic_no)
   AND (%(whole)s OR s.civic_no IN (SELECT number FROM population UNION SELECT number FROM unknown))
"""


def store(cursor: psycopg.Cursor[Any], register: PopulationRegister, *, whole: bool, today: date) -> None:
    """Keep what `outcome` holds. Of who is not in an answer that is not whole, nothing is known."""
    names = {
        "authority": current_authority_id(),
        "register": register.pk,
        "today": today,
        "whole": whole,
        "lasting": list(LASTING),
    }
    cursor.execute(_STORE, names)
    cursor.execute(_GONE, names)
