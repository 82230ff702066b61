"""What sign-in does by itself: once an hour it forgets what has expired."""

from __future__ import annotations

from procrastinate.contrib.django import app

from kateder.core import clock, jobs
from kateder.core.actors import Actor
from kateder.signin.accounts.visits import close_ended
from kateder.signin.expiry import forget_expired


@app.periodic(cron="17 * * * *")
@app.task(name="signin.forget", queueing_lock="signin.forget")
def forget(timestamp: int) -> None:
    """Forget what has expired, in every authority, and close the accounts of visits that are over."""
    jobs.in_every_authority(lambda _authority: _forget())


def _forget() -> None:
    forget_expired(now=clock.now())
    close_ended(today=clock.today(), by=Actor.system("worker"))
