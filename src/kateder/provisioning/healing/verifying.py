"""Read removals back: does the service still have the account? Where it cannot say, the provider is reminded.

Outside transactions: it talks to the target. What is still there is removed once more; a service that then still
has it is a matter for people.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.utils.translation import gettext_noop

from kateder.core import clock, findings, jobs
from kateder.core.errors import DomainError
from kateder.core.findings import NewFinding
from kateder.core.models import Severity
from kateder.core.tenancy import within
from kateder.provisioning.healing import healed
from kateder.provisioning.healing.removals import unproved
from kateder.provisioning.models import Found, Removal, Target, TargetObject
from kateder.provisioning.ways import registry as ways
from kateder.provisioning.ways.contract import Door, Listing, Unlistable

MOST: Final = 2000
"""So many removals are read back at a time."""
ONE_BY_ONE: Final = 20
"""More than so many are looked up in the whole list."""
AGAIN_AFTER: Final = timedelta(days=1)
REMIND_AFTER: Final = timedelta(days=14)
"""What is not proved by then is a reminder, and another one each time as long has passed again."""


def verify(authority_id: UUID, target_id: UUID, *, now: datetime) -> dict[str, int]:
    """Read back what a target has said it removed, and remind of what cannot be; gives `{"gone": 3, "unknown": 1}`.

    A service that does not answer changes nothing and is asked again another day.
    """
    with within(authority_id):
        _close_returned(target_id, now=now)
        waiting = list(unproved(target_id)[:MOST])
        target = Target.objects.select_related("service").get(id=target_id)
        way = ways.of(target.kind)
        door = _door(target) if waiting and isinstance(way, Listing) else None
    answers: Mapping[UUID, bool | None] = dict.fromkeys(one.id for one in waiting)
    if door is not None and isinstance(way, Listing):
        try:
            answers = _read_back(way, door, waiting)
        except Unlistable:
            answers = {}
    with within(authority_id):
        counts = _store(target_id, waiting, answers, now=now)
        remind(target, now=now)
    return counts


def remind(target: Target, *, now: datetime) -> None:
    """Make what is not proved in time the target's open findings."""
    findings.replace(f"removals:{target.id}", list(_reminders(target, now=now)))


def due(*, now: datetime) -> list[UUID]:
    """The targets with removals to read back: not yet looked for, or a day ago."""
    open_ones = Removal.objects.filter(closed_at=None, answered_at__isnull=False).exclude(
        looked_at__gt=now - AGAIN_AFTER
    )
    return list(open_ones.order_by("target_id").values_list("target_id", flat=True).distinct())


def ask(target_ids: Sequence[UUID]) -> None:
    """Let a worker read back, once the transaction commits. It and the deliveries of a target go one at a time."""
    for target_id in target_ids:
        lock = f"deliver:{target_id}"
        jobs.request(VERIFY, queueing_lock=f"verify:{target_id}", lock=lock, target_id=str(target_id))


@jobs.task("provisioning.verify_removals", queue=jobs.DELIVERY, own_transactions=True)
def _verify(*, authority_id: str, target_id: str) -> None:
    verify(UUID(authority_id), UUID(target_id), now=clock.now())


VERIFY = _verify


def _door(target: Target) -> Door | None:
    """How to get in; None where that is not known now, as for a member that has left its federation."""
    try:
        return ways.door_of(target)
    except DomainError:
        return None


def _read_back(way: Listing, door: Door, waiting: Sequence[Removal]) -> dict[UUID, bool | None]:
    if len(waiting) <= ONE_BY_ONE:
        asked = {one.id: way.is_there(door, one.resource_type, one.released_id, one.remote_id) for one in waiting}
        if None not in asked.values():
            return asked
    there = asyncio.run(_listed(way, door))
    return {one.id: (one.resource_type, one.released_id) in there for one in waiting}


async def _listed(way: Listing, door: Door) -> set[tuple[str, UUID | None]]:
    return {(one.resource_type, one.released_id) async for one in way.listed(door)}


def _close_returned(target_id: UUID, *, now: datetime) -> None:
    """Who has an account again has nothing to be proved."""
    back = TargetObject.objects.filter(target_id=target_id, content_hash__isnull=False)
    open_ones = list(unproved(target_id).exclude(found=Found.THERE).values_list("released_id", flat=True))
    if open_ones:
        ids = list(back.filter(released_id__in=open_ones).values_list("released_id", flat=True))
        unproved(target_id).filter(released_id__in=ids).exclude(found=Found.THERE).update(closed_at=now)


def _store(
    target_id: UUID, waiting: Sequence[Removal], answers: Mapping[UUID, bool | None], *, now: datetime
) -> dict[str, int]:
    by_found: dict[Found, list[Removal]] = {Found.GONE: [], Found.THERE: [], Found.UNKNOWN: []}
    for one in waiting:
        if one.id in answers:
            answer = answers[one.id]
            by_found[Found.UNKNOWN if answer is None else Found.THERE if answer else Found.GONE].append(one)
    for found, rows in by_found.items():
        proof = {"verified_at": now, "closed_at": now} if found is Found.GONE else {}
        Removal.objects.filter(id__in=[one.id for one in rows], closed_at=None).update(
            found=found, looked_at=now, **proof
        )
    _remove_again(target_id, [one for one in by_found[Found.THERE] if one.found != Found.THERE], now=now)
    return {found.value: len(rows) for found, rows in by_found.items() if rows}


def _remove_again(target_id: UUID, rows: Sequence[Removal], *, now: datetime) -> None:
    """Remember that they are there: the next delivery asks once more."""
    TargetObject.objects.bulk_create(
        (
            TargetObject(
                target_id=target_id,
                resource_type=one.resource_type,
                released_id=one.released_id,
                root_id=one.root_id,
                remote_id=one.remote_id,
                content_hash=b"",
                acknowledged_at=now,
                sanctioned="remove",
            )
            for one in rows
        ),
        ignore_conflicts=True,
    )
    if rows:
        healed.compare_everything(target_id)


def _reminders(target: Target, *, now: datetime) -> list[NewFinding]:
    late = unproved(target.id).filter(answered_at__lt=now - REMIND_AFTER)
    found = []
    oldest = late.first()
    if oldest is not None and oldest.answered_at is not None:
        found.append(
            NewFinding(
                rule="provisioning.removal_unproved",
                subject_type="target",
                subject_id=str(target.id),
                place=str((now - oldest.answered_at) // REMIND_AFTER),
                message=gettext_noop(
                    "{service} has been asked to remove {count} accounts, the oldest on {day}, and nothing proves "
                    "that they are gone."
                ),
                remedy=gettext_noop(
                    "Ask the provider to confirm the removals in writing, and note it on the service's removals."
                ),
                severity=Severity.WARNING,
                owner="provider",
                params={
                    "service": target.service.name,
                    "count": late.count(),
                    "day": oldest.answered_at.astimezone(clock.ZONE).date().isoformat(),
                },
            )
        )
    still = unproved(target.id).filter(found=Found.THERE).count()
    if still:
        found.append(
            NewFinding(
                rule="provisioning.still_there",
                subject_type="target",
                subject_id=str(target.id),
                message=gettext_noop("{service} has said that {count} accounts are removed, and still has them."),
                remedy=gettext_noop(
                    "They are asked for once more. If they stay, call the provider: it is an incident."
                ),
                severity=Severity.ERROR,
                owner="provider",
                params={"service": target.service.name, "count": still},
            )
        )
    return found
