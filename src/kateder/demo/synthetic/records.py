"""The rows of the CSV folder, one class per file, named as SS 12000:2020 names them.

Field names are the standard's in snake_case; a file's header is the same names in camelCase.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import date
from typing import NamedTuple


class Organisation(NamedTuple):
    id: str
    display_name: str
    organisation_type: str
    parent_organisation: str = ""
    organisation_code: str = ""
    organisation_number: str = ""
    school_unit_code: str = ""
    school_types: tuple[str, ...] = ()
    municipality_code: str = ""
    start_date: date | None = None
    end_date: date | None = None


class Person(NamedTuple):
    id: str
    given_name: str
    middle_name: str
    family_name: str
    civic_no: str
    birth_date: date
    sex: str
    security_marking: str = "Ingen"
    person_status: str = "Aktiv"
    emails: tuple[str, ...] = ()
    edu_person_principal_names: tuple[str, ...] = ()
    phone_numbers: tuple[str, ...] = ()


class Enrolment(NamedTuple):
    person: str
    enroled_at: str
    school_type: str
    school_year: int | None
    start_date: date
    end_date: date | None = None
    cancelled: bool = False
    education_code: str = ""
    programme: str = ""
    placed_by: str = ""


class Guardian(NamedTuple):
    child: str
    guardian: str
    relation_type: str
    start_date: date | None = None
    end_date: date | None = None
    blocked: bool = False
    block_reason: str = ""


class Duty(NamedTuple):
    id: str
    person: str
    duty_at: str
    duty_role: str
    signature: str
    start_date: date
    end_date: date | None = None


class Group(NamedTuple):
    id: str
    display_name: str
    group_type: str
    organisation: str
    school_type: str
    start_date: date
    end_date: date | None = None


class Membership(NamedTuple):
    group: str
    person: str
    start_date: date
    end_date: date | None = None


class Activity(NamedTuple):
    id: str
    display_name: str
    organisation: str
    subject_code: str
    subject_name: str
    start_date: date
    end_date: date | None
    groups: tuple[str, ...]
    duties: tuple[str, ...]


@dataclass(slots=True)
class Dataset:
    """Everything a school system would export; each list becomes the file of the same name."""

    organisations: list[Organisation] = field(default_factory=list)
    persons: list[Person] = field(default_factory=list)
    enrolments: list[Enrolment] = field(default_factory=list)
    guardians: list[Guardian] = field(default_factory=list)
    duties: list[Duty] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    memberships: list[Membership] = field(default_factory=list)
    activities: list[Activity] = field(default_factory=list)

    def entities(self) -> Iterator[tuple[str, list[tuple[object, ...]]]]:
        """Yield each file's name without ending, and its rows."""
        for one in fields(self):
            yield one.name, getattr(self, one.name)


ROW_TYPES: dict[str, type[tuple[object, ...]]] = {
    "organisations": Organisation,
    "persons": Person,
    "enrolments": Enrolment,
    "guardians": Guardian,
    "duties": Duty,
    "groups": Group,
    "memberships": Membership,
    "activities": Activity,
}


def columns(entity: str) -> tuple[str, ...]:
    """Return the header of an entity's file: `given_name` becomes `givenName`."""
    names: tuple[str, ...] = getattr(ROW_TYPES[entity], "_fields")  # noqa: B009  typing does not know NamedTuple types
    return tuple(_camel(name) for name in names)


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
