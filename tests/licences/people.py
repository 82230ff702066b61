"""Moves of people in the register, through its door."""

from __future__ import annotations

from datetime import date
from itertools import product
from uuid import UUID, uuid4

from tests.cast import SCHOOL_YEAR, Cast

from kateder.core import db
from kateder.register.api import Action, Entity, add, apply, open_changes
from kateder.register.models import GroupMembership

LONG_AGO = date(2020, 8, 17)


def crowd(cast: Cast, *, pupils: int, groups: int) -> tuple[list[UUID], list[UUID]]:
    """Add nameless pupils and groups at Björkskolan; everybody was in every group for one day, long ago."""
    people, classes = [uuid4() for _ in range(pupils)], [uuid4() for _ in range(groups)]
    with db.cursor() as cursor:
        open_changes(cursor)
        for number, root_id in enumerate(people):
            values: dict[str, object] = {
                "given_name": f"Förnamn{number}",
                "family_name": f"Efternamn{number}",
                "sort_key": "",
                "search_key": "",
                "security_marking": "Ingen",
                "person_status": "Aktiv",
                "emails": [],
                "edu_person_principal_names": [],
                "phone_numbers": [],
            }
            add(cursor, Entity.PERSON, action=Action.CREATE, root_id=root_id, values=values)
        for root_id in classes:
            values = {
                "display_name": "Grupp",
                "group_type": "Undervisning",
                "organisation_id": cast["bjork"],
                "start_date": SCHOOL_YEAR,
            }
            add(cursor, Entity.GROUP, action=Action.CREATE, root_id=root_id, values=values)
        for person, group in product(people, classes):
            values = {"person_id": person, "group_id": group, "start_date": LONG_AGO, "end_date": LONG_AGO}
            add(cursor, Entity.MEMBERSHIP, action=Action.CREATE, root_id=uuid4(), values=values)
        apply(cause="crowd", actor=cast.actor("alva"))
    return people, classes


def in_class(
    cast: Cast, person: UUID, group: UUID, *, first_day: date = SCHOOL_YEAR, last_day: date | None = None
) -> None:
    """Put somebody into a group, or let a membership that there is end."""
    known = GroupMembership.objects.filter(group_id=group, person_id=person).first()
    if known is None and last_day is not None:
        return
    values: dict[str, object] = {
        "person_id": person,
        "group_id": group,
        "start_date": known.start_date if known else first_day,
        "end_date": last_day if last_day is None or known is None else max(last_day, known.start_date),
    }
    with db.cursor() as cursor:
        open_changes(cursor)
        action = Action.UPDATE if known else Action.CREATE
        add(cursor, Entity.MEMBERSHIP, action=action, root_id=known.id if known else uuid4(), values=values)
        apply(cause="move", actor=cast.actor("alva"))


def join(cast: Cast, person: str, group: str, *, first_day: date) -> None:
    """Let one of the cast begin in a group."""
    in_class(cast, cast[person], cast[group], first_day=first_day)


def leave(cast: Cast, person: str, *, last_day: date, group: str = "class_5b") -> None:
    """Let one of the cast leave a group."""
    in_class(cast, cast[person], cast[group], last_day=last_day)
