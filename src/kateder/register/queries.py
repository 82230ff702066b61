"""Questions to the register with a rule in them: whose dates hold, which people a group is."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from kateder.register.access import groups_taught
from kateder.register.models import Duty, Enrolment, Group, GroupMembership, Organisation, Person
from kateder.register.models.base import in_force
from kateder.register.models.leaves import in_service


def members(group_id: UUID, *, today: date) -> QuerySet[Person]:
    """The persons in a group today, in Swedish order of names."""
    return persons_of_groups([group_id], today=today)


def persons_of_groups(group_ids: Collection[UUID], *, today: date) -> QuerySet[Person]:
    """The distinct persons in any of the groups today (domain rule 9: persons, not memberships)."""
    inside = GroupMembership.objects.filter(
        in_force(today), in_force(today, prefix="group__"), group__in=group_ids, person=OuterRef("pk")
    )
    return Person.objects.filter(Exists(inside)).order_by("sort_key", "pk")


def groups_of(person_id: UUID, *, today: date) -> QuerySet[Group]:
    """The groups that a person is in today, by name."""
    own = GroupMembership.objects.filter(in_force(today), person=person_id)
    return Group.objects.filter(in_force(today), pk__in=own.values("group")).order_by("display_name", "pk")


def groups_taught_by(person_id: UUID, *, today: date) -> QuerySet[Group]:
    """The groups that a person teaches today, by name, over all of their duties."""
    duties = Duty.objects.filter(in_service(today), person=person_id)
    return groups_taught(duties, today=today).order_by("display_name", "pk")


def enrolments_of(person_id: UUID, *, today: date) -> QuerySet[Enrolment]:
    """A person's enrolments today, with their school units."""
    held = Enrolment.objects.filter(in_force(today), person=person_id, cancelled=False)
    return held.select_related("enroled_at").order_by("start_date", "pk")


def pupils_of_unit(organisation_id: UUID, *, today: date, school_year: int | None = None) -> QuerySet[Person]:
    """The distinct pupils enrolled at a school unit (or at a school's units) today, of one year if asked."""
    units = Organisation.objects.filter(pk=organisation_id) | Organisation.objects.filter(parent=organisation_id)
    enrolled = Enrolment.objects.filter(in_force(today), enroled_at__in=units, cancelled=False, person=OuterRef("pk"))
    if school_year is not None:
        enrolled = enrolled.filter(school_year=school_year)
    return Person.objects.filter(Exists(enrolled)).order_by("sort_key", "pk")


def person_with_eppn(eppn: str) -> Person | None:
    """The one person who has an eduPersonPrincipalName; None when nobody has it, or when several do."""
    found = Person.objects.filter(edu_person_principal_names__contains=[eppn])[:2]
    return found[0] if len(found) == 1 else None
