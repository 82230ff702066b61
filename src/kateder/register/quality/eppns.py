"""User names (EPPN): unlike any other field, they follow a person into every system that signs in with them."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_noop

from kateder.core.models import Severity
from kateder.core.quality import Rule

# A whole name as a word of its own, a long name inside, or the usual beginnings of two names together.
_TELLS_NAME = """
SELECT DISTINCT n.person_id, '', n.unit_id, '{{}}'::jsonb FROM suspect n
 WHERE {whom} AND (
   EXISTS (SELECT 1 FROM unnest(n.names) AS name
            WHERE (length(name) >= 5 AND position(name IN n.local) > 0)
               OR (length(name) >= 3 AND name = ANY(regexp_split_to_array(n.local, '[^a-zåäö]+'))))
   OR EXISTS (SELECT 1 FROM unnest(n.names) AS one, unnest(n.names) AS other
               WHERE one <> other AND length(one) >= 3 AND length(other) >= 3
                 AND (position(left(one, 3) || left(other, 3) IN n.local) > 0
                      OR position(one || left(other, 2) IN n.local) > 0)))
"""
_HOLDS_NUMBER = """
SELECT DISTINCT h.person_id, '', h.unit_id, '{}'::jsonb
  FROM home h JOIN register_person p ON p.id = h.person_id
 CROSS JOIN LATERAL (SELECT lower(split_part(eppn, '@', 1)) AS local
                       FROM unnest(p.edu_person_principal_names) AS eppn) n
 WHERE (p.birth_date IS NOT NULL AND position(to_char(p.birth_date, 'YYMMDD') IN n.local) > 0)
    OR (p.civic_no IS NOT NULL AND position(right(p.civic_no, 10) IN n.local) > 0)
    OR n.local ~ '(^|[^0-9a-f])([0-9]{2})?[0-9]{2}(0[1-9]|1[0-2])[0-9]{2}[-+]?([0-9]{4}|t[f0-9])'
"""
_OPAQUE = gettext_noop(
    "Give new people user names that say nothing (letters and digits by chance). Change existing ones only with a "
    "plan: whoever signs in with the name becomes somebody else to services that know it."
)


def rules() -> Iterator[Rule]:
    """User names that tell a number or a name, that several have, or that have no domain."""
    yield Rule(
        code="person.eppn_number",
        title=gettext_noop("User names that hold a personal number or a date of birth"),
        message=gettext_noop("The user name (EPPN) holds a personal number or a date of birth."),
        remedy=_OPAQUE,
        subject_type="person",
        owner="it",
        severity=Severity.ERROR,
        select=_HOLDS_NUMBER,
    )
    for code, whom, severity in (
        ("person.eppn_name", "n.is_pupil", Severity.WARNING),
        ("person.eppn_name_staff", "NOT n.is_pupil", Severity.INFO),
    ):
        yield Rule(
            code=code,
            title=gettext_noop("Pupils' user names that tell the name")
            if severity is Severity.WARNING
            else gettext_noop("Staff's user names that tell the name"),
            message=gettext_noop("The user name (EPPN) tells the person's name."),
            remedy=_OPAQUE,
            subject_type="person",
            owner="it",
            severity=severity,
            select=_TELLS_NAME.format(whom=whom),
        )
    yield Rule(
        code="person.eppn_shared",
        title=gettext_noop("User names that several people have"),
        message=gettext_noop("Another person has the same user name (EPPN): nobody can sign in with it."),
        remedy=gettext_noop("Give one of them another user name in the directory, or merge them if they are one."),
        subject_type="person",
        owner="it",
        severity=Severity.ERROR,
        select="""
WITH held AS (SELECT p.id, lower(eppn) AS eppn FROM register_person p
                CROSS JOIN LATERAL unnest(p.edu_person_principal_names) AS eppn)
SELECT DISTINCT ON (one.id) one.id, '', h.unit_id,
       jsonb_build_object('other', CASE WHEN one.id::text = one.other THEN one.last ELSE one.other END)
  FROM (SELECT id, eppn, min(id::text) OVER same AS other, max(id::text) OVER same AS last FROM held
        WINDOW same AS (PARTITION BY eppn)) one
  LEFT JOIN home h ON h.person_id = one.id
 WHERE one.other <> one.last
""",
    )
    yield Rule(
        code="person.eppn_form",
        title=gettext_noop("User names without a domain"),
        message=gettext_noop("The user name is not an EPPN: it lacks the part from @."),
        remedy=gettext_noop("Let the directory deliver the whole name, such as ab12cd@edu.kommun.se."),
        subject_type="person",
        owner="it",
        select="""
SELECT h.person_id, '', h.unit_id, '{}'::jsonb FROM home h JOIN register_person p ON p.id = h.person_id
 WHERE EXISTS (SELECT 1 FROM unnest(p.edu_person_principal_names) AS eppn
                WHERE eppn !~ '^[^@[:space:]]+@[^@[:space:]]+[.][^@[:space:]]+$')
""",
    )
