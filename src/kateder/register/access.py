"""Who may see whom. No view filters by itself: it asks here (domain rule 6).

A teacher sees the groups of their own duties; a principal and the school's office the school units; a guardian the
children; an administrator the authority; everyone themselves. A duty on leave opens nothing. A look at a protected
person is audited, and so is a refusal, over a connection that a rolled-back request cannot undo (domain rule 14).
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext

from kateder.core import audit
from kateder.core.actors import Actor, Role
from kateder.core.errors import DomainError
from kateder.core.models import User
from kateder.core.tenancy import current_authority_id
from kateder.register.models import (
    Duty,
    Enrolment,
    Group,
    GroupMembership,
    Guardianship,
    Organisation,
    Person,
)
from kateder.register.models.base import in_force
from kateder.register.models.leaves import in_service

# SS 12000 DutyRole: who leads a school unit, and who teaches. Others on the staff have no group of their own.
LEADING_ROLES = frozenset({"Rektor"})
OFFICE_ROLES = frozenset({"Skoladministratör"})
TEACHING_ROLES = frozenset(
    {
        "Lärare",
        "Förstelärare",
        "Förskollärare",
        "Fritidspedagog",
        "Barnskötare",
        "Lärarassistent",
        "Speciallärare/specialpedagog",
        "Övrig pedagogisk personal",
    }
)
# A parent without custody and somebody who may only fetch the child see nothing.
SEEING_RELATIONS = frozenset({"Vårdnadshavare", "SFV", "God man", "Annan ansvarig"})
MAJORITY = 18


class NotYours(DomainError):
    """You may only see people in your own classes, school or family."""


def actor_for(user: User, *, today: date) -> Actor:
    """The user with the roles that the register gives them today, and those the authority has given them."""
    roles = {Role(role) for role in user.staff_roles}
    if user.person_id is not None:
        roles |= _roles_of(user.person_id, today=today)
    return Actor(current_authority_id(), user.id, user.person_id, frozenset(roles), f"user:{user.id}")


def visible_persons(actor: Actor, *, today: date) -> QuerySet[Person]:
    """The persons whom the actor may see today, in all of their roles."""
    everyone = Person.objects.all()
    if actor.has(Role.ADMINISTRATOR, Role.SYSTEM):
        return everyone
    seen = Q(pk=actor.person_id) if actor.person_id else Q(pk__in=[])
    if actor.has(Role.TEACHER):
        members = GroupMembership.objects.filter(
            in_force(today), group__in=_groups_taught(actor, today=today), person=OuterRef("pk")
        )
        seen |= Q(Exists(members))
    if actor.has(Role.PRINCIPAL, Role.SCHOOL_OFFICE):
        units = units_served(actor, today=today)
        enrolled = Enrolment.objects.filter(in_force(today), enroled_at__in=units, cancelled=False)
        staff = Duty.objects.filter(in_force(today), duty_at__in=units, person=OuterRef("pk"))
        family = Guardianship.objects.filter(
            in_force(today), guardian=OuterRef("pk"), child__in=enrolled.values("person")
        )
        seen |= Q(Exists(enrolled.filter(person=OuterRef("pk")))) | Q(Exists(staff)) | Q(Exists(family))
    if actor.has(Role.GUARDIAN):
        seen |= Q(pk__in=_children(actor, today=today))
    return everyone.filter(seen)


def groups_in_charge(actor: Actor, *, today: date) -> QuerySet[Group]:
    """The groups whose members the actor may see today: all, those of the units led, those taught.

    Not those that one is oneself a member of: a teacher who studies in the evening sees no classmates there.
    """
    groups = Group.objects.filter(in_force(today))
    if actor.has(Role.ADMINISTRATOR, Role.SYSTEM):
        return groups
    seen = Q(pk__in=[])
    if actor.has(Role.TEACHER):
        seen |= Q(pk__in=_groups_taught(actor, today=today))
    if actor.has(Role.PRINCIPAL, Role.SCHOOL_OFFICE):
        seen |= Q(organisation__in=units_served(actor, today=today))
    return groups.filter(seen)


def groups_of_own(actor: Actor, *, today: date) -> QuerySet[Group]:
    """The groups that the actor teaches today, whatever else they may see: for what is between teacher and pupil."""
    return _groups_taught(actor, today=today) if actor.has(Role.TEACHER) else Group.objects.none()


def may_see(actor: Actor, person_id: UUID, *, today: date) -> bool:
    """Whether the actor may see the person today. Asks only; nothing is audited."""
    return visible_persons(actor, today=today).filter(pk=person_id).exists()


def look_at(actor: Actor, person_id: UUID, *, today: date, purpose: str) -> Person:
    """The person, if the actor may see them. `purpose` is a code of the page or task, for the audit.

    Raises NotYours, also for a person who does not exist; the refusal and every look at a protected
    person are audited at once.
    """
    person = visible_persons(actor, today=today).filter(pk=person_id).first()
    if person is None:
        audit.refuse("person.refused", actor=actor, subject_type="person", subject_id=person_id, purpose=purpose)
        raise NotYours
    if person.is_protected(today):
        audit.look("person.protected_seen", actor=actor, subject_type="person", subject_id=person_id, purpose=purpose)
    return person


def shown_name(person: Person, actor: Actor, *, today: date) -> str:
    """The name as the actor sees it in a list: a protected name is in clear only to those who meet the
    person (themselves, their teachers, their principal, their guardians); others open it with `look_at`.
    """
    return gettext("Protected identity") if hides_name(person, actor, today=today) else person.full_name


def hides_name(person: Person, actor: Actor, *, today: date) -> bool:
    """Whether `shown_name` keeps the name back. Such rows come last in a list: their place would tell the name."""
    meets = actor.has(Role.TEACHER, Role.PRINCIPAL, Role.SCHOOL_OFFICE, Role.GUARDIAN) and not actor.has(
        Role.ADMINISTRATOR
    )
    return person.is_protected(today) and person.pk != actor.person_id and not meets


def units_led(actor: Actor, *, today: date) -> QuerySet[Organisation]:
    """The organisations that the actor leads today, with those directly below them (a school's units)."""
    return _units_of(actor, LEADING_ROLES, today=today)


def units_served(actor: Actor, *, today: date) -> QuerySet[Organisation]:
    """The organisations whose whole register the actor works with today: as principal, or in the school's office."""
    leading = LEADING_ROLES if actor.has(Role.PRINCIPAL) else frozenset[str]()
    office = OFFICE_ROLES if actor.has(Role.SCHOOL_OFFICE) else frozenset[str]()
    return _units_of(actor, leading | office, today=today)


def _units_of(actor: Actor, duty_roles: frozenset[str], *, today: date) -> QuerySet[Organisation]:
    at = Duty.objects.filter(in_service(today), person=actor.person_id, duty_role__in=duty_roles).values("duty_at")
    return Organisation.objects.filter(Q(pk__in=at) | Q(parent__in=at))


def _groups_taught(actor: Actor, *, today: date) -> QuerySet[Group]:
    return groups_taught(Duty.objects.filter(in_service(today), person=actor.person_id), today=today)


def groups_taught(duties: QuerySet[Duty], *, today: date) -> QuerySet[Group]:
    """The groups of today's activities that these duties teach."""
    return Group.objects.filter(
        in_force(today),
        pk__in=Group.objects.filter(
            in_force(today, prefix="activity_groups__activity__"),
            activity_groups__activity__activity_teachers__duty__in=duties,
        ).values("pk"),
    )


def _children(actor: Actor, *, today: date) -> QuerySet[Person]:
    """The guardian's children today; access ends on the eighteenth birthday, and where it is blocked."""
    grown_since = _years_before(today, MAJORITY)
    ties = Guardianship.objects.filter(
        in_force(today), guardian=actor.person_id, blocked=False, relation_type__in=SEEING_RELATIONS
    )
    under_age = Q(birth_date__isnull=True) | Q(birth_date__gt=grown_since)
    return Person.objects.filter(under_age, pk__in=ties.values("child"))


def _years_before(today: date, years: int) -> date:
    try:
        return today.replace(year=today.year - years)
    except ValueError:  # 29 February: who was born then comes of age on the 28th at the latest
        return today.replace(year=today.year - years, day=28)


def _roles_of(person_id: UUID, *, today: date) -> set[Role]:
    held = set(Duty.objects.filter(in_service(today), person=person_id).values_list("duty_role", flat=True))
    roles: set[Role] = set()
    if held & TEACHING_ROLES:
        roles.add(Role.TEACHER)
    if held & LEADING_ROLES:
        roles.add(Role.PRINCIPAL)
    if held & OFFICE_ROLES:
        roles.add(Role.SCHOOL_OFFICE)
    if Enrolment.objects.filter(in_force(today), person=person_id, cancelled=False).exists():
        roles.add(Role.PUPIL)
    if Guardianship.objects.filter(in_force(today), guardian=person_id, blocked=False).exists():
        roles.add(Role.GUARDIAN)
    return roles
