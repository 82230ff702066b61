"""What the register does by itself."""

from __future__ import annotations

from procrastinate.contrib.django import app

from kateder.core import jobs
from kateder.register import as_it_was


@app.periodic(cron="43 * * * *")
@app.task(name="register.forget", queueing_lock="register.forget")
def forget(timestamp: int) -> None:
    """Remove history that is older than its retention class (domain rule 16)."""
    jobs.in_every_authority(lambda _authority: as_it_was.forget_old())
