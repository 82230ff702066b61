"""How fast a client may ask, over all our processes: a token bucket in PostgreSQL, of which each process takes shares.

A share is a tenth of a second's worth, fetched over the second connection by one statement, so that a client at full
speed costs ten small statements a second and process, however many requests it sends. An unused share is void
after a second.
"""

from __future__ import annotations

import math
import threading
import time
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import connections

from kateder.core import audit
from kateder.core.tenancy import current_authority_id
from kateder.trust.models import ApiClient

BURST_SECONDS: Final = 2
SHARES_A_SECOND: Final = 10
SHARE_SECONDS: Final = 1.0

TAKE = """
INSERT INTO trust_ratebucket AS b (client_id, authority_id, tokens, filled_at)
VALUES (%(client)s, %(authority)s, %(most)s - %(share)s, clock_timestamp())
ON CONFLICT (client_id) DO UPDATE SET filled_at = clock_timestamp(), tokens =
  least(%(most)s, b.tokens + %(rate)s * greatest(0, extract(epoch FROM clock_timestamp() - b.filled_at))) - %(share)s
RETURNING tokens
"""
"""What is left afterwards; below zero, what was not there goes back."""
GIVE_BACK = "UPDATE trust_ratebucket SET tokens = tokens + %(back)s WHERE client_id = %(client)s"


@dataclass(slots=True)
class _Share:
    left: float = 0.0
    until: float = 0.0
    empty_until: float = 0.0


class Shares:
    """What one process has taken out of the buckets."""

    def __init__(self) -> None:
        self._shares: dict[UUID, _Share] = {}
        self._lock = threading.Lock()

    def wait(self, client_id: UUID, *, rate: int) -> int:
        """Count one request; gives 0, or how many seconds to wait before the next."""
        with self._lock:
            share = self._shares.setdefault(client_id, _Share())
            now = time.monotonic()
            if now < share.empty_until:
                return max(1, math.ceil(share.empty_until - now))
            if share.left < 1 or now > share.until:
                share.left, missing = _take(client_id, rate=rate)
                share.until = now + SHARE_SECONDS
                if share.left < 1:
                    share.empty_until = now + missing / rate
                    return max(1, math.ceil(missing / rate))
            share.left -= 1
            return 0


_of_this_process = Shares()


def wait(client: ApiClient) -> int:
    """Count one request of a client; gives 0, or how many seconds it is to wait."""
    return wait_for(client.id, rate=client.rate)


def wait_for(caller_id: UUID, *, rate: int | None) -> int:
    """The same for whoever has an id and a rate (requests a second); no rate is no limit."""
    return _of_this_process.wait(caller_id, rate=rate) if rate else 0


def _take(client_id: UUID, *, rate: int) -> tuple[float, float]:
    """Take a share; gives its size and, where it is none, how many tokens were missing for a single request."""
    share = max(1, rate // SHARES_A_SECOND)
    most = max(share, rate * BURST_SECONDS)
    values: dict[str, UUID | int] = {
        "client": client_id, "authority": current_authority_id(), "rate": rate, "share": share, "most": most,
    }  # fmt: skip
    with audit.apart(current_authority_id()), connections[audit.ALIAS].cursor() as cursor:
        cursor.execute(TAKE, values)
        (left,) = cursor.fetchone()
        if left >= 0:
            return share, 0.0
        there = left + share
        granted = max(0, math.floor(there))
        cursor.execute(GIVE_BACK, {"client": client_id, "back": share - granted})
    return granted, 0.0 if granted else 1 - there
