"""People without what an account needs: a user name (EPPN), an e-mail address."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_noop

from kateder.core.models import Severity
from kateder.core.quality import Rule

_WITHOUT = """
SELECT h.person_id, '', h.unit_id, '{{}}'::jsonb FROM home h JOIN register_person p ON p.id = h.person_id
 WHERE {whom} AND cardinality(p.{column}) = 0
"""


def rules() -> Iterator[Rule]:
    """Pupils and staff without user names, staff without e-mail."""
    yield Rule(
        code="person.eppn_missing",
        title=gettext_noop("Nobody can sign in without a user name"),
        message=gettext_noop("The person has no user name (EPPN) and cannot sign in."),
        remedy=gettext_noop(
            "Create the account in the directory. It comes here the next time the directory or the school system "
            "is read."
        ),
        subject_type="person",
        owner="it",
        severity=Severity.ERROR,
        select=_WITHOUT.format(whom="true", column="edu_person_principal_names"),
    )
    yield Rule(
        code="person.email_missing",
        title=gettext_noop("Staff without an e-mail address"),
        message=gettext_noop("The member of staff has no e-mail address."),
        remedy=gettext_noop(
            "Enter the work address in the HR system, or let the directory deliver it. Private addresses do not "
            "belong here."
        ),
        subject_type="person",
        owner="hr",
        select=_WITHOUT.format(whom="h.is_staff", column="emails"),
    )
