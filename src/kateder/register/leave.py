"""Leave: a duty rests from a day to a day, and is neither taken away nor delivered meanwhile (N35)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from kateder.core import audit, clock, db
from kateder.core.actors import Actor, Role
from kateder.core.errors import DomainError
from kateder.protocols.reconcile import Action
from kateder.register import changes
from kateder.register.access import units_served
from kateder.register.applying import apply
from kateder.register.entities import Entity, shapes
from kateder.register.models import Duty, DutyLeave


class NotYoursToPause(DomainError):
    """Only those who run the school may say that somebody is on leave."""


class LeaveBackwards(DomainError):
    """The leave ends before it begins."""


class LeaveOverlaps(DomainError):
    """There is already a leave in that time. End it first."""


def set_leave(duty_id: UUID, *, start_date: date, end_date: date | None, actor: Actor) -> DutyLeave:
    """Let a duty rest from a day to a day (inclusive), or until further notice.

    The feed names the duty and the person. Raises NotYoursToPause, LeaveBackwards or LeaveOverlaps.
    """
    _may_decide(duty_id, actor=actor)
    if end_date is not None and end_date < start_date:
        raise LeaveBackwards
    if any(_overlap(other, start_date, end_date) for other in DutyLeave.objects.filter(duty=duty_id)):
        raise LeaveOverlaps
    leave = DutyLeave.objects.create(
        duty_id=duty_id,
        start_date=start_date,
        end_date=end_date,
        registered_by=actor.label,
        registered_at=clock.now(),
    )
    _tell("duty.leave", duty_id, actor=actor, start=start_date, end=end_date)
    return leave


def end_leave(leave_id: UUID, *, last_day: date, actor: Actor) -> None:
    """Let a leave end with a day; one that had not begun by then is taken away. Raises NotYoursToPause."""
    leave = DutyLeave.objects.select_for_update().get(pk=leave_id)
    _may_decide(leave.duty_id, actor=actor)
    if last_day < leave.start_date:
        leave.delete()
    else:
        leave.end_date = last_day
        leave.save(update_fields=["end_date"])
    _tell("duty.leave_ended", leave.duty_id, actor=actor, end=last_day)


def _may_decide(duty_id: UUID, *, actor: Actor) -> None:
    if actor.has(Role.ADMINISTRATOR, Role.SYSTEM):
        return
    served = units_served(actor, today=clock.today())
    if not Duty.objects.filter(pk=duty_id, duty_at__in=served).exists():
        audit.refuse("duty.leave_refused", actor=actor, subject_type="duty", subject_id=duty_id)
        raise NotYoursToPause


def _overlap(leave: DutyLeave, start_date: date, end_date: date | None) -> bool:
    return (end_date is None or leave.start_date <= end_date) and (
        leave.end_date is None or leave.end_date >= start_date
    )


def _tell(event: str, duty_id: UUID, *, actor: Actor, **details: object) -> None:
    """Touch the duty, so that the feed and whoever asks what was modified see it."""
    columns = list(shapes()[Entity.DUTY].columns)
    values = Duty.objects.filter(pk=duty_id).values(*columns).get()
    with db.cursor() as cursor:
        changes.open_changes(cursor)
        changes.add(cursor, Entity.DUTY, action=Action.UPDATE, root_id=duty_id, values=values)
    audit.record(event, actor=actor, subject_type="duty", subject_id=duty_id, **details)
    apply(cause="leave", actor=actor)
