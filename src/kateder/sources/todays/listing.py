"""Who is let in at a school today, and what there is to choose among."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from kateder.register.api import in_force
from kateder.register.models import Activity, Duty, Group, Organisation, Person
from kateder.sources.todays.models import Admission, AdmissionKind

SHOWN_DAYS = 14
"""So long after its end a visit stands in the list, so that it can be taken up again."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One admission with the people and groups of it. `person` is None where the register no longer has them."""

    admission: Admission
    person: Person | None
    sponsor: Person | None
    groups: tuple[str, ...]

    @property
    def kind(self) -> AdmissionKind:
        """What the person does."""
        return AdmissionKind(self.admission.kind)

    def is_over(self, today: date) -> bool:
        """Whether the last day has been."""
        return self.admission.end_date < today


@dataclass(frozen=True, slots=True)
class GroupChoice:
    """A group of the school, with the subject it is about where it is about one."""

    id: UUID
    name: str
    kind: str
    subjects: str


def visits(unit_id: UUID, *, today: date) -> list[Visit]:
    """Who is let in at a school unit, and who was until lately; those who are there first, newest first."""
    admissions = list(
        Admission.objects.filter(unit_id=unit_id, end_date__gte=today - timedelta(days=SHOWN_DAYS)).order_by(
            "-admitted_at", "pk"
        )
    )
    # Whoever the duty is tied to now: two records of one person may have been merged since.
    duties = dict(Duty.objects.filter(pk__in=[one.duty_id for one in admissions]).values_list("pk", "person_id"))
    people = Person.objects.in_bulk(
        {*duties.values(), *(one.sponsor_id for one in admissions if one.sponsor_id is not None)}
    )
    groups = _groups({activity for one in admissions for activity in one.activity_ids})
    found = [
        Visit(
            one,
            people.get(duties.get(one.duty_id, one.person_id)),
            people.get(one.sponsor_id) if one.sponsor_id else None,
            tuple(sorted(name for activity in one.activity_ids for name in groups.get(activity, ()))),
        )
        for one in admissions
    ]
    return sorted(found, key=lambda visit: visit.is_over(today))


def groups_to_choose(unit_id: UUID, *, today: date) -> list[GroupChoice]:
    """The groups of a school unit today in which there is teaching: classes first, then by name."""
    groups = Group.objects.filter(in_force(today), organisation=unit_id).exclude(group_type="Personalgrupp")
    subjects: dict[UUID, set[str]] = {}
    taught = Activity.objects.filter(in_force(today), activity_groups__group__in=groups, subject_name__isnull=False)
    for group_id, name in taught.values_list("activity_groups__group", "subject_name").distinct():
        subjects.setdefault(group_id, set()).add(name or "")
    found = [
        GroupChoice(group.pk, group.display_name, group.group_type, ", ".join(sorted(subjects.get(group.pk, ()))))
        for group in groups.order_by("display_name", "pk")
    ]
    return sorted(found, key=lambda one: one.kind != "Klass")


def sponsors(unit_id: UUID, *, today: date) -> list[Person]:
    """Who may answer for a visit: the staff of the school unit and of its school, by name."""
    unit = Organisation.objects.filter(pk=unit_id).values_list("parent_id", flat=True).first()
    duties = Duty.objects.filter(in_force(today), duty_at__in=filter(None, (unit_id, unit)))
    guests = Admission.objects.filter(unit_id=unit_id, made_person=True).values("person_id")
    return list(Person.objects.filter(pk__in=duties.values("person")).exclude(pk__in=guests).order_by("sort_key", "pk"))


def _groups(activity_ids: set[UUID]) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = {}
    for activity_id, name in Activity.objects.filter(pk__in=activity_ids).values_list(
        "pk", "activity_groups__group__display_name"
    ):
        if name:
            found.setdefault(activity_id, []).append(name)
    return found
