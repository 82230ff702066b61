"""How long history is kept: the retention class of the authority, and what follows from it (domain rule 16)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from kateder.core import audit, clock, db
from kateder.core.actors import Actor
from kateder.core.errors import DomainError
from kateder.register.models import Retention

DEFAULT_DAYS: Final = 5 * 366
"""Until the authority has decided otherwise: a pupil's way through a stage of school, and some."""
FEWEST_DAYS: Final = 30


class NoLongerKept(DomainError):
    """The register's history is kept for {days} days: further back nobody can look."""


class NotYetThen(DomainError):
    """That day has not come yet."""


class KeptTooShort(DomainError):
    """History is kept for at least {fewest} days: a mistake must be possible to follow."""


def history_days() -> int:
    """For how many days history is kept."""
    return Retention.objects.values_list("history_days", flat=True).first() or DEFAULT_DAYS


def first_day(*, today: date) -> date:
    """The first day that can still be looked at."""
    return today - timedelta(days=history_days())


def check_kept(day: date, *, today: date) -> None:
    """Refuse a day that is too far back or to come. Raises NoLongerKept or NotYetThen."""
    if day > today:
        raise NotYetThen
    if day < first_day(today=today):
        raise NoLongerKept(days=history_days())


def keep_history(*, days: int, by: Actor) -> None:
    """Decide how long history is kept; what is older goes at the next tidying. Raises KeptTooShort."""
    if days < FEWEST_DAYS:
        raise KeptTooShort(fewest=FEWEST_DAYS)
    values = {"history_days": days, "decided_by": by.label, "decided_at": clock.now()}
    Retention.objects.update_or_create(defaults=values)
    audit.record("register.retention", actor=by, subject_type="register", subject_id="history", days=days)


def forget_old() -> int:
    """Remove images older than the class says; gives how many. The runtime role itself may remove none."""
    with db.cursor() as cursor:
        # A day more than can be looked at: the last of them needs the images of the day after.
        cursor.execute("SELECT register_forget_history(%s)", [history_days() + 1])
        row = cursor.fetchone()
    return int(row[0]) if row else 0
