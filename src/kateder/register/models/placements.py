"""Places in preschool and leisure-time centres: who has them, when the child comes, who came and went."""

from __future__ import annotations

from django.db import models

from kateder.core.tenancy import TenantManager
from kateder.register.models.base import RegisterModel, dates_in_order
from kateder.register.models.groups import Group
from kateder.register.models.organisations import Organisation
from kateder.register.models.people import Person


class Placement(RegisterModel):
    """A child's place in preschool or a leisure-time centre (SS 12000 Placement).

    PII: child, reason, max_weekly_schedule_hours · erased: with the child
    """

    placed_at = models.ForeignKey(Organisation, models.PROTECT, related_name="placements")
    group = models.ForeignKey(Group, models.SET_NULL, null=True, related_name="placements")
    child = models.ForeignKey(Person, models.CASCADE, related_name="placements")
    school_type = models.CharField(max_length=20, null=True)
    reason = models.CharField(max_length=40, null=True)
    max_weekly_schedule_hours = models.PositiveSmallIntegerField(null=True)
    start_date = models.DateField()
    end_date = models.DateField(null=True)

    objects: TenantManager[Placement] = TenantManager()

    class Meta:
        constraints = [dates_in_order("placement")]

    def __str__(self) -> str:
        return str(self.id)


class PlacementOwner(RegisterModel):
    """Who answers for a place (SS 12000 Placement.owners).

    PII: owner · erased: with the placement or the owner
    """

    placement = models.ForeignKey(Placement, models.CASCADE, related_name="owners")
    owner = models.ForeignKey(Person, models.CASCADE, related_name="owned_placements")

    objects: TenantManager[PlacementOwner] = TenantManager()

    def __str__(self) -> str:
        return str(self.id)


class AttendanceSchedule(RegisterModel):
    """When a child is to be at its place (SS 12000 AttendanceSchedule).

    PII: placement, state, schedule_entries · erased: with the placement
    """

    placement = models.ForeignKey(Placement, models.CASCADE, related_name="schedules")
    number_of_weeks = models.PositiveSmallIntegerField(null=True)
    temporary = models.BooleanField(null=True)
    # As the standard has them; `registeredBy` in `state` holds a person's root id.
    state = models.JSONField(default=list)
    schedule_entries = models.JSONField(default=list)
    start_date = models.DateField()
    end_date = models.DateField(null=True)

    objects: TenantManager[AttendanceSchedule] = TenantManager()

    class Meta:
        constraints = [dates_in_order("attendanceschedule")]

    def __str__(self) -> str:
        return str(self.id)


class AttendanceEvent(RegisterModel):
    """That somebody came or went (SS 12000 AttendanceEvent).

    PII: person, registered_by, time · erased: with the person
    """

    time = models.DateTimeField()
    event_type = models.CharField(max_length=3)
    person = models.ForeignKey(Person, models.CASCADE, null=True, related_name="attendance_events")
    registered_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    group = models.ForeignKey(Group, models.CASCADE, related_name="attendance_events")

    objects: TenantManager[AttendanceEvent] = TenantManager()

    def __str__(self) -> str:
        return str(self.id)
