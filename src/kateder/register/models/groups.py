"""Classes and teaching groups, who is in them, and the activities that tie teachers to them."""

from __future__ import annotations

from django.db import models

from kateder.core.tenancy import TenantManager
from kateder.register.models.base import RegisterModel, authority_led, dates_in_order
from kateder.register.models.courses import Syllabus
from kateder.register.models.organisations import Organisation
from kateder.register.models.people import Duty, Person


class Group(RegisterModel):
    """A class, a teaching group or another group of a school unit (SS 12000 Group).

    PII: none (its name can reveal need or origin: it is released by policy only, domain rule 7)
    """

    display_name = models.CharField(max_length=200)
    group_type = models.CharField(max_length=20)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="groups")
    school_type = models.CharField(max_length=20, null=True)
    start_date = models.DateField()
    end_date = models.DateField(null=True)

    objects: TenantManager[Group] = TenantManager()

    class Meta:
        constraints = [dates_in_order("group")]

    def __str__(self) -> str:
        return self.display_name


class GroupMembership(RegisterModel):
    """A person in a group, with dates (SS 12000 groupMemberships).

    PII: group, person · erased: with the person
    """

    authority = authority_led()
    group = models.ForeignKey(Group, models.CASCADE, related_name="memberships", db_constraint=False, db_index=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="memberships", db_constraint=False)
    start_date = models.DateField()
    end_date = models.DateField(null=True)

    objects: TenantManager[GroupMembership] = TenantManager()

    class Meta:
        constraints = [dates_in_order("groupmembership")]
        indexes = [models.Index(fields=["authority", "group"], name="register_membership_group")]

    def __str__(self) -> str:
        return str(self.id)


class AssignmentRole(RegisterModel):
    """What a member of staff is to a group beside teaching it, a mentor for example (SS 12000 assignmentRole).

    PII: duty, assignment_role_type · erased: with the duty
    """

    duty = models.ForeignKey(Duty, models.CASCADE, related_name="assignment_roles")
    group = models.ForeignKey(Group, models.CASCADE, related_name="assignment_roles")
    assignment_role_type = models.CharField(max_length=40)
    start_date = models.DateField()
    end_date = models.DateField(null=True)

    objects: TenantManager[AssignmentRole] = TenantManager()

    class Meta:
        constraints = [dates_in_order("assignmentrole")]

    def __str__(self) -> str:
        return str(self.id)


class Activity(RegisterModel):
    """What ties teachers and groups to a subject (SS 12000 Activity). PII: none"""

    display_name = models.CharField(max_length=200)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="activities")
    activity_type = models.CharField(max_length=40, null=True)
    calendar_events_required = models.BooleanField(default=False)
    subject_code = models.CharField(max_length=40, null=True)
    subject_name = models.CharField(max_length=200, null=True)
    syllabus = models.ForeignKey(Syllabus, models.SET_NULL, null=True, related_name="activities")
    # No foreign key: the test activities that Skolverket publishes are not in our register.
    parent_activity = models.UUIDField(null=True)
    comment = models.CharField(max_length=500, null=True)
    minutes_planned = models.PositiveIntegerField(null=True)
    start_date = models.DateField()
    end_date = models.DateField(null=True)

    objects: TenantManager[Activity] = TenantManager()

    class Meta:
        verbose_name_plural = "activities"
        constraints = [dates_in_order("activity")]

    def __str__(self) -> str:
        return self.display_name


class ActivityGroup(RegisterModel):
    """A group of an activity. PII: none"""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="activity_groups")
    group = models.ForeignKey(Group, models.CASCADE, related_name="activity_groups")

    objects: TenantManager[ActivityGroup] = TenantManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["activity", "group"], name="register_activitygroup_once")]

    def __str__(self) -> str:
        return str(self.id)


class ActivityTeacher(RegisterModel):
    """A teacher of an activity, by the duty they do it in.

    PII: duty · erased: with the duty
    """

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="activity_teachers")
    duty = models.ForeignKey(Duty, models.CASCADE, related_name="activities")
    start_date = models.DateField(null=True)
    end_date = models.DateField(null=True)
    minutes_planned = models.PositiveIntegerField(null=True)
    grader = models.BooleanField(null=True)

    objects: TenantManager[ActivityTeacher] = TenantManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["activity", "duty"], name="register_activityteacher_once")]

    def __str__(self) -> str:
        return str(self.id)
