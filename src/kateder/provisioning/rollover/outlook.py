"""What will happen on a day to come: everything until then is lived through in memory, and taken back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction

from kateder.catalogue.models import Service
from kateder.core import db
from kateder.governance import api as governance
from kateder.governance.api import Level, ProtectedRule
from kateder.licences import api as licences
from kateder.provisioning.models import TargetObject
from kateder.provisioning.ways.contract import ACCOUNT
from kateder.register.models import Person


@dataclass(frozen=True, slots=True)
class Change:
    """One service at one school: who gets it, who loses it (root ids), how many keep it."""

    service_id: UUID
    unit_id: UUID | None
    gets: tuple[UUID, ...]
    loses: tuple[UUID, ...]
    keeps: int


@dataclass(frozen=True, slots=True)
class LotThen:
    """A lot that holds on the day: how many seats are taken then, how many were ordered."""

    number: str
    taken: int
    quantity: int | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """All of it."""

    changes: tuple[Change, ...]
    lots: tuple[LotThen, ...]


class _Undo(Exception):
    """Takes back what was only thought through."""


# The days on which something begins, or has just ended: on the others nothing moves by itself.
_DAYS = """
SELECT DISTINCT day FROM (
  {each}
  UNION ALL SELECT end_date + 1 + grace_days FROM licences_lot
  UNION ALL SELECT l.end_date + 1 + lot.grace_days FROM ({ends}) l (end_date)
            CROSS JOIN (SELECT DISTINCT grace_days FROM licences_lot) lot
) days (day) WHERE day > %(today)s AND day <= %(day)s ORDER BY day
"""
_DATED = (
    "register_groupmembership", "register_group", "register_enrolment", "register_duty", "register_activity",
    "licences_assignment", "licences_lot",
)  # fmt: skip
_HOME = """
SELECT DISTINCT ON (person_id) person_id, unit_id FROM (
  SELECT person_id, enroled_at_id AS unit_id, 0 AS rank, start_date FROM register_enrolment
   WHERE NOT cancelled AND start_date <= %(day)s AND (end_date IS NULL OR end_date >= %(day)s)
   UNION ALL
  SELECT person_id, duty_at_id, 1, start_date FROM register_duty
   WHERE start_date <= %(day)s AND (end_date IS NULL OR end_date >= %(day)s)
) places ORDER BY person_id, rank, start_date, unit_id
"""


def look_ahead(*, day: date, today: date) -> Outlook:
    """Who gets and loses what on a day, against what is so now; and how the lots stand then.

    Licences are settled for every day until then on which something begins or ends, so that grace periods and the
    last seats come out as they will; all of it is rolled back. Nothing is stored, sent or audited.
    """
    now = {service.pk: _has_now(service, today=today) for service in Service.objects.order_by("name", "pk")}
    homes_now = _homes(today)
    try:
        with transaction.atomic():
            licences.settle_days(days_between(today=today, day=day), cause="outlook")
            then = {service_id: _will_have(service_id, day=day) for service_id in now}
            lots = tuple(_lots(day))
            raise _Undo
    except _Undo:
        pass
    homes = homes_now | _homes(day)
    changes = tuple(
        change
        for service_id in now
        for change in _changes(service_id, now[service_id], then[service_id], homes, homes_now)
    )
    return Outlook(changes, lots)


def days_between(*, today: date, day: date) -> list[date]:
    """The days after today, up to and with `day`, on which something begins, has ended or a grace period is over."""
    each = " UNION ALL ".join(
        f"SELECT start_date FROM {table} UNION ALL SELECT end_date + 1 FROM {table}" for table in _DATED
    )
    ends = " UNION ".join(f"SELECT DISTINCT end_date FROM {table}" for table in _DATED)
    with db.cursor() as cursor:
        cursor.execute(_DAYS.format(each=each, ends=ends), {"today": today, "day": day})
        found = [row[0] for row in cursor]
    return found if found and found[-1] == day else [*found, day]


def _has_now(service: Service, *, today: date) -> set[UUID]:
    """Who has an account there; where the service keeps none: who may use it today."""
    if governance.policy_of(service.pk, today=today).level is not Level.TRANSIENT:
        held = TargetObject.objects.filter(target__service=service, resource_type=ACCOUNT, root_id__isnull=False)
        held = held.exclude(content_hash=None)
        if held.exists():
            return {root for root in held.values_list("root_id", flat=True) if root is not None}
    return _will_have(service.pk, day=today)


def _will_have(service_id: UUID, *, day: date) -> set[UUID]:
    if not governance.verdict(service_id, today=day).may_keep:
        return set()
    people = {one.person_id for one in licences.entitled(service_id, today=day)}
    if governance.policy_of(service_id, today=day).protected_rule is ProtectedRule.NONE:
        people -= {person.pk for person in Person.objects.filter(pk__in=people) if person.is_protected(day)}
    return people


def _lots(day: date) -> Iterator[LotThen]:
    for status in licences.lots(today=day):
        lot = status.lot
        if lot.start_date <= day and (lot.end_date is None or day <= lot.end_date):
            yield LotThen(lot.number, status.seats.taken, lot.quantity)


def _homes(day: date) -> dict[UUID, UUID]:
    with db.cursor() as cursor:
        cursor.execute(_HOME, {"day": day})
        return dict(cursor.fetchall())


def _changes(
    service_id: UUID, now: set[UUID], then: set[UUID], homes: dict[UUID, UUID], homes_now: dict[UUID, UUID]
) -> Iterator[Change]:
    """By school: who gets it counts where they will go, who loses it where they went."""
    gets: defaultdict[UUID | None, list[UUID]] = defaultdict(list)
    loses: defaultdict[UUID | None, list[UUID]] = defaultdict(list)
    keeps: defaultdict[UUID | None, int] = defaultdict(int)
    for person in sorted(now | then):
        if person not in now:
            gets[homes.get(person)].append(person)
        elif person not in then:
            loses[homes_now.get(person, homes.get(person))].append(person)
        else:
            keeps[homes.get(person)] += 1
    for unit in sorted({*gets, *loses, *keeps}, key=str):
        yield Change(service_id, unit, tuple(gets[unit]), tuple(loses[unit]), keeps[unit])
