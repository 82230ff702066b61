"""Lessons, who was there, who was away, what it came to, and the rooms and things that were booked."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from kateder.core.tenancy import TenantManager
from kateder.register.models.base import RegisterModel
from kateder.register.models.courses import Syllabus
from kateder.register.models.groups import Activity, Group
from kateder.register.models.organisations import Organisation
from kateder.register.models.people import Person


class Room(RegisterModel):
    """A room that can be booked (SS 12000 Room). PII: none"""

    display_name = models.CharField(max_length=200)
    seats = models.PositiveIntegerField(null=True)
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="rooms")

    objects: TenantManager[Room] = TenantManager()

    def __str__(self) -> str:
        return self.display_name


class Asset(RegisterModel):
    """A thing that can be booked (SS 12000 Resource; a learning resource is `catalogue.Resource`). PII: none"""

    display_name = models.CharField(max_length=200)
    description = models.CharField(max_length=500, null=True)
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="assets")

    objects: TenantManager[Asset] = TenantManager()

    def __str__(self) -> str:
        return self.display_name


class CalendarEvent(RegisterModel):
    """A lesson or another booked time of an activity (SS 12000 CalendarEvent).

    PII: student_exceptions, teacher_exceptions · erased: with the activity
    """

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="calendar_events")
    start_time = models.DateTimeField()
    end_time = models.DateTimeField()
    cancelled = models.BooleanField(default=False)
    teaching_length_teacher = models.PositiveSmallIntegerField(null=True)
    teaching_length_student = models.PositiveSmallIntegerField(null=True)
    comment = models.CharField(max_length=500, null=True)
    # As the standard has them; `student` and `duty` hold root ids.
    student_exceptions = models.JSONField(default=list)
    teacher_exceptions = models.JSONField(default=list)
    rooms: ArrayField[list[object], list[object]] = ArrayField(models.UUIDField(), default=list)
    assets: ArrayField[list[object], list[object]] = ArrayField(models.UUIDField(), default=list)

    objects: TenantManager[CalendarEvent] = TenantManager()

    class Meta:
        indexes = [models.Index(fields=["authority", "start_time"], name="register_calendar_time")]

    def __str__(self) -> str:
        return str(self.id)


class Attendance(RegisterModel):
    """How much of a lesson a pupil attended (SS 12000 Attendance).

    PII: student, reporter, absence_reason, the minutes · erased: with the pupil
    """

    calendar_event = models.ForeignKey(CalendarEvent, models.CASCADE, related_name="attendances")
    student = models.ForeignKey(Person, models.CASCADE, related_name="attendances")
    reporter = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    is_reported = models.BooleanField(default=False)
    attendance_minutes = models.PositiveSmallIntegerField(default=0)
    valid_absence_minutes = models.PositiveSmallIntegerField(null=True)
    invalid_absence_minutes = models.PositiveSmallIntegerField(null=True)
    other_attendance_minutes = models.PositiveSmallIntegerField(null=True)
    absence_reason = models.CharField(max_length=200, null=True)
    reported_timestamp = models.DateTimeField(null=True)

    objects: TenantManager[Attendance] = TenantManager()

    def __str__(self) -> str:
        return str(self.id)


class Absence(RegisterModel):
    """An absence that was reported or granted in advance (SS 12000 Absence).

    PII: student, registered_by, type, the times · erased: with the pupil
    """

    start_time = models.DateTimeField()
    end_time = models.DateTimeField()
    type = models.CharField(max_length=40)
    student = models.ForeignKey(Person, models.CASCADE, related_name="absences")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="absences")
    registered_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")

    objects: TenantManager[Absence] = TenantManager()

    def __str__(self) -> str:
        return str(self.id)


class Grade(RegisterModel):
    """A grade of a pupil in a subject or course (SS 12000 Grade).

    PII: everything in it · erased: with the pupil
    """

    student = models.ForeignKey(Person, models.CASCADE, related_name="grades")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="grades")
    registered_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    grading_teacher = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    group = models.ForeignKey(Group, models.SET_NULL, null=True, related_name="grades")
    syllabus = models.ForeignKey(Syllabus, models.PROTECT, related_name="grades")
    registered_date = models.DateField()
    grade_value = models.CharField(max_length=20)
    final_grade = models.BooleanField(default=False)
    trial = models.BooleanField(null=True)
    adapted_study_plan = models.CharField(max_length=40)
    remark = models.CharField(max_length=500, null=True)
    converted = models.BooleanField(null=True)
    correction_type = models.CharField(max_length=20, null=True)
    semester = models.CharField(max_length=2, null=True)
    year = models.SmallIntegerField(null=True)
    diploma_project = models.JSONField(null=True)

    objects: TenantManager[Grade] = TenantManager()

    def __str__(self) -> str:
        return str(self.id)
