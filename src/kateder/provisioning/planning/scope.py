"""From where a run may go on: what the target is known to hold, and what has changed since.

A target whose last run came to its end is as it should be up to a position of the feed, on a day, but for the rows
that are open (failed, uncertain, approved and not done). Whatever else a run leaves behind, the next one compares
everything: while something is being sent the position is not known.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from kateder.core import feed
from kateder.provisioning.models import Target
from kateder.provisioning.planning import memory
from kateder.provisioning.planning.standing import without_standing
from kateder.provisioning.planning.touching import NOBODY, Touched, touched


@dataclass(frozen=True, slots=True)
class Known:
    """Up to where in the feed, and on which day, a target is known to be as it should."""

    position: int
    day: date


def known(target: Target) -> Known | None:
    """What the last run left behind; None: everything has to be compared."""
    if target.known_position is None or target.known_day is None:
        return None
    return Known(target.known_position, target.known_day)


def lose(target_id: UUID) -> None:
    """Compare everything next time: what is held, or how it is made, has become another in some other way."""
    Target.objects.filter(id=target_id).update(known_position=None, known_day=None)


def changed(target: Target, then: Known, *, today: date, until: int, also: frozenset[UUID] = NOBODY) -> Touched | None:
    """Give what may be another at a target than it was, up to a position of the feed; None: everything.

    `also` are root ids of what has to be looked at besides, such as what refers to an object that was refused.
    """
    if then.day != today:
        return None
    open_roots = memory.open_roots(target.id)
    if open_roots is None:
        return None
    found = touched(
        feed.since(then.position, until=until),
        service_id=target.service_id,
        today=today,
        also=open_roots | also,
    )
    return without_standing(target.id, found) if found else found
