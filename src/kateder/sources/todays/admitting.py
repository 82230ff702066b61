"""Let somebody in: a person, a duty and an activity per group, in one changeset."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID, uuid4

import psycopg

from kateder.core import audit, clock, db
from kateder.core.actors import Actor, Role
from kateder.core.identifiers import NumberKind, PersonalNumber, search_key, sort_key
from kateder.protocols.reconcile import Action
from kateder.register import access
from kateder.register import api as register
from kateder.register.api import Entity, in_force
from kateder.register.models import Activity, Duty, Group, Organisation, Person
from kateder.sources.todays.errors import (
    AlreadyIn,
    BadNumber,
    EndsInThePast,
    NameMissing,
    NoSponsor,
    NotAtTheSchool,
    NothingChosen,
    NotYourSchool,
    TooLong,
)
from kateder.sources.todays.models import Admission, AdmissionKind

LONGEST_DAYS = 30
DUTY_ROLES: Mapping[AdmissionKind, str] = {
    AdmissionKind.SUBSTITUTE: "Lärare",
    AdmissionKind.AGENCY: "Lärare",
    AdmissionKind.STUDENT: "Lärarassistent",
    AdmissionKind.REMOTE: "Lärare",
}
# What the duty's description says to other systems: Swedish, as the standard's values are.
DESCRIPTIONS: Mapping[AdmissionKind, str] = {
    AdmissionKind.SUBSTITUTE: "Vikarie",
    AdmissionKind.AGENCY: "Bemanningslärare",
    AdmissionKind.STUDENT: "Lärarstudent (VFU)",
    AdmissionKind.REMOTE: "Fjärrlärare",
}


@dataclass(frozen=True, slots=True)
class Guest:
    """Who is to be let in. With a personal number they are the same person if the HR system delivers them later."""

    given_name: str
    family_name: str
    kind: AdmissionKind
    end_date: date
    sponsor_id: UUID | None
    group_ids: Collection[UUID] = field(default=())
    civic_no: str = ""
    email: str = ""


def units_to_admit_at(actor: Actor, *, today: date) -> list[Organisation]:
    """The school units at which the actor may let people in, by name."""
    units = Organisation.objects.all()
    if not actor.has(Role.ADMINISTRATOR, Role.SYSTEM):
        units = access.units_served(actor, today=today)
    return list(units.filter(in_force(today), organisation_type="Skolenhet").order_by("display_name", "pk"))


def admit(unit_id: UUID, guest: Guest, *, today: date, actor: Actor) -> Admission:
    """Let somebody in at a school unit from today until a day, at most 30 days ahead.

    Raises the refusals of `errors`; then nothing has changed. The feed names everybody concerned.
    """
    may_admit(unit_id, actor=actor, today=today)
    _check_dates(guest.end_date, today=today)
    groups = _groups(unit_id, guest.group_ids, today=today)
    if not is_staff(guest.sponsor_id, unit_id, today=today):
        raise NoSponsor
    known = _known(guest, today=today)
    if known and Admission.objects.filter(person_id=known, unit_id=unit_id, end_date__gte=today).exists():
        raise AlreadyIn
    admission = Admission(
        person_id=known or uuid4(),
        made_person=known is None,
        duty_id=uuid4(),
        unit_id=unit_id,
        activity_ids=[uuid4() for _ in groups],
        kind=guest.kind,
        sponsor_id=guest.sponsor_id,
        start_date=today,
        end_date=guest.end_date,
        admitted_by=actor.label,
        admitted_at=clock.now(),
    )
    admission.save(force_insert=True)
    with db.cursor() as cursor:
        register.open_changes(cursor)
        if admission.made_person:
            register.add(
                cursor,
                Entity.PERSON,
                action=Action.CREATE,
                root_id=admission.person_id,
                values=_person(guest, today=today),
            )
        _tie(cursor, admission, groups)
    _told("admission.made", admission, actor=actor, until=guest.end_date, groups=len(groups))
    register.apply(cause=f"admission:{admission.pk}", actor=actor)
    return admission


def may_admit(unit_id: UUID, *, actor: Actor, today: date) -> None:
    """Raise NotYourSchool unless the actor may let people in there; the refusal is audited."""
    if all(unit.pk != unit_id for unit in units_to_admit_at(actor, today=today)):
        audit.refuse("admission.refused", actor=actor, subject_type="organisation", subject_id=unit_id)
        raise NotYourSchool


def is_staff(person_id: UUID | None, unit_id: UUID, *, today: date) -> bool:
    """Whether somebody has a duty at the school unit, or at its school, today."""
    unit = Organisation.objects.filter(pk=unit_id).values_list("parent_id", flat=True).first()
    return Duty.objects.filter(in_force(today), person=person_id, duty_at__in=filter(None, (unit_id, unit))).exists()


def _check_dates(end_date: date, *, today: date) -> None:
    if end_date < today:
        raise EndsInThePast
    if end_date > today + timedelta(days=LONGEST_DAYS):
        raise TooLong(days=LONGEST_DAYS)


def _groups(unit_id: UUID, group_ids: Collection[UUID], *, today: date) -> list[Group]:
    if not group_ids:
        raise NothingChosen
    groups = list(Group.objects.filter(in_force(today), pk__in=group_ids, organisation=unit_id).order_by("pk"))
    if len(groups) != len(set(group_ids)):
        raise NotAtTheSchool
    return groups


def _known(guest: Guest, *, today: date) -> UUID | None:
    """The person whose number it is, if exactly one has it. Raises NameMissing or BadNumber."""
    if not guest.given_name.strip() or not guest.family_name.strip():
        raise NameMissing
    if not guest.civic_no.strip():
        return None
    number = PersonalNumber.parse(guest.civic_no, today=today)
    if number.kind is NumberKind.INVALID:
        raise BadNumber
    found = list(Person.objects.filter(civic_no=number.value).values_list("pk", flat=True)[:2])
    return found[0] if len(found) == 1 else None


def _person(guest: Guest, *, today: date) -> dict[str, object]:
    given, family = guest.given_name.strip(), guest.family_name.strip()
    number = PersonalNumber.parse(guest.civic_no, today=today) if guest.civic_no.strip() else None
    return {
        "given_name": given[:200],
        "family_name": family[:200],
        "sort_key": sort_key(f"{family} {given}")[:600],
        "search_key": search_key(f"{given} {family}")[:600],
        "civic_no": number and number.value,
        "civic_no_kind": number and number.kind.value,
        "birth_date": number and number.birth_date,
        "security_marking": "Ingen",
        "person_status": "Aktiv",
        "emails": [guest.email.strip()[:200]] if guest.email.strip() else [],
        "edu_person_principal_names": [],
        "phone_numbers": [],
    }


def _tie(cursor: psycopg.Cursor[object], admission: Admission, groups: Collection[Group]) -> None:
    """The duty, and for each group an activity of its own: what the school system says of its own stays untouched."""
    dates = {"start_date": admission.start_date, "end_date": admission.end_date}
    kind = AdmissionKind(admission.kind)

    def new(entity: Entity, root_id: UUID, **values: object) -> None:
        register.add(cursor, entity, action=Action.CREATE, root_id=root_id, values=values)

    new(
        Entity.DUTY,
        admission.duty_id,
        person_id=admission.person_id,
        duty_at_id=admission.unit_id,
        duty_role=DUTY_ROLES[kind],
        description=DESCRIPTIONS[kind],
        **dates,
    )
    for activity_id, group in zip(admission.activity_ids, groups, strict=True):
        code, name = _subject(group, today=admission.start_date)
        new(
            Entity.ACTIVITY,
            activity_id,
            display_name=" ".join(filter(None, (group.display_name, name)))[:200],
            organisation_id=admission.unit_id,
            activity_type="Undervisning",
            calendar_events_required=False,
            subject_code=code,
            subject_name=name,
            **dates,
        )
        new(Entity.ACTIVITY_GROUP, uuid4(), activity_id=activity_id, group_id=group.pk)
        new(Entity.ACTIVITY_TEACHER, uuid4(), activity_id=activity_id, duty_id=admission.duty_id)


def _subject(group: Group, *, today: date) -> tuple[str | None, str | None]:
    """The subject that the group has otherwise, where it has one only."""
    found = set(
        Activity.objects.filter(in_force(today), activity_groups__group=group).values_list(
            "subject_code", "subject_name"
        )
    )
    return found.pop() if len(found) == 1 else (None, None)


def _told(event: str, admission: Admission, *, actor: Actor, **details: object) -> None:
    audit.record(event, actor=actor, subject_type="admission", subject_id=admission.pk, **details)
