"""Which targets a delivery is due at, and why."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from kateder.core import feed
from kateder.core.models import Authority, Plan, PlanState
from kateder.core.tenancy import current_authority_id
from kateder.provisioning.models import DeliveryRun, RunState, Target, TargetState
from kateder.provisioning.planning.comparing import KIND

GOING = (TargetState.ACTIVE, TargetState.EMPTYING)


def moved(*, now: datetime) -> list[UUID]:
    """Give the active targets whose last run did not know all of the feed, the one that is furthest behind first."""
    if Authority.objects.filter(id=current_authority_id(), paused_at__isnull=False).exists():
        return []
    behind = _awake(now).filter(delivered_position__lt=feed.position())
    return list(behind.order_by("delivered_position", "id").values_list("id", flat=True))


def everything(*, now: datetime) -> list[UUID]:
    """Give the active targets with any reason to deliver: the feed, an approved plan, trouble whose time has come, a
    run that was killed.
    """
    latest = DeliveryRun.objects.filter(target=OuterRef("pk")).order_by("-started_at").values("state")[:1]
    approved = Plan.objects.filter(kind=KIND, subject_id=OuterRef("pk"), state=PlanState.APPROVED)
    found = _awake(now).annotate(latest=Subquery(latest), approved=Exists(approved))
    # A run that was killed leaves its row behind; one that is alive holds the target.
    unfinished = Q(latest=None) | Q(latest__in=[RunState.RUNNING, RunState.INTERRUPTED])
    reasons = Q(delivered_position__lt=feed.position()) | Q(approved=True) | Q(retry_at__lte=now) | unfinished
    return list(found.filter(reasons).order_by("delivered_position", "id").values_list("id", flat=True))


def is_wide(target_id: UUID, *, today: date) -> bool:
    """Whether the next delivery to a target has to look at everything: the first, and after a day or an unclear end."""
    return not Target.objects.filter(id=target_id, known_position__isnull=False, known_day=today).exists()


def _awake(now: datetime) -> QuerySet[Target]:
    """The active targets but for those that are left alone for a while."""
    left_alone = Q(down_since__isnull=False, retry_at__gt=now)
    return Target.objects.filter(state__in=GOING).exclude(left_alone)
