"""Leave pauses a duty: it stays, and opens nothing from its first day to its last."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.cast import TODAY, Cast

from kateder.core.actors import Actor, Role
from kateder.core.models import AuditEvent, FeedEntry
from kateder.core.tenancy import within
from kateder.register.access import actor_for, may_see
from kateder.register.api import (
    LeaveBackwards,
    LeaveOverlaps,
    NotYoursToPause,
    end_leave,
    groups_taught_by,
    set_leave,
)
from kateder.register.models import Duty, DutyLeave

BEFORE, AFTER = TODAY - timedelta(days=1), TODAY + timedelta(days=31)
LAST = TODAY + timedelta(days=30)


def pause(cast: Cast, *, start: date = TODAY, end: date | None = LAST, by: str = "petra") -> DutyLeave:
    return set_leave(cast["duty_tove"], start_date=start, end_date=end, actor=cast.actor(by))


def test_a_teacher_on_leave_reaches_no_pupils_from_the_first_day_to_the_last(cast: Cast) -> None:
    with within(cast.authority.id):
        pause(cast)
        for day, sees in ((BEFORE, True), (TODAY, False), (LAST, False), (AFTER, True)):
            assert may_see(actor_for(cast.users["tove"], today=day), cast["elsa"], today=day) is sees
            assert groups_taught_by(cast["tove"], today=day).exists() is sees


def test_the_duty_stays_in_the_register(cast: Cast) -> None:
    with within(cast.authority.id):
        duty = Duty.objects.get(pk=cast["duty_tove"])
        pause(cast)
        after = Duty.objects.get(pk=cast["duty_tove"])
        assert (after.start_date, after.end_date) == (duty.start_date, duty.end_date)
        assert after.modified_in_id > duty.modified_in_id


def test_a_teacher_on_leave_has_no_teachers_role(cast: Cast) -> None:
    with within(cast.authority.id):
        pause(cast)
        assert Role.TEACHER not in cast.actor("tove").roles


def test_a_principal_on_leave_leads_no_school(cast: Cast) -> None:
    with within(cast.authority.id):
        set_leave(cast["duty_petra"], start_date=TODAY, end_date=None, actor=cast.actor("alva"))
        assert not may_see(cast.actor("petra"), cast["elsa"], today=TODAY)


def test_the_principal_still_sees_who_is_on_leave(cast: Cast) -> None:
    with within(cast.authority.id):
        pause(cast)
        assert may_see(cast.actor("petra"), cast["tove"], today=TODAY)


def test_a_leave_that_is_ended_early_opens_the_day_after(cast: Cast) -> None:
    with within(cast.authority.id):
        leave = pause(cast, start=BEFORE)
        end_leave(leave.pk, last_day=BEFORE, actor=cast.actor("petra"))
        assert groups_taught_by(cast["tove"], today=TODAY).exists()
        assert not groups_taught_by(cast["tove"], today=BEFORE).exists()


def test_a_leave_that_had_not_begun_is_taken_away(cast: Cast) -> None:
    with within(cast.authority.id):
        end_leave(pause(cast).pk, last_day=BEFORE, actor=cast.actor("petra"))
        assert not DutyLeave.objects.exists()


def test_deliveries_hear_of_it_and_the_audit_names_no_reason(cast: Cast) -> None:
    with within(cast.authority.id):
        before = FeedEntry.objects.count()
        pause(cast)
        assert FeedEntry.objects.count() > before
        entry = AuditEvent.objects.get(event="duty.leave")
        assert set(entry.details) <= {"start", "end"}


def test_only_the_principal_of_the_school_or_an_administrator_decides(cast: Cast) -> None:
    with within(cast.authority.id):
        for name in ("tove", "elsa", "ture"):
            with pytest.raises(NotYoursToPause):
                pause(cast, by=name)
        with pytest.raises(NotYoursToPause):
            set_leave(cast["duty_ture"], start_date=TODAY, end_date=None, actor=cast.actor("petra"))
        set_leave(cast["duty_ture"], start_date=TODAY, end_date=None, actor=Actor.system("test"))


def test_a_leave_neither_runs_backwards_nor_over_another(cast: Cast) -> None:
    with within(cast.authority.id):
        with pytest.raises(LeaveBackwards):
            pause(cast, end=BEFORE)
        pause(cast)
        with pytest.raises(LeaveOverlaps):
            pause(cast, start=LAST, end=None)
        pause(cast, start=AFTER, end=None)
