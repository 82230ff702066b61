"""Trouble that passes: a target that is down is asked again at growing intervals, not at every change in the register.

What an end means: because of the target itself (it does not answer, shuts us out, asks us to wait): nothing is sent
until `retry_at`. Because it refused single objects: what changes is sent as ever, and the refused is tried at
`retry_at`. Whoever asks by hand is never made to wait.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from kateder.core import audit
from kateder.core.actors import Actor
from kateder.provisioning.models import DeliveryRun, RunState, Target
from kateder.provisioning.runs.progress import GAVE_WAY

DOWN_FIRST: Final = timedelta(minutes=1)
REFUSED_FIRST: Final = timedelta(minutes=10)
LONGEST: Final = timedelta(hours=2)
DOUBLINGS: Final = 10

OURS: Final = frozenset({"", "paused", "never_at_rest", GAVE_WAY})
"""Ends that say nothing about the target."""

FIELDS: Final = ("down_since", "troubles", "retry_at")
"""What `keep` puts down."""


def keep(run: DeliveryRun, target: Target, *, asked_to_wait: float | None = None, now: datetime) -> None:
    """Put down what the end of a run says about its target, for the caller to save in the transaction that ends it.

    `asked_to_wait` is in seconds, where the target said so.
    """
    is_down = run.stopped_by not in OURS
    if not is_down and run.state != RunState.FAILED:
        target.down_since, target.troubles, target.retry_at = None, 0, None
    else:
        target.down_since = (target.down_since or now) if is_down else None
        wait = _wait(target, first=DOWN_FIRST if is_down else REFUSED_FIRST)
        target.retry_at = now + max(wait, timedelta(seconds=asked_to_wait or 0.0))
        target.troubles = min(target.troubles + 1, DOUBLINGS)


def is_left_alone(target: Target, *, now: datetime) -> bool:
    """Whether nothing is to be sent for a while, because the target was down."""
    return target.down_since is not None and target.retry_at is not None and target.retry_at > now


def end_wait(target_ids: Iterable[UUID], *, now: datetime, by: Actor | None = None) -> None:
    """Let the next run be made at once, however often it has gone wrong; audited where a person said so."""
    for target in Target.objects.filter(id__in=list(target_ids), retry_at__gt=now):
        target.retry_at = now
        target.save(update_fields=["retry_at"])
        if by is not None:
            audit.record("provisioning.target_retried", actor=by, subject_type="target", subject_id=target.id)


def _wait(target: Target, *, first: timedelta) -> timedelta:
    """Doubled each time, and spread: the targets of one provider do not all come back in the same second."""
    spread = 0.8 + (target.id.int % 1000) / 5000
    longest: timedelta = min(first * 2 ** min(target.troubles, DOUBLINGS), LONGEST)
    return longest * spread
