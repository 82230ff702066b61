"""What the SS 12000 server does by itself: it gathers changes and tells its subscribers, and forgets old reports."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import structlog
from procrastinate.contrib.django import app

from kateder.core import clock, jobs
from kateder.core.models import Authority
from kateder.provisioning.models import Subscription
from kateder.provisioning.ss12000 import reports

log = structlog.get_logger()


@jobs.task("provisioning.notify", queue=jobs.DELIVERY, own_transactions=True)
def _notify(*, authority_id: str, subscription_id: str) -> None:
    from kateder.provisioning.ss12000 import notifying  # heavy, and tasks are loaded by every command

    answer = notifying.send(UUID(authority_id), UUID(subscription_id), now=clock.now())
    log.info("api.notified", subscription=subscription_id, answer=answer)


NOTIFY = _notify


@app.periodic(cron="* * * * * */15")
@app.task(name="provisioning.subscriptions", queueing_lock="provisioning.subscriptions")
def tick(timestamp: int) -> None:
    """Gather what has changed and ask for the notifications that are due, in every authority."""
    jobs.in_every_authority(lambda authority: tick_in(authority, today=clock.today(), now=clock.now()))


def tick_in(authority: Authority, *, today: date, now: datetime) -> list[UUID]:
    """Do one authority's quarter of a minute inside `within`; gives the subscriptions that are told now."""
    from kateder.provisioning.ss12000 import notifying

    if authority.paused_at is not None:
        return []
    due = []
    active = Subscription.objects.select_related("client").filter(client__disabled_at=None)
    for subscription in active.order_by("id"):
        notifying.look_after(subscription, now=now)
        if subscription.expires_at > now and notifying.gather(subscription, today=today, now=now):
            due.append(subscription.id)
    for subscription_id in due:
        key = f"notify:{subscription_id}"
        jobs.request(NOTIFY, queueing_lock=key, lock=key, subscription_id=str(subscription_id))
    return due


@app.periodic(cron="41 * * * *")
@app.task(name="provisioning.forget_reports", queueing_lock="provisioning.forget_reports")
def forget(timestamp: int) -> None:
    """Forget old reports of clients, in every authority."""
    jobs.in_every_authority(lambda _authority: reports.forget_old(now=clock.now()))
