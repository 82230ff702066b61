"""Each night everything is compared, at every target: what the day's deliveries should have left nothing of."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import structlog
from procrastinate.contrib.django import app

from kateder.core import jobs
from kateder.core.actors import Actor
from kateder.core.leases import LeaseHeld
from kateder.core.models import Authority
from kateder.core.tenancy import within
from kateder.provisioning.models import RunState, Target, TargetState
from kateder.provisioning.ways import registry as ways
from kateder.provisioning.ways.contract import Showing

log = structlog.get_logger()
LOOK_AGAIN_AFTER = timedelta(minutes=5)


@jobs.task("provisioning.compare", queue=jobs.BULK, own_transactions=True)
def _compare(*, authority_id: str, target_id: str) -> None:
    # Heavy, and tasks are loaded by every command.
    from kateder.provisioning.healing.rebuilding import rebuild
    from kateder.provisioning.runs.running import run

    authority, target = UUID(authority_id), UUID(target_id)
    with within(authority):
        actor = Actor.system("comparison")
    try:
        ended = run(target, actor=actor, everything=True)
        log.info("delivery.compared", target=target_id, run=str(ended.id), state=ended.state, healed=ended.healed)
        if ended.state == RunState.SUCCEEDED and _shows(authority, target):
            # What others have changed there is not in our memory, which is all that the comparison has looked at.
            looked = rebuild(target, actor=actor)
            log.info("delivery.looked", target=target_id, run=str(looked.id), state=looked.state, healed=looked.healed)
    except LeaseHeld:
        with within(authority):
            ask(target, after=LOOK_AGAIN_AFTER)


def _shows(authority_id: UUID, target_id: UUID) -> bool:
    with within(authority_id):
        return isinstance(ways.of(Target.objects.get(id=target_id).kind), Showing)


COMPARE = _compare


@app.periodic(cron="20 2 * * *")
@app.task(name="provisioning.compare_all", queueing_lock="provisioning.compare_all")
def compare_all(timestamp: int) -> None:
    """Ask for a comparison of everything at every active target."""
    jobs.in_every_authority(compare_in)


def compare_in(authority: Authority) -> list[UUID]:
    """Ask for it in one authority, inside `within`; gives the targets that nobody had asked it for."""
    if authority.paused_at is not None:
        return []
    active = Target.objects.filter(state=TargetState.ACTIVE).order_by("compared_at", "id")
    return [target for target in active.values_list("id", flat=True) if ask(target)]


def ask(target_id: UUID, *, after: timedelta | None = None) -> bool:
    """Ask for a comparison; it and the deliveries of the target go one at a time."""
    return jobs.request(
        COMPARE,
        queueing_lock=f"compare:{target_id}",
        lock=f"deliver:{target_id}",
        after=after,
        target_id=str(target_id),
    )
