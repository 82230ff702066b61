"""Editions are kept following the register by the worker, so that a reader seldom has to wait for it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from procrastinate.contrib.django import app

from kateder.core import clock, jobs
from kateder.core.tenancy import within
from kateder.trust.models import ApiClient

log = structlog.get_logger()
SEEN_WITHIN: Final = timedelta(days=7)
"""A client that has not been here for longer waits the next time it comes."""
REMEMBERED: Final = timedelta(days=365)
"""How long deletedEntities tells of a removal."""


@jobs.task("provisioning.follow", queue=jobs.DELIVERY, own_transactions=True)
def _follow(*, authority_id: str, client_id: str) -> None:
    with within(UUID(authority_id)):
        follow(UUID(client_id), today=clock.today())


FOLLOW = _follow


def follow(client_id: UUID, *, today: date) -> None:
    """Bring a client's edition up to date, unless the client is gone or its profile cannot be read."""
    from kateder.provisioning.ss12000.editions import edition_for  # heavy, and tasks are loaded by every command
    from kateder.provisioning.ss12000.profiles import BadProfile, profile_of

    client = ApiClient.objects.filter(id=client_id, disabled_at=None).first()
    if client is None:
        return
    try:
        edition_for(client.id, profile_of(client), today=today)
    except BadProfile as error:
        log.warning("api.bad_profile", client=str(client_id), code=error.code)


@app.periodic(cron="* * * * *")
@app.task(name="provisioning.editions", queueing_lock="provisioning.editions")
def tick(timestamp: int) -> None:
    """Ask for what is behind to be brought up to date, in every authority."""
    jobs.in_every_authority(lambda _authority: tick_in(today=clock.today(), now=clock.now()))


def tick_in(*, today: date, now: datetime) -> list[UUID]:
    """Do one authority's minute inside `within`; gives the clients whose editions are brought up to date."""
    from kateder.provisioning.ss12000.editions import follows
    from kateder.provisioning.ss12000.profiles import BadProfile, profile_of

    behind = []
    for client in ApiClient.objects.filter(disabled_at=None, last_seen_at__gte=now - SEEN_WITHIN):
        try:
            if not follows(client.id, profile_of(client), today=today):
                behind.append(client.id)
        except BadProfile:
            continue
    for client_id in behind:
        jobs.request(FOLLOW, queueing_lock=f"follow:{client_id}", client_id=str(client_id))
    return behind


@app.periodic(cron="17 3 * * *")
@app.task(name="provisioning.forget_removals", queueing_lock="provisioning.forget_removals")
def forget(timestamp: int) -> None:
    """Forget old removals, and the editions of clients that are gone, in every authority."""
    jobs.in_every_authority(lambda _authority: forget_in(now=clock.now()))


def forget_in(*, now: datetime) -> int:
    """Do it in one authority inside `within`; gives how many rows went."""
    from kateder.provisioning.models import Edition, EditionRow

    old, _ = EditionRow.objects.filter(gone_at__lt=now - REMEMBERED).delete()
    living = ApiClient.objects.filter(disabled_at=None).values("id")
    left = Edition.objects.exclude(client_id=None).exclude(client_id__in=living)
    rows, _ = EditionRow.objects.filter(edition__in=left).delete()
    left.delete()
    return old + rows
