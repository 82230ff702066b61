"""Renew, end or undo what was let in; what has ended is taken out of the register after a while."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

import psycopg

from kateder.core import audit, clock, db
from kateder.core.actors import Actor
from kateder.protocols.reconcile import Action
from kateder.register import api as register
from kateder.register.api import Entity, shapes
from kateder.register.models import Activity, Duty, Enrolment, Person
from kateder.sources.models import SourceLink
from kateder.sources.todays.admitting import LONGEST_DAYS, may_admit
from kateder.sources.todays.errors import EndsInThePast, TooLateToUndo, TooLong
from kateder.sources.todays.models import Admission

KEPT_DAYS = 90
"""So long somebody who has left can be let in again as the same person, with the same accounts at services."""


def renew(admission_id: UUID, *, end_date: date, today: date, actor: Actor) -> Admission:
    """Let it go on until another day, at most 30 days from today. Raises TooLong, EndsInThePast or NotYourSchool."""
    admission = _held(admission_id, actor=actor, today=today)
    if end_date < today:
        raise EndsInThePast
    if end_date > today + timedelta(days=LONGEST_DAYS):
        raise TooLong(days=LONGEST_DAYS)
    admission.end_date = end_date
    admission.renewed += 1
    _store(admission, "admission.renewed", actor=actor)
    return admission


def end(admission_id: UUID, *, today: date, actor: Actor) -> None:
    """Close the door now: yesterday was the last day. What was let in today is undone. Raises NotYourSchool."""
    admission = _held(admission_id, actor=actor, today=today)
    if admission.start_date >= today:
        _take_out([admission], event="admission.ended", actor=actor)
        return
    admission.end_date = today - timedelta(days=1)
    _store(admission, "admission.ended", actor=actor)


def undo(admission_id: UUID, *, today: date, actor: Actor) -> None:
    """As if it had not been done: possible on the same day. Raises TooLateToUndo or NotYourSchool."""
    admission = _held(admission_id, actor=actor, today=today)
    if admission.start_date != today or admission.renewed:
        raise TooLateToUndo
    _take_out([admission], event="admission.undone", actor=actor)


def settle(*, today: date, actor: Actor) -> int:
    """Take out of the register who left long ago; gives how many. Call within(), once a day."""
    gone = list(Admission.objects.filter(end_date__lt=today - timedelta(days=KEPT_DAYS)))
    if gone:
        _take_out(gone, event="admission.settled", actor=actor)
    return len(gone)


def _held(admission_id: UUID, *, actor: Actor, today: date) -> Admission:
    admission = Admission.objects.select_for_update().get(pk=admission_id)
    may_admit(admission.unit_id, actor=actor, today=today)
    return admission


def _store(admission: Admission, event: str, *, actor: Actor) -> None:
    """The same last day for the admission, its duty and its activities."""
    admission.save(update_fields=["end_date", "renewed"])
    with db.cursor() as cursor:
        register.open_changes(cursor)
        for entity, model, ids in (
            (Entity.DUTY, Duty, [admission.duty_id]),
            (Entity.ACTIVITY, Activity, admission.activity_ids),
        ):
            for row in model.objects.filter(pk__in=ids).values("id", *shapes()[entity].columns):
                root_id = row.pop("id")
                values = {**row, "end_date": admission.end_date}
                register.add(cursor, entity, action=Action.UPDATE, root_id=root_id, values=values)
    audit.record(event, actor=actor, subject_type="admission", subject_id=admission.pk, until=admission.end_date)
    register.apply(cause=f"admission:{admission.pk}", actor=actor)


def _take_out(admissions: list[Admission], *, event: str, actor: Actor) -> None:
    with db.cursor() as cursor:
        register.open_changes(cursor)
        for admission in admissions:
            _remove(cursor, Entity.ACTIVITY, Activity.objects.filter(pk__in=admission.activity_ids).values_list("pk"))
            _remove(cursor, Entity.DUTY, Duty.objects.filter(pk=admission.duty_id).values_list("pk"))
            if _goes_too(admission):
                _remove(cursor, Entity.PERSON, Person.objects.filter(pk=admission.person_id).values_list("pk"))
            audit.record(event, actor=actor, subject_type="admission", subject_id=admission.pk)
    Admission.objects.filter(pk__in=[one.pk for one in admissions]).delete()
    register.apply(cause="admission", actor=actor)


def _remove(cursor: psycopg.Cursor[object], entity: Entity, rows: Iterable[tuple[UUID]]) -> None:
    for (root_id,) in rows:
        register.add(cursor, entity, action=Action.REMOVE, root_id=root_id)


def _goes_too(admission: Admission) -> bool:
    """Whether nobody else knows the person: let in nowhere else, and delivered by no source, or by none any more."""
    links = SourceLink.objects.filter(root_id=admission.person_id)
    return (
        (admission.made_person or links.exists())
        and not links.filter(content_hash__isnull=False).exists()
        and not Admission.objects.filter(person_id=admission.person_id).exclude(pk=admission.pk).exists()
        and not Duty.objects.filter(person=admission.person_id).exclude(pk=admission.duty_id).exists()
    )


def closed_accounts(*, today: date) -> list[UUID]:
    """The accounts (user ids) that were made for a visit that has ended, and that nothing keeps open."""
    ended = Admission.objects.filter(end_date__lt=today, user_id__isnull=False, settled_at=None)
    return [
        admission.user_id
        for admission in ended
        if admission.user_id is not None
        and not Duty.objects.filter(register.in_force(today), person=admission.person_id).exists()
    ]


def lone_guest(admission_id: UUID, *, today: date) -> Admission | None:
    """The admission, if the person is here for visits alone: unknown before, delivered by no source, no duty besides.

    Whoever has more than that has rights that a school's office must not be able to give away with a link.
    """
    admission = Admission.objects.filter(pk=admission_id, made_person=True, end_date__gte=today).first()
    if admission is None or SourceLink.objects.filter(root_id=admission.person_id).exists():
        return None
    visits = Admission.objects.filter(person_id=admission.person_id).values("duty_id")
    others = Duty.objects.filter(person=admission.person_id).exclude(pk__in=visits)
    return None if others.exists() or Enrolment.objects.filter(person=admission.person_id).exists() else admission


def note_account(admission_id: UUID, user_id: UUID) -> None:
    """Remember that an account was made for the visit."""
    Admission.objects.filter(pk=admission_id).update(user_id=user_id, settled_at=None)


def note_closed(user_ids: Iterable[UUID]) -> None:
    """Remember that the accounts have been closed."""
    Admission.objects.filter(user_id__in=list(user_ids), settled_at=None).update(settled_at=clock.now())
