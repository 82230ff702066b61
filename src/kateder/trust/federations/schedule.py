"""When metadata is fetched: by its own time to live, or a minute after that failed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from kateder.trust.models import Federation

RETRY_AFTER: Final = timedelta(seconds=60)
SOONEST: Final = timedelta(seconds=60)
LATEST: Final = timedelta(days=1)


def due(*, now: datetime) -> list[UUID]:
    """Which federations are to be asked now. Call within()."""
    found = Federation.objects.defer("raw").exclude(keys=[])
    return [one.id for one in found if (next_at(one) or now) <= now]


def next_at(federation: Federation) -> datetime | None:
    """When a federation is asked next; None: at once."""
    if federation.asked_at is None:
        return None
    if federation.failure or federation.fetched_at is None:
        return federation.asked_at + RETRY_AFTER
    return federation.fetched_at + min(max(timedelta(seconds=federation.cache_seconds), SOONEST), LATEST)
