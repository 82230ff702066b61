"""How many findings there were each day, per rule and school unit."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Sum

from kateder.core import db
from kateder.core.models import FindingCount
from kateder.core.tenancy import current_authority_id

KEPT_DAYS = 800


def count(*, today: date) -> None:
    """Keep the counts of today's open findings, in place of those kept earlier today."""
    FindingCount.objects.filter(day=today).delete()
    with db.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_findingcount (id, authority_id, day, unit_id, rule, owner, severity, open)"
            " SELECT gen_random_uuid(), %(authority)s, %(today)s, unit_id, rule, owner, severity, count(*)"
            " FROM core_finding WHERE closed_at IS NULL GROUP BY unit_id, rule, owner, severity",
            {"authority": current_authority_id(), "today": today},
        )


def per_day(
    *, last: date, days: int, unit_ids: Collection[UUID] | None = None, rule: str | None = None
) -> Mapping[date, int]:
    """How many were open on each counted day of the latest `days`; of some units, or one rule, where given.

    A day on which nobody counted is absent.
    """
    counted = FindingCount.objects.filter(day__gt=last - timedelta(days=days), day__lte=last)
    if unit_ids is not None:
        counted = counted.filter(unit_id__in=unit_ids)
    if rule is not None:
        counted = counted.filter(rule=rule)
    return dict(counted.values_list("day").annotate(open=Sum("open")).order_by("day"))


def forget_old(*, today: date) -> int:
    """Remove counts that nobody compares with any more; gives how many."""
    gone, _by_model = FindingCount.objects.filter(day__lt=today - timedelta(days=KEPT_DAYS)).delete()
    return gone
