"""Writes to the ledger what the register, an assignment or a date has changed."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext_noop

from kateder.core import audit, clock, feed, findings
from kateder.core.actors import Actor
from kateder.core.feed import Entity
from kateder.core.findings import NewFinding
from kateder.core.models import Severity
from kateder.licences import ledger
from kateder.licences.models import Lot
from kateder.licences.pools import Pool, pools
from kateder.licences.seats import Change, Event

SCOPE = "licences.shortage"


@dataclass(frozen=True, slots=True)
class Settled:
    """What one settling did."""

    taken: int
    leaving: int
    released: int
    refused: int
    short: Mapping[UUID, int]
    """Lot to the number of seats given beyond what was ordered."""


def settle(*, today: date, cause: str) -> Settled:
    """Bring the ledger up to what holds today, for all services at once; a second time changes nothing.

    Locks the lots. A shortage becomes a finding for the administrator, and is closed when it is over.
    """
    settled = list(pools(today=today, lock=True))
    changes = [change for pool in settled for change in pool.seating.changes]
    if changes:
        ledger.append(changes, today=today, now=clock.now(), by=f"settle:{cause}"[:80])
    findings.replace(SCOPE, [finding for pool in settled for finding in _shortages(pool)])
    result = _summary(settled, changes)
    if changes:
        lots = {change.lot_id for change in changes}
        audit.record(
            "licences.settled",
            actor=Actor.system("licences"),
            subject_type="ledger",
            subject_id=today.isoformat(),
            cause=cause,
            taken=result.taken,
            released=result.released,
        )
        feed.append({Entity.LOT: lots}, cause="licences.settled")
    return result


def settle_days(days: Iterable[date], *, cause: str) -> None:
    """Settle one day after another in one transaction, each under its own date.

    Takes every lot's lock first: the first settling that changes something takes the feed's, and that is the last
    one to be taken by anybody.
    """
    list(Lot.objects.order_by("id").select_for_update().values_list("id"))
    for day in days:
        settle(today=day, cause=cause)


def _summary(settled: list[Pool], changes: list[Change]) -> Settled:
    events = Counter(change.event for change in changes)
    return Settled(
        taken=events[Event.SEAT_TAKEN],
        leaving=events[Event.SEAT_LEAVING],
        released=events[Event.SEAT_RELEASED],
        refused=sum(len(pool.seating.refused) for pool in settled),
        short={lot: over for pool in settled for lot, over in pool.seating.short.items()},
    )


def _shortages(pool: Pool) -> list[NewFinding]:
    refused = Counter(pool.seating.refused.values())
    return [
        *(_over(pool.lots[lot], over) for lot, over in pool.seating.short.items()),
        *(_full(pool.lots[lot], number) for lot, number in refused.items()),
    ]


def _over(lot: Lot, over: int) -> NewFinding:
    return NewFinding(
        rule="licences.lot_exceeded",
        subject_type="lot",
        subject_id=str(lot.id),
        message=gettext_noop("Lot {number} has given {over} seats more than were ordered."),
        owner="it",
        params={"number": lot.number, "over": over},
    )


def _full(lot: Lot, refused: int) -> NewFinding:
    return NewFinding(
        rule="licences.lot_full",
        subject_type="lot",
        subject_id=str(lot.id),
        message=gettext_noop("Lot {number} is full: {refused} people do not get in."),
        severity=Severity.ERROR,
        owner="it",
        params={"number": lot.number, "refused": refused},
    )
