"""What deliveries do by themselves: a job per target, and a tick each minute that asks for what is due."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

import structlog
from procrastinate.contrib.django import app

from kateder.core import authorities, clock, feed, jobs
from kateder.core.actors import Actor
from kateder.core.feed import Entity
from kateder.core.leases import LeaseHeld
from kateder.core.models import Authority, Plan, PlanState
from kateder.core.tenancy import within
from kateder.licences import api as licences
from kateder.provisioning import trying as _trying  # noqa: F401 - jobs are found from here
from kateder.provisioning.models import DeliveryRun, RunState, Target, TargetState
from kateder.provisioning.planning import KIND
from kateder.provisioning.ss12000 import tasks as _of_ss12000  # noqa: F401 - jobs are found from here
from kateder.provisioning.ss12000 import upkeep as _upkeep  # noqa: F401 - and from here

log = structlog.get_logger()
RETRY_AFTER = timedelta(minutes=10)
"""What failed is tried again after this long, though nothing has moved."""


LONGEST_SLEEP = 400
"""Days that are caught up one by one; of a longer sleep only the end."""

_settled: dict[UUID, int] = {}
"""Up to where in the feed this process has settled licences; a new process settles once more."""


@jobs.task("provisioning.deliver", queue="delivery", own_transactions=True)
def _deliver(*, authority_id: str, target_id: str) -> None:
    from kateder.provisioning.running import run  # heavy, and tasks are loaded by every command

    authority = UUID(authority_id)
    with within(authority):
        actor = Actor.system("delivery")
    try:
        ended = run(UUID(target_id), actor=actor)
    except LeaseHeld:
        log.info("delivery.held", target=target_id)
        return
    log.info("delivery.ended", target=target_id, run=str(ended.id), state=ended.state)


DELIVER = _deliver


@jobs.task("provisioning.rollover_look")
def _look(*, authority_id: str) -> None:
    from kateder.provisioning.rollover import event

    if event.current() is not None:
        event.look(today=clock.today())


LOOK = _look
"""Work out what the rollover under way will do."""


@app.periodic(cron="* * * * *")
@app.task(name="provisioning.tick", queueing_lock="provisioning.tick")
def tick(timestamp: int) -> None:
    """Catch up days and ask for the deliveries that are due, in every authority."""
    jobs.in_every_authority(lambda authority: tick_in(authority, today=clock.today(), now=clock.now()))


def tick_in(authority: Authority, *, today: date, now: datetime) -> list[UUID]:
    """Do one authority's minute inside `within`; gives the targets a delivery was asked for.

    Dates act by themselves: a day that nobody was awake for is caught up at the first tick after it.
    """
    if authority.paused_at is not None:
        return []
    is_new_day = authority.acted_through is None or authority.acted_through < today
    # Read first: what comes in between is settled at the next tick, not never.
    position = feed.position()
    if is_new_day or _settled.get(authority.id) != position:
        days = [*_missed(authority.acted_through, today=today), today]
        licences.settle_days(days, cause="day" if is_new_day else "tick")
        _settled[authority.id] = position
    if is_new_day:
        authorities.acted_through(authority.id, day=today)
        feed.append({Entity.DAY: [authority.id]}, cause="day")
    due = [target.id for target in Target.objects.filter(state=TargetState.ACTIVE) if _is_due(target, now)]
    for target_id in due:
        jobs.request(
            DELIVER, queueing_lock=f"deliver:{target_id}", lock=f"deliver:{target_id}", target_id=str(target_id)
        )
    return due


def _missed(acted_through: date | None, *, today: date) -> list[date]:
    """The days before today that nobody was awake for, oldest first: the ledger gives each its own date."""
    if acted_through is None:
        return []
    days = min((today - acted_through).days, LONGEST_SLEEP)
    return [today - timedelta(days=back) for back in range(days - 1, 0, -1)]


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
