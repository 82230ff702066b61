"""Jobs in PostgreSQL (Procrastinate), with one way to declare and one way to ask for them.

A job carries its authority and ids, nothing else. It runs inside `within(authority)` unless it says that it
opens its own transactions, and stale connections are dropped first.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog
from django.db import close_old_connections, connection, transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from kateder.core import authorities
from kateder.core.models import Authority
from kateder.core.tenancy import current_authority_id, within

log = structlog.get_logger()


@dataclass(frozen=True)
class Task:
    """A declared job."""

    name: str
    run: Callable[..., None]


DEFAULT = "default"
DELIVERY = "delivery"
"""What must not wait behind an import: work that brings a change out of the house."""
BULK = "bulk"
"""What takes long by its nature, and must not be waited for by what does not."""


def task(name: str, *, queue: str = DEFAULT, own_transactions: bool = False) -> Callable[[Callable[..., None]], Task]:
    """Declare a job: a function of `authority_id` (text) and ids, all keyword-only.

    With `own_transactions` the function opens `within` itself, for work that talks to the outside.
    """

    def declare(function: Callable[..., None]) -> Task:
        @functools.wraps(function)
        def run(*, authority_id: str, **ids: str) -> None:
            close_old_connections()
            try:
                if own_transactions:
                    function(authority_id=authority_id, **ids)
                else:
                    with within(UUID(authority_id)):
                        function(authority_id=authority_id, **ids)
            finally:
                close_old_connections()

        app.task(name=name, queue=queue)(run)
        return Task(name, run)

    return declare


def in_every_authority(work: Callable[[Authority], object]) -> None:
    """Do the same in each authority, in a transaction of its own; what fails in one holds up no other.

    Raises an ExceptionGroup of what failed, once all have had their turn.
    """
    failed = []
    close_old_connections()
    try:
        for authority in authorities.every():
            try:
                with within(authority.id):
                    work(authority)
            except Exception as error:  # noqa: BLE001 - the neighbours do not wait for whatever it is
                failed.append(error)
    finally:
        close_old_connections()
    if failed:
        raise ExceptionGroup("in some authorities", failed)


def others_wait(queue: str) -> bool:
    """Whether a queue holds a job that could be begun now, if there were a place for it."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, [queue])
        row = cursor.fetchone()
    return bool(row and row[0])


_WAITING = """
SELECT EXISTS (SELECT FROM procrastinate_jobs j
  WHERE j.queue_name = %s AND j.status = 'todo' AND (j.scheduled_at IS NULL OR j.scheduled_at <= now())
    AND NOT EXISTS (SELECT FROM procrastinate_jobs d WHERE d.lock = j.lock AND d.status = 'doing'))
"""


def request(
    wanted: Task,
    *,
    queueing_lock: str | None = None,
    lock: str | None = None,
    after: timedelta | None = None,
    **ids: str,
) -> bool:
    """Ask for a job once the current transaction commits; gives False when an equal one already waits.

    `after` is how long it waits at least; workers look for such jobs about once a second.

    The savepoint keeps a refused second job from aborting the caller.
    """
    authority_id = str(current_authority_id())
    scoped = None if queueing_lock is None else f"{authority_id}:{queueing_lock}"
    deferrer = app.configure_task(
        wanted.name,
        queueing_lock=scoped,
        lock=lock and f"{authority_id}:{lock}",
        schedule_in=None if after is None else {"seconds": after.total_seconds()},
    )
    try:
        with transaction.atomic():
            deferrer.defer(authority_id=authority_id, **ids)
    except AlreadyEnqueued:
        return False
    return True
