"""The clock, read only at the edges: rules are told what day it is."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Stockholm")


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The authority's day (Europe/Stockholm)."""
    return datetime.now(ZONE).date()
