"""Rules that need to know who is entitled: assignments to what is gone, and licences that nobody can use."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_noop

from kateder.core import quality
from kateder.core.models import Severity
from kateder.core.quality import Rule

_TABLES = {"person": "register_person", "group": "register_group", "unit": "register_organisation"}


def add_rules() -> None:
    """Let these rules be asked in every sweep."""
    quality.add(*_rules())


def _rules() -> Iterator[Rule]:
    gone = " OR ".join(
        f"(a.kind = '{kind}' AND NOT EXISTS (SELECT 1 FROM {table} t WHERE t.id = a.subject_id))"
        for kind, table in _TABLES.items()
    )
    yield Rule(
        code="licences.assigned_to_nobody",
        title=gettext_noop("Resources handed out to something that is gone"),
        message=gettext_noop("Whom or what it is handed out to is no longer in the register."),
        remedy=gettext_noop("Take it back, and hand it out to the class or school that came instead."),
        subject_type="assignment",
        owner="school",
        severity=Severity.INFO,
        select=f"""
SELECT a.id, '', NULL::uuid, jsonb_build_object('kind', a.kind) FROM licences_assignment a
 WHERE (a.end_date IS NULL OR a.end_date >= %(today)s) AND a.start_date <= %(today)s AND ({gone})
""",
    )
    yield Rule(
        code="licences.group_ended",
        title=gettext_noop("Resources handed out to groups that have ended"),
        message=gettext_noop("The group has ended, and what was handed out to it reaches nobody."),
        remedy=gettext_noop("Hand it out to the new class, on the class page."),
        subject_type="group",
        owner="school",
        severity=Severity.INFO,
        select="""
SELECT DISTINCT g.id, '', g.organisation_id, '{}'::jsonb
  FROM licences_assignment a JOIN register_group g ON a.kind = 'group' AND g.id = a.subject_id
 WHERE g.end_date < %(today)s AND a.start_date <= %(today)s AND (a.end_date IS NULL OR a.end_date >= %(today)s)
""",
    )
