"""What deliveries do by themselves: a job per target, and a tick each minute that asks for what is due."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

import structlog
from procrastinate.contrib.django import app

from kateder.core import authorities, clock, feed, jobs
from kateder.core.actors import Actor
from kateder.core.feed import Entity
from kateder.core.leases import LeaseHeld
from kateder.core.models import Authority
from kateder.core.tenancy import within
from kateder.licences import api as licences
from kateder.provisioning.healing import never_send, verifying
from kateder.provisioning.models import Target
from kateder.provisioning.oneroster import upkeep as _gradebook_upkeep  # noqa: F401 - and from here
from kateder.provisioning.planning import unconcerned
from kateder.provisioning.runs import due, trouble
from kateder.provisioning.runs import nightly as _nightly  # noqa: F401 - jobs are found from here
from kateder.provisioning.runs.progress import GAVE_WAY
from kateder.provisioning.ss12000 import tasks as _of_ss12000  # noqa: F401 - jobs are found from here
from kateder.provisioning.ss12000 import upkeep as _upkeep  # noqa: F401 - and from here
from kateder.provisioning.targets import trying as _trying  # noqa: F401 - jobs are found from here

log = structlog.get_logger()
LONGEST_SLEEP = 400
"""Days that are caught up one by one; of a longer sleep only the end."""

MOST_IN_A_ROW = 5
"""How often one job delivers again because the feed has moved; then others have their turn first."""
LOOK_AGAIN_AFTER = timedelta(seconds=2)
LONGEST_TURN = timedelta(minutes=5)
"""After this long a delivery of very much lets the next one that waits have its place, and takes its turn after it.
To go on, it plans anew: that takes a fraction of this."""

_settled: dict[UUID, int] = {}
"""Up to where in the feed this process has settled licences; a new process settles once more."""


@jobs.task("provisioning.deliver", queue=jobs.DELIVERY, own_transactions=True)
def _deliver(*, authority_id: str, target_id: str) -> None:
    target = UUID(target_id)
    with within(UUID(authority_id)):
        looks_at_everything = due.is_wide(target, today=clock.today())
        if looks_at_everything:
            _ask(DELIVER_EVERYTHING, target)
    if not looks_at_everything:
        _carry_out(UUID(authority_id), target)


@jobs.task("provisioning.deliver_everything", queue=jobs.BULK, own_transactions=True)
def _deliver_everything(*, authority_id: str, target_id: str) -> None:
    ends = time.monotonic() + LONGEST_TURN.total_seconds()

    def gives_way() -> bool:
        return time.monotonic() > ends and jobs.others_wait(jobs.BULK)

    _carry_out(UUID(authority_id), UUID(target_id), gives_way=gives_way)


def _carry_out(authority_id: UUID, target: UUID, *, gives_way: Callable[[], bool] = bool) -> None:
    from kateder.provisioning.runs.running import run  # heavy, and tasks are loaded by every command

    with within(authority_id):
        actor = Actor.system("delivery")
        if trouble.is_left_alone(Target.objects.get(id=target), now=clock.now()):
            return
    for _ in range(MOST_IN_A_ROW):
        try:
            ended = run(target, actor=actor, gives_way=gives_way)
        except LeaseHeld:
            # A run from the command line: what it does not know of must not wait for the next tick.
            with within(authority_id):
                ask([target], after=LOOK_AGAIN_AFTER)
            log.info("delivery.held", target=str(target))
            return
        log.info("delivery.ended", target=str(target), run=str(ended.id), state=ended.state)
        with within(authority_id):
            if ended.stopped_by == GAVE_WAY:
                _ask(DELIVER_EVERYTHING, target)
                return
            if target not in due.moved(now=clock.now()):
                return
    with within(authority_id):
        ask([target])


DELIVER = _deliver
DELIVER_EVERYTHING = _deliver_everything
"""The same where everything has to be looked at: few of them at a time, so that changes elsewhere do not wait."""


def ask(target_ids: Iterable[UUID], *, after: timedelta | None = None) -> list[UUID]:
    """Ask for a delivery to each target once the transaction commits; gives those that nobody had asked for.

    One job waits per target, however often it is asked for, and one is carried out at a time.
    """
    return [target_id for target_id in target_ids if _ask(DELIVER, target_id, after=after)]


def _ask(wanted: jobs.Task, target_id: UUID, *, after: timedelta | None = None) -> bool:
    return jobs.request(
        wanted,
        queueing_lock=f"{wanted.name.removeprefix('provisioning.')}:{target_id}",
        lock=f"deliver:{target_id}",
        after=after,
        target_id=str(target_id),
    )


@jobs.task("provisioning.rebuild", queue=jobs.DELIVERY, own_transactions=True)
def _rebuild(*, authority_id: str, target_id: str) -> None:
    from kateder.provisioning.healing import rebuilding

    authority, target = UUID(authority_id), UUID(target_id)
    with within(authority):
        actor = Actor.system("delivery")
    try:
        rebuilding.rebuild(target, actor=actor)
    except LeaseHeld:
        with within(authority):
            ask_rebuild(target, after=LOOK_AGAIN_AFTER)


REBUILD = _rebuild


def ask_rebuild(target_id: UUID, *, after: timedelta | None = None) -> bool:
    """Ask the service what it has, once the transaction commits, and deliver what differs."""
    lock = f"deliver:{target_id}"
    return jobs.request(REBUILD, queueing_lock=f"rebuild:{target_id}", lock=lock, after=after, target_id=str(target_id))


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
        never_send.end_passed(today=today, now=now)
        feed.append({Entity.DAY: [authority.id]}, cause="day")
    verifying.ask(verifying.due(now=now))
    unconcerned.pass_over(due.moved(now=now), today=today)
    found = due.everything(now=now)
    ask(found)
    return found


def _missed(acted_through: date | None, *, today: date) -> list[date]:
    """The days before today that nobody was awake for, oldest first: the ledger gives each its own date."""
    if acted_through is None:
        return []
    days = min((today - acted_through).days, LONGEST_SLEEP)
    return [today - timedelta(days=back) for back in range(days - 1, 0, -1)]
