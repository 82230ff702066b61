"""Hold deliveries back, for a reason and with a day on which somebody is reminded; and let them go again."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from kateder.core import audit, clock, jobs
from kateder.core.actors import Actor
from kateder.core.errors import DomainError
from kateder.governance import api as governance
from kateder.provisioning.models import Freeze, Rollover, Target, TargetState
from kateder.provisioning.tasks import DELIVER

_NUMBER = re.compile(r"\d{6}[-+ ]?\d{4}")


class FreezeNeedsReason(DomainError):
    """Say why deliveries are held back, without names and numbers."""


class ReminderInThePast(DomainError):
    """The reminder must come today or later."""


def freeze(
    *,
    reason: str,
    remind_date: date,
    today: date,
    by: Actor,
    target_ids: Collection[UUID] | None = None,
    rollover: Rollover | None = None,
) -> list[Freeze]:
    """Hold back deliveries to some targets, or to all that are active; those that are held already stay as they are.

    Raises FreezeNeedsReason or ReminderInThePast.
    """
    if not reason.strip() or _NUMBER.search(reason):
        raise FreezeNeedsReason
    if remind_date < today:
        raise ReminderInThePast
    targets = Target.objects.select_for_update().exclude(freezes__in=frozen())
    targets = targets.filter(state=TargetState.ACTIVE) if target_ids is None else targets.filter(pk__in=target_ids)
    made = [
        Freeze.objects.create(
            target=target,
            rollover=rollover,
            reason=reason.strip()[:300],
            remind_date=remind_date,
            begun_at=clock.now(),
            begun_by=by.label,
        )
        for target in targets.order_by("pk")
    ]
    for one in made:
        audit.record(
            "provisioning.frozen", actor=by, subject_type="target", subject_id=one.target_id, until=remind_date
        )
    return made


def thaw(*, by: Actor, target_ids: Collection[UUID] | None = None) -> int:
    """Let deliveries go on to some targets, or to all; what has changed meanwhile is delivered. Gives how many."""
    held = frozen() if target_ids is None else frozen().filter(target__in=target_ids)
    released = list(held.select_for_update())
    for one in released:
        one.ended_at, one.ended_by = clock.now(), by.label
        one.save(update_fields=["ended_at", "ended_by"])
        # Nothing in the feed may have moved since the run that was held back.
        Target.objects.filter(pk=one.target_id).update(delivered_position=0)
        audit.record("provisioning.thawed", actor=by, subject_type="target", subject_id=one.target_id)
        key = f"deliver:{one.target_id}"
        jobs.request(DELIVER, queueing_lock=key, lock=key, target_id=str(one.target_id))
    return len(released)


def frozen() -> QuerySet[Freeze]:
    """The freezes that hold, with their targets."""
    return Freeze.objects.filter(ended_at=None).select_related("target__service").order_by("begun_at", "pk")


def holds_back(target_id: UUID, *, today: date) -> bool:
    """Whether a run may only do what is urgent at the target.

    Never where nothing may be kept there: an ended agreement is not prolonged by a freeze (domain rule 13).
    """
    held = Freeze.objects.filter(target=target_id, ended_at=None).select_related("target").first()
    return held is not None and governance.verdict(held.target.service_id, today=today).may_keep
