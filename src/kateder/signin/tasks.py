"""What sign-in does by itself: once an hour it forgets what has expired."""

from __future__ import annotations

from procrastinate.contrib.django import app

from kateder.core import clock, jobs
from kateder.signin.expiry import forget_expired


@app.periodic(cron="17 * * * *")
@app.task(name="signin.forget", queueing_lock="signin.forget")
def forget(timestamp: int) -> None:
    """Forget what has expired, in every authority."""
    jobs.in_every_authority(lambda _authority: forget_expired(now=clock.now()))
