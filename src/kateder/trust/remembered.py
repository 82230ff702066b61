"""Tokens that were looked up a moment ago: a busy client shows the same one a thousand times a second."""

from __future__ import annotations

import threading
import time
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from kateder.trust.models import ApiClient

SECONDS: Final = 5.0
"""A token that is taken back, or whose client is shut out, is good for so long at most."""
MOST: Final = 5000

Key = tuple[UUID, bytes]
"""The authority, and the token's checksum."""


class _Known(NamedTuple):
    client: ApiClient
    until: float
    expires_at: datetime


_known: dict[Key, _Known] = {}
_lock = threading.Lock()


def recall(key: Key, *, now: datetime) -> ApiClient | None:
    """The client of a token that was looked up within the last seconds and has not expired."""
    known = _known.get(key)
    if known is None or known.until <= time.monotonic() or known.expires_at <= now:
        return None
    return known.client


def keep(key: Key, client: ApiClient, *, expires_at: datetime) -> None:
    """Remember what was looked up."""
    with _lock:
        if len(_known) >= MOST:
            _known.clear()
        _known[key] = _Known(client, time.monotonic() + SECONDS, expires_at)


def forget() -> None:
    """Look every token up again: something about a client has changed."""
    with _lock:
        _known.clear()
