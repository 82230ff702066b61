"""Protected identities whose protection is about to end, or that the register's own free text gives away."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_noop

from kateder.core.models import Severity
from kateder.core.quality import Rule
from kateder.register.quality.grounds import holds

_PROTECTED = """
(p.security_marking <> 'Ingen'
 OR (p.local_protection AND (p.local_protection_until IS NULL OR p.local_protection_until >= %(today)s)))
"""


def rules() -> Iterator[Rule]:
    """Local protection that ends, and names of protected people in names of groups and activities."""
    yield Rule(
        code="protection.ends",
        title=gettext_noop("Protection that ends"),
        message=gettext_noop("The authority's own protection ends on {day}. After that services are told again."),
        remedy=gettext_noop("Decide before then whether it goes on, and set a new last day."),
        subject_type="person",
        owner="office",
        select="""
SELECT p.id, '', h.unit_id, jsonb_build_object('day', p.local_protection_until)
  FROM register_person p LEFT JOIN home h ON h.person_id = p.id
 WHERE p.local_protection AND p.security_marking = 'Ingen'
   AND p.local_protection_until BETWEEN %(today)s AND %(today)s::date + 30
""",
    )
    yield Rule(
        code="protection.name_in_group",
        title=gettext_noop("Groups named after somebody with a protected identity"),
        message=gettext_noop("The name of the group holds the name of a member whose identity is protected."),
        remedy=gettext_noop("Rename the group in the school system. Services are given an alias meanwhile."),
        subject_type="group",
        owner="school",
        severity=Severity.ERROR,
        select=f"""
SELECT DISTINCT g.id, '', g.organisation_id, '{{}}'::jsonb
  FROM register_person p
  JOIN register_groupmembership m ON m.person_id = p.id AND {holds("m")}
  JOIN register_group g ON g.id = m.group_id AND {holds("g")}
 WHERE {_PROTECTED}
   AND (position(lower(p.family_name) IN lower(g.display_name)) > 0
        OR (length(p.given_name) > 2 AND lower(p.given_name) = ANY(
              regexp_split_to_array(lower(g.display_name), '[^a-zåäöé]+'))))
""",
    )
    yield Rule(
        code="protection.private_address",
        title=gettext_noop("Contact details of protected people"),
        message=gettext_noop("The person's identity is protected, and the register holds telephone numbers."),
        remedy=gettext_noop(
            "Remove private contact details in the system that they come from. They are never sent anywhere, but what "
            "is not there cannot leak."
        ),
        subject_type="person",
        owner="school",
        select=f"""
SELECT p.id, '', h.unit_id, '{{}}'::jsonb
  FROM register_person p JOIN home h ON h.person_id = p.id
 WHERE {_PROTECTED} AND cardinality(p.phone_numbers) > 0
""",
    )
