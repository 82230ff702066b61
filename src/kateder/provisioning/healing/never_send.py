"""People who are never sent: to one service, or to any. A decision with a reason, an author and perhaps a last day.

It acts like a protected identity without a rule: the account is removed at once where there is one, never held by a
limit or a freeze, and no account is made. The feed says so, so that a delivery of what has changed sees it too.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from kateder.core import audit, feed
from kateder.core.actors import Actor
from kateder.core.errors import DomainError
from kateder.core.feed import Entity
from kateder.provisioning.models import NeverSend


class ReasonMissing(DomainError):
    """Say why: whoever reads this later must be able to judge whether it still holds."""


class AlreadyNeverSent(DomainError):
    """That has been decided already. End the decision that is there before making another."""


class DayHasPassed(DomainError):
    """The last day lies in the past."""


class NoLongerStands(DomainError):
    """That decision has already ended."""


def begin(
    person_id: UUID,
    *,
    service_id: UUID | None = None,
    reason: str,
    until: date | None = None,
    by: Actor,
    today: date,
    now: datetime,
) -> NeverSend:
    """Decide that a person is not sent to a service, or to any; `until` is the last day.

    Last in its transaction. Raises ReasonMissing, DayHasPassed or AlreadyNeverSent.
    """
    if not reason.strip():
        raise ReasonMissing
    if until is not None and until < today:
        raise DayHasPassed
    same = Q(service=None) if service_id is None else Q(service_id=service_id)
    if standing(person_id).filter(same).exists():
        raise AlreadyNeverSent
    made = NeverSend.objects.create(
        person_id=person_id,
        service_id=service_id,
        reason=reason.strip()[:400],
        begun_at=now,
        begun_by=by.label,
        end_date=until,
    )
    _tell("provisioning.never_send_begun", [made], by=by)
    return made


def end(never_id: UUID, *, by: Actor, now: datetime) -> NeverSend:
    """Let the person be sent again, by rule as everybody else. Last in its transaction. Raises NoLongerStands."""
    found = NeverSend.objects.select_for_update().get(id=never_id)
    if found.ended_at is not None:
        raise NoLongerStands
    found.ended_at, found.ended_by = now, by.label
    found.save(update_fields=["ended_at", "ended_by"])
    _tell("provisioning.never_send_ended", [found], by=by)
    return found


def end_passed(*, today: date, now: datetime) -> int:
    """End the decisions whose last day has passed; gives how many. Dates act by themselves."""
    passed = list(NeverSend.objects.filter(ended_at=None, end_date__lt=today))
    NeverSend.objects.filter(id__in=[one.id for one in passed]).update(ended_at=now, ended_by="day")
    _tell("provisioning.never_send_ended", passed, by=Actor.system("day"))
    return len(passed)


def standing(person_id: UUID | None = None) -> QuerySet[NeverSend]:
    """The decisions that stand, of one person or of all, newest first."""
    found = NeverSend.objects.filter(ended_at=None).select_related("service").order_by("-begun_at", "id")
    return found if person_id is None else found.filter(person_id=person_id)


def withheld(service_id: UUID, *, people: Collection[UUID] | None = None) -> frozenset[UUID]:
    """The people (root ids) who are not sent to a service; among `people`, or among all.

    A decision whose last day has passed stands until the day's tick has ended it, which the feed then tells.
    """
    found = NeverSend.objects.filter(Q(service_id=service_id) | Q(service=None), ended_at=None)
    if people is not None:
        found = found.filter(person_id__in=people)
    return frozenset(found.values_list("person_id", flat=True))


def is_never_sent(person_id: UUID, *, service_id: UUID) -> bool:
    """Whether it has been decided that a service is told nothing of a person."""
    return person_id in withheld(service_id, people=[person_id])


def _tell(event: str, decisions: Collection[NeverSend], *, by: Actor) -> None:
    for one in decisions:
        audit.record(
            event,
            actor=by,
            subject_type="person",
            subject_id=one.person_id,
            decision=one.id,
            service=one.service_id,
        )
    if decisions:
        feed.append({Entity.PERSON: {one.person_id for one in decisions}}, cause="never_send")
