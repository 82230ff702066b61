"""What of a service's accounts may be another after something has changed: from the feed to the objects.

This is the one place that knows which change reaches which objects; an object is named by the root id of the person,
group, activity, duty or organisation that it is about. Whatever is not narrowed here touches everything. Schools and
what stands above them are few, and are looked at each time (`units`).

A change of …          touches
person, enrolment      the person
membership             the person; the group
group                  the group, its members and its teachers: they have what it was assigned
members of a group     the group
activity               the activity, its groups and its teachers
duty                   the duty and its person
assignment             whom it is about: a person, a group as above, or all of a school; everything where they are many
lot, policy, agreement, decision, service, resource: everything of that service, and nothing of others
organisation, a day    everything

Then, whoever is touched touches the groups they are in or teach (their names stand there, and nobody's group is
delivered without somebody who has it), those groups their activities, and these the duties of their teachers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum, auto
from typing import Final
from uuid import UUID

from kateder.core import db
from kateder.core.feed import Change, Entity
from kateder.licences import api as licences

NOBODY: Final[frozenset[UUID]] = frozenset()


class _Touch(Enum):
    """What the ids of a feed entry are to us."""

    NOTHING = auto()
    PERSON = auto()
    GROUP = auto()
    MEMBERS = auto()
    ACTIVITY = auto()
    DUTY = auto()
    LICENCE = auto()
    SERVICE = auto()
    """Ids of services: of ours everything may be another."""
    EVERYTHING = auto()


_TOUCHES: Final[Mapping[Entity, _Touch]] = {
    Entity.PERSON: _Touch.PERSON,
    Entity.ENROLMENT: _Touch.PERSON,
    Entity.MEMBERSHIP: _Touch.PERSON,
    Entity.GUARDIANSHIP: _Touch.NOTHING,
    Entity.GROUP: _Touch.GROUP,
    Entity.MEMBERS: _Touch.MEMBERS,
    Entity.ACTIVITY: _Touch.ACTIVITY,
    Entity.DUTY: _Touch.DUTY,
    Entity.LOT: _Touch.LICENCE,
    Entity.ASSIGNMENT: _Touch.LICENCE,
    Entity.RESOURCE: _Touch.LICENCE,
    Entity.SERVICE: _Touch.SERVICE,
    Entity.AGREEMENT: _Touch.SERVICE,
    Entity.POLICY: _Touch.SERVICE,
    Entity.ORGANISATION: _Touch.EVERYTHING,
    Entity.DAY: _Touch.EVERYTHING,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """The root ids of the objects that may be others than they were. Organisations always may."""

    people: frozenset[UUID] = NOBODY
    groups: frozenset[UUID] = NOBODY
    activities: frozenset[UUID] = NOBODY
    duties: frozenset[UUID] = NOBODY

    def __bool__(self) -> bool:
        return bool(self.people or self.groups or self.activities or self.duties)

    @property
    def roots(self) -> frozenset[UUID]:
        """All of them."""
        return self.people | self.groups | self.activities | self.duties


@dataclass(slots=True)
class _Named:
    """What the feed names, sorted by what it is to us."""

    ids: dict[_Touch, set[UUID]] = field(default_factory=lambda: {touch: set() for touch in _Touch})
    licences: list[Change] = field(default_factory=list)

    def take(self, change: Change, *, service_id: UUID) -> bool:
        """Take in a change; False when everything may be another for it."""
        touch = _TOUCHES.get(change.entity, _Touch.EVERYTHING)
        if touch is _Touch.LICENCE:
            self.licences.append(change)
        elif touch is _Touch.SERVICE:
            return service_id not in change.ids
        elif touch is not _Touch.NOTHING:
            self.ids[touch].update(change.ids)
        return touch is not _Touch.EVERYTHING


def touched(
    changes: Iterable[Change], *, service_id: UUID, today: date, also: Collection[UUID] = NOBODY
) -> Touched | None:
    """Work out what the changes touch at a service; None: everything. `also` are root ids of whatever kind."""
    named = _Named()
    for change in changes:
        if not named.take(change, service_id=service_id):
            return None
    moved = licences.reassigned(named.licences, service_id=service_id)
    if moved is None:
        return None
    for touch in (_Touch.PERSON, _Touch.GROUP, _Touch.ACTIVITY, _Touch.DUTY):
        named.ids[touch].update(also)
    named.ids[_Touch.PERSON] |= moved.people
    named.ids[_Touch.GROUP] |= moved.groups
    if not any(named.ids.values()):
        return Touched()
    return _spread(_people(named, service_id=service_id, today=today), named)


def touched_anywhere(changes: Iterable[Change]) -> Touched:
    """What changes of people, groups, activities and duties touch at whatever service: more than at any one of them.

    Changes of licences, services, organisations and days are not looked at: they are no matter of who.
    """
    named = _Named()
    for change in changes:
        touch = _TOUCHES.get(change.entity, _Touch.EVERYTHING)
        if touch in {_Touch.PERSON, _Touch.GROUP, _Touch.MEMBERS, _Touch.ACTIVITY, _Touch.DUTY}:
            named.ids[touch].update(change.ids)
    if not any(named.ids.values()):
        return Touched()
    people = _people_anywhere(named)
    near = named.ids[_Touch.MEMBERS] | _ids(_GROUPS_OF, people)
    return _spread(people | teachers_of(_ids(_ACTIVITIES, near)), named)


# The joins, whatever the dates: what ended yesterday was there the day before.
_MEMBERS: Final = "SELECT person_id FROM register_groupmembership WHERE group_id = ANY(%s)"
_GROUPS_OF: Final = "SELECT group_id FROM register_groupmembership WHERE person_id = ANY(%s)"
_ACTIVITIES: Final = "SELECT activity_id FROM register_activitygroup WHERE group_id = ANY(%s)"
_GROUPS: Final = "SELECT group_id FROM register_activitygroup WHERE activity_id = ANY(%s)"
_TAUGHT: Final = "SELECT activity_id FROM register_activityteacher WHERE duty_id = ANY(%s)"
_TEACHING: Final = "SELECT duty_id FROM register_activityteacher WHERE activity_id = ANY(%s)"
_DUTIES: Final = "SELECT id FROM register_duty WHERE person_id = ANY(%s)"
_HOLDERS: Final = "SELECT person_id FROM register_duty WHERE id = ANY(%s)"


def _people(named: _Named, *, service_id: UUID, today: date) -> set[UUID]:
    """Everybody who may have, or lose, an account for what is named, or whose own account may say something else."""
    people = _people_anywhere(named)
    people |= licences.rivals(service_id, today=today)
    if licences.reaches_by_year(service_id):
        # A group is taught when one of its members is of the year: then its teachers have it too.
        near = named.ids[_Touch.MEMBERS] | _ids(_GROUPS_OF, people)
        people |= teachers_of(_ids(_ACTIVITIES, near))
    return people


def _people_anywhere(named: _Named) -> set[UUID]:
    groups, activities = named.ids[_Touch.GROUP], named.ids[_Touch.ACTIVITY]
    people = named.ids[_Touch.PERSON] | _ids(_HOLDERS, named.ids[_Touch.DUTY])
    people |= _ids(_MEMBERS, groups)
    return people | teachers_of(activities | _ids(_ACTIVITIES, groups))


def _spread(people: set[UUID], named: _Named) -> Touched:
    duties = named.ids[_Touch.DUTY] | _ids(_DUTIES, people)
    taught = _ids(_TAUGHT, duties)
    groups = named.ids[_Touch.GROUP] | named.ids[_Touch.MEMBERS]
    groups |= _ids(_GROUPS, taught | named.ids[_Touch.ACTIVITY]) | _ids(_GROUPS_OF, people)
    activities = named.ids[_Touch.ACTIVITY] | taught | _ids(_ACTIVITIES, groups)
    duties |= _ids(_TEACHING, activities)
    return Touched(
        people=frozenset(people),
        groups=frozenset(groups),
        activities=frozenset(activities),
        duties=frozenset(duties),
    )


def teachers_of(activities: Collection[UUID]) -> set[UUID]:
    """Give the persons whose duties an activity has."""
    return _ids(_HOLDERS, _ids(_TEACHING, activities))


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What has to be known to say what the touched objects are: more than the objects themselves."""

    people: frozenset[UUID]
    groups: frozenset[UUID]
    activities: frozenset[UUID]


def around(touched: Touched) -> Around:
    """Look one step further: a duty is delivered for its activities, an activity says its groups, a group its members,
    and it is delivered for those of them, or of its teachers, who have it.
    """
    activities = touched.activities | _ids(_TAUGHT, touched.duties)
    groups = touched.groups | _ids(_GROUPS, activities)
    people = touched.people | _ids(_MEMBERS, groups) | teachers_of(activities | _ids(_ACTIVITIES, groups))
    return Around(people=frozenset(people), groups=frozenset(groups), activities=frozenset(activities))


def _ids(statement: str, roots: Collection[UUID]) -> set[UUID]:
    if not roots:
        return set()
    with db.cursor() as cursor:
        return {one for (one,) in cursor.execute(statement, [db.uuids(roots)])}
