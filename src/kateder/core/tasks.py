"""What the installation does by itself each minute."""

from __future__ import annotations

from datetime import date

import structlog
from django.db import close_old_connections
from procrastinate import App, JobContext
from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status

from kateder.core import clock, findings, jobs, partitions, plans, quality, sealing, trend
from kateder.core.models import Authority, Sweep

log = structlog.get_logger()
STALLED_AFTER_SECONDS = 30


@app.periodic(cron="* * * * *")
@app.task(name="core.retry_stalled", queueing_lock="core.retry_stalled", pass_context=True)
async def retry_stalled(context: JobContext, timestamp: int) -> None:
    """Give the jobs of workers that were killed to those that live; without it they would block for ever."""
    await retry_stalled_jobs(context.app)


async def retry_stalled_jobs(worker_app: App) -> int:
    """Put back every job whose worker has not been heard of; gives how many.

    Where an equal job waits already (same queueing lock), the stalled one is ended instead: it holds the lock
    that the waiting one needs, and two equal ones may not wait.
    """
    count = 0
    manager = worker_app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER_SECONDS):
        try:
            await manager.retry_job(job)
        except UniqueViolation:
            await manager.finish_job(job, Status.ABORTED, delete_job=False)
        log.warning("job.retried", job=job.id, task=job.task_name)
        count += 1
    return count


@app.periodic(cron="* * * * *")
@app.task(name="core.keep_house", queueing_lock="core.keep_house")
def keep_house(timestamp: int) -> None:
    """Seal the audit chain, forget the details of old plans, make the coming partitions."""
    close_old_connections()
    partitions.ensure()
    jobs.in_every_authority(_keep_house_in)


def _keep_house_in(_authority: Authority) -> None:
    while sealing.seal_closed() == sealing.BATCH:
        pass
    plans.forget_details()


@jobs.task("core.sweep_now")
def _sweep_now(*, authority_id: str) -> None:
    quality.sweep(today=clock.today())


SWEEP = _sweep_now
"""Ask every rule again, though nothing has changed."""


@app.periodic(cron="* * * * *")
@app.task(name="core.sweep", queueing_lock="core.sweep")
def sweep(timestamp: int) -> None:
    """Ask every rule about the data again where something has changed or a day has begun."""
    jobs.in_every_authority(lambda _authority: sweep_if_due(today=clock.today()))


def sweep_if_due(*, today: date) -> bool:
    """Look at one authority if anything is new; gives whether it was looked at."""
    if not quality.is_due(today=today):
        return False
    if not Sweep.objects.filter(day=today).exists():
        findings.forget_old()
        trend.forget_old(today=today)
    done = quality.sweep(today=today)
    log.info("quality.swept", seconds=round(done.seconds, 2), opened=done.opened, closed=done.closed)
    return True
