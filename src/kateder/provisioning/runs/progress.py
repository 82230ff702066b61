"""A run's own row: where it stands, what it has done, how it ended."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from kateder.core import audit, clock
from kateder.core.actors import Actor
from kateder.provisioning.delivery.operations import Result
from kateder.provisioning.models import DeliveryRun, Phase, RunState

GAVE_WAY = "gave_way"
"""What stopped a run that let others have its place; the next one goes on from there."""


def begin(target_id: UUID, *, actor: Actor) -> DeliveryRun:
    """Start a run's row, and close those of runs that were killed; call while holding the target."""
    now = clock.now()
    DeliveryRun.objects.filter(target_id=target_id, state=RunState.RUNNING).update(
        state=RunState.INTERRUPTED, phase=Phase.ENDED, ended_at=now
    )
    return DeliveryRun.objects.create(target_id=target_id, actor=actor.label, started_at=now)


def planned(run: DeliveryRun, *, counts: Mapping[str, int], steps: int, feed_position: int) -> None:
    """Note what is about to be sent; planning again adds to it."""
    run.planned = dict(Counter(run.planned) + Counter(counts)) if run.done else dict(counts)
    run.total, run.feed_position = run.done + steps, feed_position
    run.phase, run.sending_since = Phase.SENDING, run.sending_since or clock.now()
    run.save(update_fields=["planned", "total", "feed_position", "phase", "sending_since"])


def advance(run: DeliveryRun, results: Sequence[Result]) -> None:
    """Count what came of a window."""
    run.counts = dict(Counter(run.counts) + Counter(result.outcome.value for result in results))
    run.done += len(results)
    run.save(update_fields=["counts", "done"])


def heal(run: DeliveryRun, found: Mapping[str, int]) -> None:
    """Note what was found otherwise than it should have been, and is put right; see `healing`."""
    if found:
        run.healed = dict(Counter(run.healed) + Counter(found))
        run.save(update_fields=["healed"])


def end(
    run: DeliveryRun,
    *,
    stopped_by: str = "",
    failed: bool,
    plan_id: UUID | None = None,
    held_back: bool = False,
    actor: Actor,
) -> DeliveryRun:
    """Close a run: it succeeded only when nothing stopped it, nothing is left that `failed` and nothing waits."""
    clean = not stopped_by and not failed
    if stopped_by == GAVE_WAY:
        run.state = RunState.INTERRUPTED
    elif plan_id is not None and clean:
        run.state = RunState.WAITING
    elif held_back and clean:
        run.state = RunState.FROZEN
    else:
        run.state = RunState.SUCCEEDED if clean else RunState.FAILED
    run.plan_id, run.stopped_by = plan_id, stopped_by[:40]
    run.phase, run.ended_at = Phase.ENDED, clock.now()
    run.seconds = {**_seconds(run), **run.seconds}
    run.save(update_fields=["state", "scope", "plan_id", "stopped_by", "phase", "ended_at", "seconds"])
    audit.record(
        "provisioning.delivered",
        actor=actor,
        subject_type="target",
        subject_id=run.target_id,
        run=run.id,
        state=run.state,
        counts=run.counts,
    )
    return run


def _seconds(run: DeliveryRun) -> dict[str, float]:
    """How long each phase took; planning anew while something is sent counts as sending."""
    ended = run.ended_at or run.started_at
    planned = run.sending_since or ended
    found = {Phase.PLANNING.value: round((planned - run.started_at).total_seconds(), 3)}
    if run.sending_since:
        found[Phase.SENDING.value] = round((ended - planned).total_seconds(), 3)
    return found


def estimated_end(run: DeliveryRun, *, now: datetime) -> datetime | None:
    """When a run under way should end at its pace so far; None when that cannot be told."""
    if run.state != RunState.RUNNING or not run.done or run.sending_since is None:
        return None
    elapsed = (now - run.sending_since).total_seconds()
    return now + timedelta(seconds=elapsed / run.done * max(run.total - run.done, 0))
