"""What PostgreSQL knows about our tables: made anew after very much has been written.

Autovacuum comes by within a minute. Until then the planner believes the tables to be as they were, empty even, and
compares everybody with everybody: one changed pupil took 15 s just after a first delivery, and 0.1 s a minute later.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kateder.core import db

MANY: Final = 1000
"""So many rows written at once change what is true of a table."""


def refresh(tables: Sequence[str], *, written: int) -> None:
    """Make the statistics of these tables anew where `written` rows are many.

    In a transaction of its own, after the one that wrote. The tables are the owner's: a function of the owner's does
    it. One that somebody else is looking at just now is passed over.
    """
    if written >= MANY:
        with db.cursor() as cursor:
            cursor.execute("SELECT core_refresh_statistics(%s::text[])", [list(tables)])
