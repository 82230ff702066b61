"""A person with all their ties, or a group with its members and teachers, as of the end of a day."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import psycopg

from kateder.core import clock, db
from kateder.register.as_it_was.images import Image, rows
from kateder.register.as_it_was.keeping import check_kept
from kateder.register.entities import Entity
from kateder.register.models.people import UNMARKED


@dataclass(frozen=True, slots=True)
class Tie:
    """An enrolment, a membership, a duty or a guardian link that held on the day.

    `other_id` is the school unit, the group or the other person; `details` are codes, never names.
    """

    id: UUID
    entity: Entity
    other_id: UUID
    start_date: date | None
    end_date: date | None
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PersonThen:
    """What the register had of a person. `row` lacks names and numbers; `was_protected` is as of then."""

    id: UUID
    row: Mapping[str, Any]
    was_protected: bool
    enrolments: tuple[Tie, ...]
    memberships: tuple[Tie, ...]
    duties: tuple[Tie, ...]
    guardians: tuple[Tie, ...]
    groups: Mapping[UUID, str]
    """The names that the groups had then."""
    units: Mapping[UUID, str]
    unit_of_group: Mapping[UUID, UUID]


@dataclass(frozen=True, slots=True)
class GroupThen:
    """What the register had of a group: who was in it and who taught it (root ids)."""

    id: UUID
    row: Mapping[str, Any]
    unit_name: str
    members: tuple[Tie, ...]
    teachers: tuple[UUID, ...]


NAMES = frozenset(
    {
        "given_name", "middle_name", "family_name", "sort_key", "search_key", "civic_no", "civic_no_kind", "emails",
        "edu_person_principal_names", "phone_numbers", "addresses", "external_identifiers",
    }
)  # fmt: skip
"""What tells who somebody was called or how to reach them: never shown of the past (domain rule 5)."""
_KEEPING = frozenset({"created_in_id", "modified_in_id", "authority_id"})


def end_of(day: date) -> datetime:
    """The first moment after a day (Europe/Stockholm)."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=clock.ZONE)


def person_on(person_id: UUID, *, day: date, today: date) -> PersonThen | None:
    """The person as of the end of a day; None when the register had nobody by that id. Raises NoLongerKept."""
    check_kept(day, today=today)
    until = end_of(day)
    with db.cursor() as cursor:
        found = rows(cursor, Entity.PERSON, column="id", values=[person_id], until=until)
        if not found:
            return None
        held = {
            entity: _held(rows(cursor, entity, column=column, values=[person_id], until=until), entity, other, day)
            for entity, column, other in _TIES
        }
        group_ids = {tie.other_id for tie in held[Entity.MEMBERSHIP]}
        groups = rows(cursor, Entity.GROUP, column="id", values=group_ids, until=until)
        unit_of = {UUID(image["id"]): UUID(image["organisation_id"]) for image in groups}
        unit_ids = {tie.other_id for entity in (Entity.ENROLMENT, Entity.DUTY) for tie in held[entity]}
        units = _names(cursor, Entity.ORGANISATION, unit_ids | set(unit_of.values()), until)
    return PersonThen(
        id=person_id,
        row=_shown(found[0]),
        was_protected=is_protected(found[0], day),
        enrolments=held[Entity.ENROLMENT],
        memberships=held[Entity.MEMBERSHIP],
        duties=held[Entity.DUTY],
        guardians=held[Entity.GUARDIANSHIP],
        groups={UUID(image["id"]): image["display_name"] for image in groups},
        units=units,
        unit_of_group=unit_of,
    )


def group_on(group_id: UUID, *, day: date, today: date) -> GroupThen | None:
    """The group as of the end of a day; None when there was none by that id. Raises NoLongerKept."""
    check_kept(day, today=today)
    until = end_of(day)
    with db.cursor() as cursor:
        found = rows(cursor, Entity.GROUP, column="id", values=[group_id], until=until)
        if not found:
            return None
        members = rows(cursor, Entity.MEMBERSHIP, column="group_id", values=[group_id], until=until)
        unit_id = UUID(found[0]["organisation_id"])
        return GroupThen(
            id=group_id,
            row=_shown(found[0]),
            unit_name=_names(cursor, Entity.ORGANISATION, {unit_id}, until).get(unit_id, ""),
            members=_held(members, Entity.MEMBERSHIP, "person_id", day),
            teachers=_teachers(cursor, group_id, until, day),
        )


def is_protected(image: Image, day: date) -> bool:
    """`Person.is_protected`, of an image."""
    if image["security_marking"] != UNMARKED:
        return True
    until = image["local_protection_until"]
    return bool(image["local_protection"]) and (until is None or day <= date.fromisoformat(until))


# Entity, the column that is the person, the column that is the other end.
_TIES = (
    (Entity.ENROLMENT, "person_id", "enroled_at_id"),
    (Entity.MEMBERSHIP, "person_id", "group_id"),
    (Entity.DUTY, "person_id", "duty_at_id"),
    (Entity.GUARDIANSHIP, "child_id", "guardian_id"),
)


def _teachers(cursor: psycopg.Cursor[Any], group_id: UUID, until: datetime, day: date) -> tuple[UUID, ...]:
    """Those whose duties the group's activities had."""
    tied = rows(cursor, Entity.ACTIVITY_GROUP, column="group_id", values=[group_id], until=until)
    activities = rows(cursor, Entity.ACTIVITY, column="id", values=_ids(tied, "activity_id"), until=until)
    going = _ids([image for image in activities if _holds(image, day)], "id")
    taught = rows(cursor, Entity.ACTIVITY_TEACHER, column="activity_id", values=going, until=until)
    duties = rows(cursor, Entity.DUTY, column="id", values=_ids(taught, "duty_id"), until=until)
    return tuple(sorted({UUID(image["person_id"]) for image in duties if _holds(image, day)}))


def _names(cursor: psycopg.Cursor[Any], entity: Entity, ids: Collection[UUID], until: datetime) -> dict[UUID, str]:
    return {
        UUID(image["id"]): image["display_name"] for image in rows(cursor, entity, column="id", values=ids, until=until)
    }


def _ids(images: Iterable[Image], column: str) -> set[UUID]:
    return {UUID(image[column]) for image in images}


def _held(images: Iterable[Image], entity: Entity, other: str, day: date) -> tuple[Tie, ...]:
    """Those whose dates held on the day (domain rule 1), in order of their first day."""
    held = [image for image in images if _holds(image, day) and not image.get("cancelled")]
    ties = [
        Tie(
            id=UUID(image["id"]),
            entity=entity,
            other_id=UUID(image[other]),
            start_date=_day(image["start_date"]),
            end_date=_day(image["end_date"]),
            details=_shown(image),
        )
        for image in held
    ]
    return tuple(sorted(ties, key=lambda tie: (tie.start_date or date.min, tie.id)))


def _holds(image: Image, day: date) -> bool:
    first, last = _day(image["start_date"]), _day(image["end_date"])
    return (first is None or first <= day) and (last is None or last >= day)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _shown(image: Image) -> dict[str, Any]:
    return {name: value for name, value in image.items() if name not in NAMES | _KEEPING}
