"""The people of every test: one small school unit, its neighbours, and who they are to each other.

Björkskolan (unit) ── class 5B ── Elsa (pupil), Sami (protected pupil)
    │                     └── activity Matematik 5B, taught by Tove
    ├── Petra, principal                Gustav, Elsa's guardian
    └── class 6A ── Olle (pupil), taught by nobody of the cast
Lundskolan (unit) ── Ture, teacher elsewhere, of class 9C with Nils in it
Alva, administrator of the authority (a user without a person)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

import pytest

from kateder.core import db
from kateder.core.actors import Actor, Role
from kateder.core.identifiers import search_key, sort_key
from kateder.core.models import Authority, User
from kateder.core.tenancy import within
from kateder.register.access import actor_for
from kateder.register.api import Action, Entity, add, apply, open_changes
from kateder.register.models import Group, Organisation, Person

New = Callable[..., None]
TODAY = date(2026, 11, 23)
SCHOOL_YEAR = date(2026, 8, 15)
SPRING = date(2027, 6, 11)

PERSONS = {
    "elsa": ("Elsa", "Åberg", date(2015, 3, 9)),
    "sami": ("Sami", "Virtanen", date(2015, 11, 2)),
    "olle": ("Olle", "Öst", date(2014, 5, 5)),
    "nils": ("Nils", "Berg", date(2011, 7, 1)),
    "tove": ("Tove", "Lind", date(1985, 1, 20)),
    "ture": ("Ture", "Sand", date(1979, 9, 9)),
    "petra": ("Petra", "Ek", date(1970, 2, 2)),
    "gustav": ("Gustav", "Åberg", date(1983, 6, 6)),
}


@dataclass(frozen=True)
class Cast:
    """Root ids by name; `user` and `actor` for those who sign in."""

    authority: Authority
    ids: Mapping[str, UUID]
    users: Mapping[str, User]

    def __getitem__(self, name: str) -> UUID:
        return self.ids[name]

    def person(self, name: str) -> Person:
        """The person's row."""
        return Person.objects.get(pk=self.ids[name])

    def group(self, name: str) -> Group:
        """The group's row: class_5b, class_6a, class_9c."""
        return Group.objects.get(pk=self.ids[name])

    def organisation(self, name: str) -> Organisation:
        """The organisation's row: huvudman, bjork, lund."""
        return Organisation.objects.get(pk=self.ids[name])

    def actor(self, name: str, *, today: date = TODAY) -> Actor:
        """Who acts, with the roles of the day."""
        return actor_for(self.users[name], today=today)


@pytest.fixture
def cast(authority: Authority) -> Cast:
    """The standard people, in the test's own authority."""
    return make_cast(authority)


@pytest.fixture
def neighbours(other_authority: Authority) -> Cast:
    """The same people in the neighbour authority: other rows, other ids."""
    return make_cast(other_authority)


def make_cast(authority: Authority) -> Cast:
    """Make the people in one authority, through the register's door."""
    ids: dict[str, UUID] = {}
    with within(authority.id):
        with db.cursor() as cursor:
            open_changes(cursor)

            def new(name: str, entity: Entity, **values: object) -> None:
                ids[name] = uuid4()
                add(cursor, entity, action=Action.CREATE, root_id=ids[name], values=values)

            _organisations(new, ids)
            for name in PERSONS:
                new(name, Entity.PERSON, **person_values(name))
            _school(new, ids)
        apply(cause="cast", actor=Actor.system("cast"))
        users = {name: _user(name, ids[name]) for name in PERSONS}
        users["alva"] = _user("alva", None, Role.ADMINISTRATOR)
    return Cast(authority, ids, users)


def person_values(name: str) -> dict[str, object]:
    """The columns of one of the persons, as a source would deliver them."""
    given, family, born = PERSONS[name]
    return {
        "given_name": given,
        "family_name": family,
        "birth_date": born,
        "sort_key": sort_key(f"{family} {given}"),
        "search_key": search_key(f"{given} {family}"),
        "security_marking": "Skyddad folkbokföring" if name == "sami" else "Ingen",
        "person_status": "Aktiv",
        "emails": [f"{given}.{family}@bjorkviken.example".lower()],
        "edu_person_principal_names": [f"{name}@edu.bjorkviken.example"],
        "phone_numbers": [],
    }


def _organisations(new: New, ids: Mapping[str, UUID]) -> None:
    organisation = Entity.ORGANISATION
    new("huvudman", organisation, display_name="Björkviken", organisation_type="Huvudman", school_types=[])
    for name, title, code in (("bjork", "Björkskolan", "11111111"), ("lund", "Lundskolan", "22222222")):
        new(
            name,
            organisation,
            display_name=title,
            organisation_type="Skolenhet",
            parent_id=ids["huvudman"],
            school_unit_code=code,
            school_types=["GR"],
            municipality_code="9999",
        )


def _school(new: New, ids: Mapping[str, UUID]) -> None:
    dates = {"start_date": SCHOOL_YEAR, "end_date": SPRING}
    for name, role, unit in (
        ("tove", "Lärare", "bjork"),
        ("ture", "Lärare", "lund"),
        ("petra", "Rektor", "bjork"),
    ):
        values = {"person_id": ids[name], "duty_at_id": ids[unit], "duty_role": role}
        new(f"duty_{name}", Entity.DUTY, **values, **dates)
    for name, title, unit in (("class_5b", "5B", "bjork"), ("class_6a", "6A", "bjork"), ("class_9c", "9C", "lund")):
        values = {"display_name": title, "group_type": "Klass", "organisation_id": ids[unit], "school_type": "GR"}
        new(name, Entity.GROUP, **values, **dates)
    for name, group, unit, year in (
        ("elsa", "class_5b", "bjork", 5),
        ("sami", "class_5b", "bjork", 5),
        ("olle", "class_6a", "bjork", 6),
        ("nils", "class_9c", "lund", 9),
    ):
        enrolment = {"person_id": ids[name], "enroled_at_id": ids[unit], "school_type": "GR", "school_year": year}
        new(f"enrolment_{name}", Entity.ENROLMENT, cancelled=False, **enrolment, **dates)
        new(f"membership_{name}", Entity.MEMBERSHIP, person_id=ids[name], group_id=ids[group], **dates)
    for subject, group, teacher, unit in (
        ("maths_5b", "class_5b", "tove", "bjork"),
        ("maths_9c", "class_9c", "ture", "lund"),
    ):
        values = {"display_name": "Matematik", "organisation_id": ids[unit], "subject_code": "MA"}
        new(subject, Entity.ACTIVITY, subject_name="Matematik", **values, **dates)
        new(f"{subject}_group", Entity.ACTIVITY_GROUP, activity_id=ids[subject], group_id=ids[group])
        new(f"{subject}_teacher", Entity.ACTIVITY_TEACHER, activity_id=ids[subject], duty_id=ids[f"duty_{teacher}"])
    tie = {"child_id": ids["elsa"], "guardian_id": ids["gustav"], "relation_type": "Vårdnadshavare"}
    new("guardianship", Entity.GUARDIANSHIP, blocked=False, **tie)


def _user(name: str, person_id: UUID | None, *roles: Role) -> User:
    return User.objects.create(
        username=name, display_name=name.title(), person_id=person_id, staff_roles=[role.value for role in roles]
    )
