"""What services have returned is not kept for ever (domain rule 16)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from procrastinate.contrib.django import app

from kateder.core import clock, jobs
from kateder.provisioning.models import GradebookRecord

KEPT: Final = timedelta(days=730)


@app.periodic(cron="23 3 * * *")
@app.task(name="provisioning.forget_gradebook", queueing_lock="provisioning.forget_gradebook")
def forget(timestamp: int) -> None:
    """Forget what was written long ago, in every authority."""
    jobs.in_every_authority(lambda _authority: forget_in(now=clock.now()))


def forget_in(*, now: datetime) -> int:
    """Do it in one authority inside `within`; gives how many records went."""
    gone, _ = GradebookRecord.objects.filter(modified_at__lt=now - KEPT).delete()
    return gone
