"""What sign-in does by itself: once an hour it forgets what has expired."""

from __future__ import annotations

from django.db import close_old_connections
from procrastinate.contrib.django import app

from kateder.core import authorities, clock
from kateder.core.tenancy import within
from kateder.signin.expiry import forget_expired


@app.periodic(cron="17 * * * *")
@app.task(name="signin.forget", queueing_lock="signin.forget")
def forget(timestamp: int) -> None:
    """Forget what has expired, in every authority."""
    close_old_connections()
    try:
        for authority in authorities.every():
            with within(authority.id):
                forget_expired(now=clock.now())
    finally:
        close_old_connections()
