"""Leave of absence: a duty that rests for a time without ending."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Exists, OuterRef, Q

from kateder.core.models import TenantModel
from kateder.core.tenancy import TenantManager
from kateder.register.models.base import dates_in_order, in_force
from kateder.register.models.people import Duty


class DutyLeave(TenantModel):
    """Leave (tjänstledighet, föräldraledighet): from a day, to a day or until further notice.

    No constraint to the duty: a source that drops a duty and delivers it again finds the same leave.
    PII: duty · erased: with the person
    """

    duty = models.ForeignKey(Duty, models.CASCADE, related_name="leaves", db_constraint=False)
    start_date = models.DateField()
    end_date = models.DateField(null=True)
    registered_by = models.CharField(max_length=80)
    registered_at = models.DateTimeField()

    objects: TenantManager[DutyLeave] = TenantManager()

    class Meta:
        constraints = [dates_in_order("dutyleave")]

    def __str__(self) -> str:
        return str(self.id)


def in_service(today: date, *, prefix: str = "") -> Q:
    """Duties that hold today and are not on leave. For `Duty`, or by `prefix` for what leads to it.

    Whoever asks what somebody may do or is delivered as asks this; who is on the staff is `in_force`.
    """
    resting = DutyLeave.objects.filter(in_force(today), duty=OuterRef(f"{prefix}pk"))
    return in_force(today, prefix=prefix) & ~Q(Exists(resting))


def working(duty: str) -> str:
    """The same condition in SQL, for a table alias of register_duty and a parameter `today`."""
    return (
        f"NOT EXISTS (SELECT 1 FROM register_dutyleave leave WHERE leave.duty_id = {duty}.id"
        " AND leave.start_date <= %(today)s AND (leave.end_date IS NULL OR leave.end_date >= %(today)s))"
    )
