"""What is built step by step: the rows so far, and what must be unique among them."""

import unicodedata
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from random import Random
from uuid import UUID

from kateder.demo.synthetic.civic_numbers import NumberSeries
from kateder.demo.synthetic.names import Background
from kateder.demo.synthetic.records import Activity, Dataset, Duty, Enrolment, Group, Membership, Person
from kateder.demo.synthetic.school_year import SchoolYear

STAFF_DOMAIN = "bjorkviken.example"
PUPIL_DOMAIN = f"elev.{STAFF_DOMAIN}"
PRIVATE_DOMAIN = "post.example"
NEIGHBOUR_NUMBER = "2120009968"
"""The organisation number of an invented neighbour that places pupils here."""


@dataclass(slots=True)
class Pupil:
    """A pupil on the way through the generator: the row, and what later steps need to know."""

    person: Person
    background: Background
    school_type: str
    year: int | None
    starts: date
    ends: date | None = None


@dataclass(frozen=True, slots=True)
class Cohort:
    """How many pupils one unit has in one year of one school type."""

    school_type: str
    year: int | None
    size: int


@dataclass(slots=True)
class Unit:
    """A school unit on the way through the generator."""

    id: str
    name: str
    cohorts: list[Cohort]
    pupils: list[Pupil] = field(default_factory=list)
    teachers: list[Duty] = field(default_factory=list)

    @property
    def school_types(self) -> tuple[str, ...]:
        """The school types of its cohorts, each once."""
        return tuple(dict.fromkeys(cohort.school_type for cohort in self.cohorts))

    def in_years(self, first: int, last: int, *, school_type: str) -> list[Pupil]:
        """The pupils of one school type in the years from first to last, inclusive."""
        return [
            pupil
            for pupil in self.pupils
            if pupil.school_type == school_type and pupil.year is not None and first <= pupil.year <= last
        ]


@dataclass(slots=True)
class World:
    """The authority as far as it has been generated."""

    today: date
    seed: int
    data: Dataset = field(default_factory=Dataset)
    numbers: NumberSeries = field(default_factory=NumberSeries)
    units: list[Unit] = field(default_factory=list)
    _addresses: set[str] = field(default_factory=set)

    @property
    def year(self) -> SchoolYear:
        """The school year that today belongs to."""
        return SchoolYear.containing(self.today)

    def rng(self, part: str) -> Random:
        """Return the chance of one part of the world, so that a change in one part leaves the others alone."""
        return Random(f"{self.seed}:{part}")

    def address(self, local_part: str, *, domain: str) -> str:
        """Return an address nobody else has: a number is added where the name is taken."""
        plain = "".join(_ascii(letter) for letter in local_part)
        for number in count(1):
            address = f"{plain}{number if number > 1 else ''}@{domain}"
            if address not in self._addresses:
                break
        self._addresses.add(address)
        return address

    def add_group(self, group: Group, *, pupils: list[Pupil]) -> Group:
        """Add a group whose members are in it while both it and their enrolment last."""
        self.data.groups.append(group)
        self.data.memberships.extend(
            Membership(
                group=group.id,
                person=pupil.person.id,
                start_date=max(group.start_date, pupil.starts),
                end_date=pupil.ends,
            )
            for pupil in pupils
        )
        return group

    def add_enrolment(
        self, pupil: Pupil, *, unit: Unit, education_code: str = "", programme: str = "", placed_by: str = ""
    ) -> None:
        """Add a pupil's enrolment at a unit, with the pupil's own dates, school type and year."""
        self.data.enrolments.append(
            Enrolment(
                person=pupil.person.id,
                enroled_at=unit.id,
                school_type=pupil.school_type,
                school_year=pupil.year,
                start_date=pupil.starts,
                end_date=pupil.ends,
                education_code=education_code,
                programme=programme,
                placed_by=placed_by,
            )
        )

    def add_activity(
        self, *, key: str, name: str, unit_id: str, subject: tuple[str, str], group: Group, duties: list[Duty]
    ) -> None:
        """Add what ties a group to a subject (code and name) and to its teachers."""
        self.data.activities.append(
            Activity(
                id=key,
                display_name=name,
                organisation=unit_id,
                subject_code=subject[0],
                subject_name=subject[1],
                start_date=group.start_date,
                end_date=group.end_date,
                groups=(group.id,),
                duties=tuple(dict.fromkeys(duty.id for duty in duties)),
            )
        )


def new_id(rng: Random) -> str:
    """Return a random identifier of the source system; Kateder never uses it as its own."""
    return str(UUID(int=rng.getrandbits(128), version=4))


_WITHOUT_DECOMPOSITION = {"ø": "o", "ł": "l", "đ": "d", "ı": "i", "ß": "ss", "æ": "a", " ": "-"}


def _ascii(letter: str) -> str:
    lower = letter.lower()
    if lower in _WITHOUT_DECOMPOSITION:
        return _WITHOUT_DECOMPOSITION[lower]
    return unicodedata.normalize("NFKD", lower)[0]
