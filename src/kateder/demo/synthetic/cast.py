"""The small cast that is always there, whatever the size: class 5B of Norrskolan and the adults around it.

`CAST` gives each member's identifier in the source system, so that demonstrations and tests find them again.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType
from uuid import UUID, uuid5

from kateder.demo.synthetic.names import SWEDISH
from kateder.demo.synthetic.people import PROTECTED, as_staff, principal_name, school_addresses
from kateder.demo.synthetic.records import Duty, Guardian, Person
from kateder.demo.synthetic.world import NEIGHBOUR_NUMBER, PRIVATE_DOMAIN, PUPIL_DOMAIN, Pupil, Unit, World

_NAMESPACE = UUID("7d0f9ad8-9a3b-4f0e-8d11-6f2a4c6f5b05")
_PUPILS = ("alva", "amir", "elsa", "protected", "newcomer", "placed")
_GUARDIANS = (
    "guardian",
    "guardian_apart",
    "protected_guardian",
    "guardian_who_teaches",
    "newcomers_guardian",
    "blocked_guardian",
    "placed_guardian",
    "protected_pupils_guardian",
)
_STAFF = ("teacher", "teacher_at_two_schools", "teacher_elsewhere", "substitute", "principal", "administrator")
_MEMBERS = (*_PUPILS, *_GUARDIANS, *_STAFF, "norrskolan", "class_5b")

CAST = MappingProxyType({name: str(uuid5(_NAMESPACE, name)) for name in _MEMBERS})
"""Who and what → identifier in the source."""

NORRSKOLAN = CAST["norrskolan"]
YEAR = 5


@dataclass(slots=True)
class Cast:
    """The members whom later steps place in groups and lessons."""

    pupils: list[Pupil] = field(default_factory=list)
    teacher: list[Duty] = field(default_factory=list)
    colleague: list[Duty] = field(default_factory=list)
    substitute: list[Duty] = field(default_factory=list)


def add_cast(world: World) -> Cast:
    """Add the cast to Norrskolan, before anybody else."""
    cast = Cast()
    home, elsewhere = world.units[0], world.units[1]
    _add_pupils(world, cast, home=home)
    _add_guardians(world)
    _add_staff(world, cast, home=home, elsewhere=elsewhere)
    return cast


def _add_pupils(world: World, cast: Cast, *, home: Unit) -> None:
    began = world.year.earlier(YEAR - 1).first_lesson
    rows = (
        ("alva", "Alva", "Lindgren", True, began),
        ("amir", "Amir", "Hosseini", False, began),
        ("elsa", "Elsa", "Nyström", True, began),
        ("protected", "Tilda", "Wester", True, began),
        ("newcomer", "Yusuf", "Warsame", False, world.today - timedelta(days=14)),
        ("placed", "Noel", "Ahlgren", False, began),
    )
    for month, (key, given, family, woman, starts) in enumerate(rows, start=2):
        born = date(world.year.birth_year(school_type="GR", year=YEAR), month, 11)
        person = _person(world, key, given, family, woman=woman, born=born, temporary=key == "newcomer")
        marking = PROTECTED if key == "protected" else "Ingen"
        person = person._replace(
            security_marking=marking,
            emails=school_addresses(world, given, family, marking=marking, domain=PUPIL_DOMAIN),
            edu_person_principal_names=(principal_name(world, given, family),),
        )
        world.data.persons.append(person)
        pupil = Pupil(person, SWEDISH, "GR", YEAR, starts)
        cast.pupils.append(pupil)
        home.pupils.append(pupil)
        world.add_enrolment(pupil, unit=home, placed_by=NEIGHBOUR_NUMBER if key == "placed" else "")


def _add_guardians(world: World) -> None:
    """Add Alva's parents, who share custody from two homes, and one of each kind that needs care."""
    rows = (
        ("guardian", "alva", "Sara", "Lindgren", True),
        ("guardian_apart", "alva", "Erik", "Holm", False),
        ("protected_guardian", "amir", "Parisa", "Hosseini", True),
        ("newcomers_guardian", "newcomer", "Hodan", "Warsame", True),
        ("placed_guardian", "placed", "Mats", "Ahlgren", False),
        ("blocked_guardian", "placed", "Ingela", "Ahlgren", True),
        ("protected_pupils_guardian", "protected", "Ulrika", "Wester", True),
        ("guardian_who_teaches", "elsa", "Anna", "Nyström", True),
    )
    for month, (key, child, given, family, woman) in enumerate(rows, start=1):
        person = _person(world, key, given, family, woman=woman, born=date(world.year.starts_in - 41, month, 20))
        if key.startswith("protected"):
            person = person._replace(security_marking=PROTECTED)
        else:
            person = person._replace(
                emails=(world.address(f"{given}.{family}", domain=PRIVATE_DOMAIN),),
                phone_numbers=(f"+46701740{604 + month}",),
            )
        world.data.persons.append(person)
        blocked = key == "blocked_guardian"
        world.data.guardians.append(
            Guardian(
                child=CAST[child],
                guardian=CAST[key],
                relation_type="Vårdnadshavare",
                blocked=blocked,
                block_reason="Domstolsbeslut" if blocked else "",
            )
        )


def _add_staff(world: World, cast: Cast, *, home: Unit, elsewhere: Unit) -> None:
    began = world.year.earlier(3).first_lesson
    authority = world.data.organisations[0].id
    cast.teacher = [_employ(world, "teacher", "Maria", "Bergström", at=home, since=began)]
    cast.colleague = [_employ(world, "teacher_at_two_schools", "Jonas", "Dahlberg", woman=False, at=home, since=began)]
    elsewhere.teachers += [
        _add_duty(world, "teacher_at_two_schools", signature="JDA", at=elsewhere.id, since=began, number=2),
        _employ(world, "teacher_elsewhere", "Leila", "Haddad", at=elsewhere, since=began),
    ]
    cast.substitute = [
        _employ(world, "substitute", "Oskar", "Vikström", woman=False, at=home, since=world.today, days=5)
    ]
    _employ(world, "principal", "Karin", "Åkesson", at=home, since=began, role="Rektor")
    _employ(world, "administrator", "Ingrid", "Sandberg", at=authority, since=began, role="Annan personal")
    mother = next(index for index, row in enumerate(world.data.persons) if row.id == CAST["guardian_who_teaches"])
    world.data.persons[mother] = as_staff(world, world.data.persons[mother])
    home.teachers.append(_add_duty(world, "guardian_who_teaches", signature="ANY", at=home.id, since=began))


def _employ(
    world: World,
    key: str,
    given: str,
    family: str,
    *,
    at: Unit | str,
    since: date,
    woman: bool = True,
    role: str = "Lärare",
    days: int | None = None,
) -> Duty:
    born = date(world.year.starts_in - 38, 1, 1 + _MEMBERS.index(key))
    world.data.persons.append(as_staff(world, _person(world, key, given, family, woman=woman, born=born)))
    signature = (given[0] + family[:2]).upper()
    place = at if isinstance(at, str) else at.id
    return _add_duty(world, key, signature=signature, at=place, since=since, role=role, days=days)


def _add_duty(
    world: World,
    key: str,
    *,
    signature: str,
    at: str,
    since: date,
    role: str = "Lärare",
    days: int | None = None,
    number: int = 1,
) -> Duty:
    duty = Duty(
        id=str(uuid5(_NAMESPACE, f"duty {number} of {key}")),
        person=CAST[key],
        duty_at=at,
        duty_role=role,
        signature=signature,
        start_date=since,
        end_date=since + timedelta(days=days - 1) if days else None,
    )
    world.data.duties.append(duty)
    return duty


def _person(
    world: World, key: str, given: str, family: str, *, woman: bool, born: date, temporary: bool = False
) -> Person:
    if temporary:
        number = world.numbers.take_temporary(born)
    else:
        born, number = world.numbers.take(born, woman=woman)
    return Person(
        id=CAST[key],
        given_name=given,
        middle_name="",
        family_name=family,
        civic_no=number,
        birth_date=born,
        sex="Kvinna" if woman else "Man",
    )
