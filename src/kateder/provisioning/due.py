"""Which targets a delivery is due at, and why."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from kateder.core import feed
from kateder.core.models import Authority, Plan, PlanState
from kateder.core.tenancy import current_authority_id
from kateder.provisioning.models import DeliveryRun, RunState, Target, TargetState
from kateder.provisioning.planning import KIND

RETRY_AFTER = timedelta(minutes=10)
"""What failed is tried again after this long, though nothing has moved."""

GOING = (TargetState.ACTIVE, TargetState.EMPTYING)


def moved() -> list[UUID]:
    """Give the active targets whose last run did not know all of the feed."""
    if Authority.objects.filter(id=current_authority_id(), paused_at__isnull=False).exists():
        return []
    behind = Target.objects.filter(state__in=GOING, delivered_position__lt=feed.position())
    return list(behind.order_by("delivered_position", "id").values_list("id", flat=True))


def everything(*, now: datetime) -> list[UUID]:
    """Give the active targets with any reason to deliver: the feed, an approved plan, a run that did not end well."""
    return [target.id for target in Target.objects.filter(state__in=GOING) if _is_due(target, now)]


def _is_due(target: Target, now: datetime) -> bool:
    if feed.position() > target.delivered_position:
        return True
    if Plan.objects.filter(kind=KIND, subject_id=target.id, state=PlanState.APPROVED).exists():
        return True
    last = DeliveryRun.objects.filter(target=target).order_by("-started_at").first()
    if last is None or last.state == RunState.RUNNING:
        # A run that was killed leaves its row behind; one that is alive holds the target.
        return True
    unfinished = last.state in {RunState.FAILED, RunState.INTERRUPTED}
    return unfinished and last.ended_at is not None and now - last.ended_at > RETRY_AFTER
