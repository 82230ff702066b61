"""Rules that need to know what services have confirmed: protected identities where they should not be, old freezes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext_noop

from kateder.core import quality
from kateder.core.findings import NewFinding
from kateder.core.models import Severity
from kateder.core.quality import Rule
from kateder.provisioning.models import Freeze

_PROTECTED = """
(p.security_marking <> 'Ingen'
 OR (p.local_protection AND (p.local_protection_until IS NULL OR p.local_protection_until >= %(today)s)))
"""
# What a target has acknowledged of people who are protected today.
_HELD = f"""
SELECT DISTINCT p.id AS person_id, s.id AS service_id, s.name, h.unit_id
  FROM register_person p
  JOIN provisioning_targetobject o ON o.root_id = p.id AND o.resource_type = 'User' AND o.content_hash IS NOT NULL
  JOIN provisioning_target t ON t.id = o.target_id
  JOIN catalogue_service s ON s.id = t.service_id
  LEFT JOIN governance_releasepolicy policy ON policy.service_id = s.id
  LEFT JOIN home h ON h.person_id = p.id
 WHERE {_PROTECTED} AND {{which}}
"""
_ROW = """
SELECT person_id, service_id::text, unit_id, jsonb_build_object('service', name, 'service_id', service_id)
  FROM ({held}) held
"""


def add_rules() -> None:
    """Let these rules be asked in every sweep."""
    quality.add(*_rules())


def _rules() -> Iterator[Rule]:
    yield Rule(
        code="protection.reached_service",
        title=gettext_noop("Protected identities that have reached a service"),
        message=gettext_noop(
            "The person has an account at {service}, which may know nothing of people with protected identities."
        ),
        remedy=gettext_noop(
            "Deliver to the service now: the removal goes first and is never held. If the account stays, ask the "
            "provider to confirm in writing that it is removed, and report an incident."
        ),
        subject_type="person",
        owner="it",
        severity=Severity.ERROR,
        select=_ROW.format(held=_HELD.format(which="coalesce(policy.protected_rule, 'none') = 'none'")),
    )
    yield Rule(
        code="protection.told_before",
        title=gettext_noop("Protected identities that a service knew before"),
        message=gettext_noop(
            "{service} was told about the person before the identity was protected, and has not confirmed the change."
        ),
        remedy=gettext_noop("Deliver to the service now. The account is changed to a school alias, or removed, first."),
        subject_type="person",
        owner="it",
        severity=Severity.ERROR,
        select=_ROW.format(
            held=_HELD.format(
                which="policy.protected_rule = 'alias' AND (o.intent <> '' OR o.failure <> '' OR EXISTS ("
                "SELECT 1 FROM register_historyentry e JOIN register_changeset c ON c.id = e.changeset_id"
                " WHERE e.root_id = p.id AND e.entity = 'person' AND c.at > o.acknowledged_at"
                " AND e.before ->> 'security_marking' = 'Ingen' AND e.before -> 'local_protection' = 'false'::jsonb))"
            )
        ),
    )
    yield Rule(
        code="provisioning.frozen",
        title=gettext_noop("Deliveries that are still frozen"),
        message=gettext_noop(
            "Deliveries to {service} have been held back since {day}, and the day of the reminder has come."
        ),
        remedy=gettext_noop("Release the rollover, or let the deliveries go."),
        subject_type="target",
        owner="it",
        find=_frozen,
    )


def _frozen(today: date) -> Iterator[NewFinding]:
    rule = quality.rules()["provisioning.frozen"]
    for one in Freeze.objects.filter(ended_at=None, remind_date__lte=today).select_related("target__service"):
        yield NewFinding(
            rule=rule.code,
            subject_type=rule.subject_type,
            subject_id=str(one.target_id),
            message=rule.message,
            remedy=rule.remedy,
            severity=rule.severity,
            owner=rule.owner,
            params={"service": one.target.service.name, "day": one.begun_at.date().isoformat()},
        )
