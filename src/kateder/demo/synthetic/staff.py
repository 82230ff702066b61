"""Staff: principals, teachers (some at two schools, some for a few days), and those around them."""

from datetime import date, timedelta
from random import Random

from kateder.demo.synthetic.names import draw_background, draw_family_name
from kateder.demo.synthetic.people import add_adult, as_staff
from kateder.demo.synthetic.records import Duty, Person
from kateder.demo.synthetic.world import Unit, World, new_id

PUPILS_PER_TEACHER = 12.5
_CAST_TEACHERS = 5

_AROUND = (
    ("Skoladministratör", 450),
    ("Fritidspedagog", 160),
    ("Annan personal", 140),
    ("Studie- och yrkesvägledare", 700),
    ("Speciallärare/specialpedagog", 350),
)
"""Role, and how many pupils there are for each who has it."""


def add_staff(world: World, *, pupils: int, guardians: list[Person]) -> None:
    """Add staff to every unit in proportion to its pupils; some of them are guardians here as well."""
    rng = world.rng("staff")
    hiring = _Hiring(world, rng, guardians=guardians)
    wanted = max(2 * len(world.units), round(pupils / PUPILS_PER_TEACHER) - _CAST_TEACHERS)
    for unit in world.units:
        if unit is not world.units[0]:
            hiring.duty_for(hiring.somebody(), unit=unit, role="Rektor")
        for _ in range(max(2, round(wanted * len(unit.pupils) / pupils))):
            unit.teachers.append(hiring.duty_for(hiring.somebody(), unit=unit, role="Lärare"))
        for role, per in _AROUND:
            for _ in range(round(len(unit.pupils) / per)):
                hiring.duty_for(hiring.somebody(), unit=unit, role=role)
    _share_between_units(world, rng, hiring=hiring)


class _Hiring:
    """Turns somebody into staff: a guardian whom we know, or a new person."""

    def __init__(self, world: World, rng: Random, *, guardians: list[Person]) -> None:
        self._world = world
        self._rng = rng
        self._guardians = guardians
        self._places = {person.id: index for index, person in enumerate(world.data.persons)}

    def somebody(self) -> Person:
        """Return a new colleague with a staff account: a guardian whom we know, or somebody new."""
        if self._guardians and self._rng.random() < 0.15:
            known = self._guardians.pop()
            person = as_staff(self._world, known)
            self._world.data.persons[self._places[known.id]] = person
            return person
        background = draw_background(self._rng)
        person = add_adult(
            self._world,
            self._rng,
            background=background,
            family_name=draw_family_name(self._rng, background=background),
            woman=self._rng.random() < 0.72,
            born_in=self._world.year.starts_in - self._rng.randrange(24, 66),
        )
        person = as_staff(self._world, person._replace(emails=(), phone_numbers=()))
        self._world.data.persons[-1] = person
        return person

    def duty_for(self, person: Person, *, unit: Unit, role: str) -> Duty:
        """Give a person a duty at a unit."""
        starts, ends = self._dates(role)
        duty = Duty(
            id=new_id(self._rng),
            person=person.id,
            duty_at=unit.id,
            duty_role=role,
            signature=(person.given_name[:1] + person.family_name[:2]).upper(),
            start_date=starts,
            end_date=ends,
        )
        self._world.data.duties.append(duty)
        return duty

    def _dates(self, role: str) -> tuple[date, date | None]:
        """Return dates of a duty: three teachers of a hundred are substitutes for some days or weeks."""
        if role == "Lärare" and self._rng.random() < 0.03:
            starts = self._world.today - timedelta(days=self._rng.randrange(10))
            return starts, self._world.today + timedelta(days=self._rng.randrange(25))
        return self._world.year.earlier(self._rng.randrange(12)).first_lesson, None


def _share_between_units(world: World, rng: Random, *, hiring: _Hiring) -> None:
    """Let one teacher of twenty work at a second school as well."""
    persons = {person.id: person for person in world.data.persons}
    for unit in world.units:
        for duty in [duty for duty in unit.teachers if rng.random() < 0.05]:
            other = rng.choice([one for one in world.units if one is not unit])
            other.teachers.append(hiring.duty_for(persons[duty.person], unit=other, role="Lärare"))
