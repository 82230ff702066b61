"""The same person twice: the same number, or the same name and date of birth (only ever a suggestion)."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_noop

from kateder.core.models import Severity
from kateder.core.quality import Rule

# One finding per person of the pair or flock; `other` is one of the others, for the page to link to.
_SAME = """
SELECT p.id, '', h.unit_id, jsonb_build_object('other', other.id, 'count', p.twins - 1)
  FROM (SELECT id, {key}, count(*) OVER ({by}) AS twins,
               lead(id) OVER ({by} ORDER BY id) AS later, first_value(id) OVER ({by} ORDER BY id) AS first
          FROM register_person WHERE {when}) p
  CROSS JOIN LATERAL (SELECT coalesce(p.later, p.first) AS id) other
  LEFT JOIN home h ON h.person_id = p.id
 WHERE p.twins > 1
"""


def rules() -> Iterator[Rule]:
    """Duplicates by number, and by name and date of birth."""
    yield Rule(
        code="person.number_shared",
        title=gettext_noop("Several people with the same personal number"),
        message=gettext_noop("Another person in the register has the same personal number."),
        remedy=gettext_noop(
            "If it is the same person, let IT merge the two. If not, correct the number in the system where it is "
            "wrong."
        ),
        subject_type="person",
        owner="it",
        severity=Severity.ERROR,
        select=_SAME.format(
            key="civic_no",
            by="PARTITION BY civic_no",
            when="civic_no IS NOT NULL AND civic_no_kind IS DISTINCT FROM 'temporary'",
        ),
    )
    yield Rule(
        code="person.same_name_and_birth",
        title=gettext_noop("Maybe the same person twice"),
        message=gettext_noop("Another person has the same name and was born on the same day."),
        remedy=gettext_noop(
            "Look whether it is the same person. If so, let IT merge the two; accounts and history are kept. "
            "Otherwise put the finding off with the reason."
        ),
        subject_type="person",
        owner="school",
        # Two with a valid number each are two people: nobody has two.
        select=_SAME.format(
            key="sort_key, birth_date",
            by="PARTITION BY sort_key, birth_date",
            when="birth_date IS NOT NULL AND person_status = 'Aktiv'",
        )
        + " AND EXISTS (SELECT 1 FROM register_person a WHERE a.sort_key = p.sort_key"
        " AND a.birth_date = p.birth_date AND (a.civic_no IS NULL OR a.civic_no_kind <> 'personal'))",
    )
