"""Pass over the targets that nothing in the feed concerns: a few questions for all of them, and no run for any.

A target is passed over only when it is known to hold what it should up to a position of the feed, and what has come
since is about nobody and nothing that it holds, nobody whom anything of its service is assigned to, and not about the
service itself. Whatever cannot be told at a glance is left to a run.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from kateder.core import db, feed
from kateder.core.feed import Change, Entity
from kateder.core.models import Plan, PlanState
from kateder.licences import api as licences
from kateder.provisioning.models import Target
from kateder.provisioning.planning.comparing import KIND
from kateder.provisioning.planning.touching import Touched, touched_anywhere

MOST_ENTRIES: Final = 50
"""More than this at once is an import, and likely to concern everybody."""
ABOUT_WHOM: Final = frozenset(
    {
        Entity.PERSON, Entity.ENROLMENT, Entity.MEMBERSHIP, Entity.GUARDIANSHIP, Entity.GROUP, Entity.MEMBERS,
        Entity.ACTIVITY, Entity.DUTY,
    }
)  # fmt: skip
ABOUT_SERVICES: Final = frozenset({Entity.SERVICE, Entity.AGREEMENT, Entity.POLICY})

_HOLDING: Final = """
SELECT DISTINCT target_id FROM provisioning_targetobject
 WHERE target_id = ANY(%(targets)s) AND root_id = ANY(%(roots)s)
"""
_OPEN: Final = """
SELECT DISTINCT target_id FROM provisioning_targetobject
 WHERE target_id = ANY(%(targets)s) AND (content_hash IS NULL OR intent <> '' OR sanctioned <> '' OR failure <> '')
"""
_MOVE_ON: Final = """
UPDATE provisioning_target t SET delivered_position = %(until)s, known_position = %(until)s
  FROM unnest(%(targets)s::uuid[], %(positions)s::bigint[]) AS seen (id, position)
 WHERE t.id = seen.id AND t.known_position = seen.position AND t.known_day = %(today)s
"""


@dataclass(frozen=True, slots=True)
class _Seen:
    """A target as it was when we looked."""

    id: UUID
    service_id: UUID
    position: int


def pass_over(target_ids: Sequence[UUID], *, today: date) -> list[UUID]:
    """Note of the targets that nothing concerns that they are in step; give the others, in the same order.

    Call within(), with targets that are behind the feed.
    """
    until = feed.position()
    seen = _known(target_ids, today=today)
    if not seen:
        return list(target_ids)
    changes = _changes(min(one.position for one in seen), until=until)
    if changes is None:
        return list(target_ids)
    concerned = _concerned(seen, changes)
    passed = [one for one in seen if one.id not in concerned]
    _move_on(passed, until=until, today=today)
    left = set(target_ids) - {one.id for one in passed}
    return [target_id for target_id in target_ids if target_id in left]


def _known(target_ids: Sequence[UUID], *, today: date) -> list[_Seen]:
    found = Target.objects.filter(id__in=target_ids, known_position__isnull=False, known_day=today)
    rows = found.values_list("id", "service_id", "known_position")
    return [_Seen(target_id, service_id, position or 0) for target_id, service_id, position in rows]


def _changes(start: int, *, until: int) -> list[Change] | None:
    """What has come since, but for what touches nobody; None when that may concern everybody."""
    found = []
    for number, change in enumerate(feed.since(start, until=until)):
        known = change.entity in ABOUT_WHOM | ABOUT_SERVICES | {Entity.LOT, Entity.ASSIGNMENT}
        if number >= MOST_ENTRIES or not known:
            return None
        if not licences.is_settling(change):
            found.append(change)
    return found


def _concerned(seen: Sequence[_Seen], changes: Sequence[Change]) -> set[UUID]:
    targets = [one.id for one in seen]
    touched = touched_anywhere(changes)
    assigned = _assigned(changes, touched)
    if assigned is None:
        return set(targets)
    services = assigned.union(*(change.ids for change in changes if change.entity in ABOUT_SERVICES))
    concerned = {one.id for one in seen if one.service_id in services}
    concerned |= _ids(_OPEN, {"targets": targets})
    if touched:
        concerned |= _ids(_HOLDING, {"targets": targets, "roots": list(touched.roots)})
    approved = Plan.objects.filter(kind=KIND, subject_id__in=targets, state=PlanState.APPROVED)
    return concerned | set(approved.values_list("subject_id", flat=True))


def _assigned(changes: Iterable[Change], touched: Touched) -> set[UUID] | None:
    """The services whose licences have changed, or of which something is assigned to anybody or anything touched."""
    lots, assignments = set[UUID](), set[UUID]()
    for change in changes:
        if change.entity is Entity.LOT:
            lots.update(change.ids)
        elif change.entity is Entity.ASSIGNMENT:
            assignments.update(change.ids)
    return licences.services_near(lots=lots, assignments=assignments, people=touched.people, groups=touched.groups)


def _move_on(passed: Sequence[_Seen], *, until: int, today: date) -> None:
    if passed:
        values = {
            "targets": [one.id for one in passed], "positions": [one.position for one in passed],
            "until": until, "today": today,
        }  # fmt: skip
        with db.cursor() as cursor:
            cursor.execute(_MOVE_ON, values)


def _ids(statement: str, values: dict[str, Collection[UUID]]) -> set[UUID]:
    with db.cursor() as cursor:
        return {one for (one,) in cursor.execute(statement, values)}
