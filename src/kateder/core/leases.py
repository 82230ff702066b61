"""One worker per target at a time, on however many machines.

A lease is a row with an end and a fencing number. Whoever writes a result under a lease checks the number in the
same transaction: a holder that was thought dead and comes back is refused. A holder that was killed on this machine
is seen to be dead at once; one on another machine is waited for until its lease ends.
"""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psutil
import psycopg

from kateder.core import clock, db
from kateder.core.errors import DomainError
from kateder.core.tenancy import current_authority_id, within

TAKE = """
INSERT INTO core_lease (id, authority_id, key, holder, fence, expires_at)
VALUES (gen_random_uuid(), %(authority)s, %(key)s, %(holder)s, 1, %(expires)s)
ON CONFLICT (authority_id, key) DO UPDATE
SET holder = excluded.holder, fence = core_lease.fence + 1, expires_at = excluded.expires_at
WHERE core_lease.expires_at < %(now)s
RETURNING fence
"""


class LeaseHeld(DomainError):
    """Another run is already working on this. Wait until it has ended."""


class LeaseLost(DomainError):
    """This run was thought dead and another one has taken over."""


@dataclass(frozen=True)
class Lease:
    """What a holder has in hand."""

    authority_id: UUID
    key: str
    fence: int
    seconds: int

    def renew(self) -> None:
        """Hold on for as long again, in a transaction of its own or the current one. Raises LeaseLost."""
        with within(self.authority_id):
            self._touch(clock.now() + timedelta(seconds=self.seconds))

    def check(self) -> None:
        """Raise LeaseLost unless we still hold it; call in the transaction that writes a result."""
        with db.cursor() as cursor:
            cursor.execute("SELECT 1 FROM core_lease WHERE key = %s AND fence = %s FOR SHARE", [self.key, self.fence])
            if cursor.fetchone() is None:
                raise LeaseLost

    def _touch(self, until: object) -> None:
        with db.cursor() as cursor:
            cursor.execute(
                "UPDATE core_lease SET expires_at = %s WHERE key = %s AND fence = %s",
                [until, self.key, self.fence],
            )
            if cursor.rowcount != 1:
                raise LeaseLost


@contextlib.contextmanager
def hold(authority_id: UUID, key: str, *, seconds: int = 60) -> Iterator[Lease]:
    """Hold a key; call outside transactions, since the row must be seen by others. Raises LeaseHeld."""
    now = clock.now()
    with within(authority_id), db.cursor() as cursor:
        values = {
            "authority": current_authority_id(), "key": key, "now": now,
            "holder": _ourselves(), "expires": now + timedelta(seconds=seconds),
        }  # fmt: skip
        cursor.execute(TAKE, values)
        row = cursor.fetchone()
        if row is None and _end_of_dead(cursor, key=key, now=now):
            cursor.execute(TAKE, values)
            row = cursor.fetchone()
    if row is None:
        raise LeaseHeld
    lease = Lease(authority_id, key, int(row[0]), seconds)
    try:
        yield lease
    finally:
        with contextlib.suppress(LeaseLost), within(authority_id):
            lease._touch(now)  # noqa: SLF001 - given back at once


def _ourselves() -> str:
    """This process, told apart from a later one with the same number by when it was started."""
    return f"{socket.gethostname()}:{os.getpid()}:{psutil.Process().create_time():.0f}"


def _end_of_dead(cursor: psycopg.Cursor[Any], *, key: str, now: datetime) -> bool:
    """End the lease of a holder that was killed on this machine; say whether it was so."""
    cursor.execute("SELECT holder FROM core_lease WHERE key = %s FOR UPDATE", [key])
    row = cursor.fetchone()
    host, _, process = (row[0] if row else "").partition(":")
    number, _, started = process.partition(":")
    if host != socket.gethostname() or not number.isdecimal() or not started.isdecimal():
        return False
    with contextlib.suppress(psutil.NoSuchProcess):
        found = psutil.Process(int(number))
        if f"{found.create_time():.0f}" == started and found.status() != psutil.STATUS_ZOMBIE:
            return False
    cursor.execute("UPDATE core_lease SET expires_at = %s WHERE key = %s", [now - timedelta(seconds=1), key])
    return True
