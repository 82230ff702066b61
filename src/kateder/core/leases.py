"""One worker per target at a time, on however many machines.

A lease is a row with an end and a fencing number. Whoever writes a result under a lease checks the number in the
same transaction: a holder that was thought dead and comes back is refused.
"""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

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
        cursor.execute(
            TAKE,
            {
                "authority": current_authority_id(), "key": key, "now": now,
                "holder": f"{socket.gethostname()}:{os.getpid()}", "expires": now + timedelta(seconds=seconds),
            },
        )  # fmt: skip
        row = cursor.fetchone()
    if row is None:
        raise LeaseHeld
    lease = Lease(authority_id, key, int(row[0]), seconds)
    try:
        yield lease
    finally:
        with contextlib.suppress(LeaseLost), within(authority_id):
            lease._touch(now)  # noqa: SLF001 - given back at once
