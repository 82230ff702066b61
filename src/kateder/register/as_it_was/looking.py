"""Who may look at the past of whom: the administrator the authority, a principal and the office their own school units.

A look at somebody whose identity is or was protected is audited, and so is every look at somebody who is gone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from django.utils.translation import gettext

from kateder.core import audit, db
from kateder.core.actors import Actor, Role
from kateder.core.identifiers import search_key, sort_key
from kateder.register import access
from kateder.register.as_it_was.changes import Change, changes_of
from kateder.register.as_it_was.images import read
from kateder.register.as_it_was.reading import GroupThen, PersonThen, Tie, group_on, is_protected, person_on
from kateder.register.entities import Entity
from kateder.register.models import Group, Person

PURPOSE = "as_it_was"


@dataclass(frozen=True, slots=True)
class Removed:
    """Somebody whom no source delivers any more. The name is the last one; nobody's who was protected."""

    id: UUID
    name: str
    born: str
    last_day: date

    @property
    def day_before(self) -> date:
        """The last whole day on which the person was there."""
        return self.last_day - timedelta(days=1)


def person_for(actor: Actor, person_id: UUID, *, day: date, today: date) -> tuple[str, PersonThen | None]:
    """The person's name of today (of somebody who is gone: the last one) and what was so on the day.

    Raises NotYours (also for nobody), NoLongerKept.
    """
    if not actor.has(Role.ADMINISTRATOR, Role.PRINCIPAL, Role.SCHOOL_OFFICE):
        raise access.NotYours
    if Person.objects.filter(pk=person_id).exists():
        person = access.look_at(actor, person_id, today=today, purpose=PURPOSE)
        name, is_hidden = person.full_name, person.is_protected(today)
    else:
        name, is_hidden = _removed(actor, person_id, today=today), True
    then = person_on(person_id, day=day, today=today)
    if then is not None and then.was_protected and not is_hidden:
        audit.look("person.protected_seen", actor=actor, subject_type="person", subject_id=person_id, purpose=PURPOSE)
    return name, _own_units(then, actor, today=today) if then else None


def group_for(actor: Actor, group_id: UUID, *, day: date, today: date) -> GroupThen | None:
    """The group on a day, if it was or is of a unit that the actor serves. Raises NotYours, NoLongerKept."""
    then = group_on(group_id, day=day, today=today)
    if not actor.has(Role.ADMINISTRATOR):
        then_at = {UUID(then.row["organisation_id"])} if then else set()
        is_at = set(Group.objects.filter(pk=group_id).values_list("organisation_id", flat=True))
        if not (then_at | is_at) & _units(actor, today=today):
            audit.refuse("group.refused", actor=actor, subject_type="group", subject_id=group_id, purpose=PURPOSE)
            raise access.NotYours
    return then


def changes_for(actor: Actor, person_id: UUID, *, today: date) -> list[Change]:
    """What has changed about a person whom `person_for` has let the actor look at; of other schools nothing."""
    found = changes_of(person_id, today=today)
    if actor.has(Role.ADMINISTRATOR):
        return found
    units = _units(actor, today=today)
    groups = set(Group.objects.filter(organisation__in=units).values_list("pk", flat=True))
    seen = {str(root) for root in units | groups}
    places = {Entity.ENROLMENT: "enroled_at_id", Entity.DUTY: "duty_at_id", Entity.MEMBERSHIP: "group_id"}
    return [one for one in found if one.entity not in places or one.ties.get(places[one.entity]) in seen]


def names_of(actor: Actor, ids: set[UUID], *, today: date) -> dict[UUID, str]:
    """The names of people of the past as the actor may read them; who is not known any more has none.

    A protected name that is read in clear is audited.
    """
    names = {}
    for person in access.visible_persons(actor, today=today).filter(pk__in=ids):
        names[person.pk] = access.shown_name(person, actor, today=today)
        if person.is_protected(today) and not access.hides_name(person, actor, today=today):
            audit.look(
                "person.protected_seen", actor=actor, subject_type="person", subject_id=person.pk, purpose=PURPOSE
            )
    return names


def removed_people(actor: Actor, *, text: str, most: int = 50) -> list[Removed]:
    """People who are gone from the register and whose history is kept, found by the beginning of a name.

    For administrators; raises NotYours. Who was protected is found by no name.
    """
    if not actor.has(Role.ADMINISTRATOR):
        raise access.NotYours
    keys = {"key": search_key(text), "sorted": sort_key(text), "most": most}
    with db.cursor() as cursor:
        cursor.execute(_REMOVED, keys)
        found = cursor.fetchall()
    return [Removed(id_, name, born or "", last) for id_, name, born, last in found]


_REMOVED = """
SELECT * FROM (
  SELECT DISTINCT ON (h.root_id) h.root_id, concat_ws(' ', h.before ->> 'given_name', h.before ->> 'family_name'),
         left(h.before ->> 'birth_date', 4), (c.at AT TIME ZONE 'Europe/Stockholm')::date
    FROM register_historyentry h JOIN register_changeset c ON c.id = h.changeset_id
   WHERE h.entity = 'person' AND NOT EXISTS (SELECT 1 FROM register_person p WHERE p.id = h.root_id)
     AND h.before ->> 'security_marking' = 'Ingen' AND h.before -> 'local_protection' = 'false'::jsonb
     AND (starts_with(h.before ->> 'search_key', %(key)s) OR starts_with(h.before ->> 'sort_key', %(sorted)s))
   ORDER BY h.root_id, h.id DESC) gone
 ORDER BY 4 DESC, 2, 1 LIMIT %(most)s
"""


def _removed(actor: Actor, person_id: UUID, *, today: date) -> str:
    """The last name of somebody who is gone; every look is audited. Raises NotYours."""
    with db.cursor() as cursor:
        cursor.execute(
            "SELECT before FROM register_historyentry WHERE entity = 'person' AND root_id = %s"
            " ORDER BY id DESC LIMIT 1",
            [person_id],
        )
        row = cursor.fetchone()
    if row is None or not actor.has(Role.ADMINISTRATOR):
        audit.refuse("person.refused", actor=actor, subject_type="person", subject_id=person_id, purpose=PURPOSE)
        raise access.NotYours
    audit.look("person.removed_seen", actor=actor, subject_type="person", subject_id=person_id, purpose=PURPOSE)
    last = read(row[0])
    if is_protected(last, today):
        return gettext("Protected identity")
    return f"{last['given_name']} {last['family_name']}"


def _units(actor: Actor, *, today: date) -> set[UUID]:
    return set(access.units_served(actor, today=today).values_list("pk", flat=True))


def _own_units(then: PersonThen, actor: Actor, *, today: date) -> PersonThen:
    """Only what was at the actor's own school units: another school's classes can tell of need (domain rule 7)."""
    if actor.has(Role.ADMINISTRATOR):
        return then
    units = _units(actor, today=today)

    def at(ties: tuple[Tie, ...]) -> tuple[Tie, ...]:
        return tuple(tie for tie in ties if then.unit_of_group.get(tie.other_id, tie.other_id) in units)

    return replace(then, enrolments=at(then.enrolments), memberships=at(then.memberships), duties=at(then.duties))
