"""The guided event: begun with a day, looked at as often as one likes, released once. It can be left and resumed."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta

from kateder.core import audit, clock, feed, jobs
from kateder.core.actors import Actor
from kateder.core.errors import DomainError
from kateder.provisioning.models import Consequence, Rollover
from kateder.provisioning.rollover.freezing import thaw
from kateder.provisioning.rollover.outlook import look_ahead
from kateder.provisioning.tasks import LOOK

LONGEST = timedelta(days=400)


class RolloverUnderWay(DomainError):
    """A rollover is under way already. Release it or leave it first."""


class NoRollover(DomainError):
    """No rollover is under way. Begin one with the first day of the new school year."""


class BadFirstDay(DomainError):
    """The first day of the new school year must be a coming day, at most 400 days ahead."""


def current() -> Rollover | None:
    """The rollover that is under way."""
    return Rollover.objects.filter(released_at=None, left_at=None).first()


def require() -> Rollover:
    """The same. Raises NoRollover."""
    found = current()
    if found is None:
        raise NoRollover
    return found


def begin(day: date, *, today: date, by: Actor) -> Rollover:
    """Begin a rollover to the school year that starts on `day`. Raises RolloverUnderWay or BadFirstDay."""
    if current() is not None:
        raise RolloverUnderWay
    if not today < day <= today + LONGEST:
        raise BadFirstDay
    begun = Rollover.objects.create(day=day, started_at=clock.now(), started_by=by.label)
    audit.record("rollover.begun", actor=by, subject_type="rollover", subject_id=begun.pk, day=day)
    return begun


def look(*, today: date) -> Rollover:
    """Work out what will happen on the day, and keep it for the page. Raises NoRollover."""
    found = require()
    position = feed.position()
    outlook = look_ahead(day=max(found.day, today), today=today)
    found.consequences.all().delete()
    Consequence.objects.bulk_create(
        Consequence(
            rollover=found,
            service_id=one.service_id,
            unit_id=one.unit_id,
            gets=list(one.gets),
            loses=list(one.loses),
            keeps=one.keeps,
        )
        for one in outlook.changes
    )
    found.lots = [asdict(lot) for lot in outlook.lots]
    found.looked_at, found.feed_position = clock.now(), position
    found.save(update_fields=["lots", "looked_at", "feed_position"])
    return found


def request_look() -> None:
    """Ask a worker to look; on a large authority it takes a while."""
    found = require()
    found.asked_at = clock.now()
    found.save(update_fields=["asked_at"])
    jobs.request(LOOK, queueing_lock="rollover-look")


def is_current(found: Rollover) -> bool:
    """Whether what was looked at still holds: nothing has moved in the feed since."""
    return found.looked_at is not None and found.feed_position == feed.position()


def release(*, by: Actor) -> Rollover:
    """Let the deliveries go; what they would do is held by the targets' limits as always. Raises NoRollover."""
    found = require()
    found.released_at, found.released_by = clock.now(), by.label
    found.save(update_fields=["released_at", "released_by"])
    thaw(by=by)
    _forget(found)
    audit.record("rollover.released", actor=by, subject_type="rollover", subject_id=found.pk)
    return found


def leave(*, by: Actor) -> Rollover:
    """Give the rollover up; what was frozen for it goes on. Raises NoRollover."""
    found = require()
    found.left_at = clock.now()
    found.save(update_fields=["left_at"])
    thaw(by=by, target_ids=[one.target_id for one in found.freezes.filter(ended_at=None)])
    _forget(found)
    audit.record("rollover.left", actor=by, subject_type="rollover", subject_id=found.pk)
    return found


def _forget(found: Rollover) -> None:
    """Who would have got what is nobody's business afterwards."""
    found.consequences.all().delete()
