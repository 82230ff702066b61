"""One person at a time: names, a number, addresses, markings."""

from datetime import date, timedelta
from random import Random

from kateder.demo.synthetic.names import Background, draw_given_name, draw_middle_name
from kateder.demo.synthetic.records import Person
from kateder.demo.synthetic.world import PRIVATE_DOMAIN, PUPIL_DOMAIN, STAFF_DOMAIN, World, new_id

PROTECTED = "Sekretessmarkering"
HIDDEN = "Skyddad folkbokföring"


def random_birthday(rng: Random, *, year: int) -> date:
    """Return a day of a year."""
    return date(year, 1, 1) + timedelta(days=rng.randrange(365))


def draw_marking(rng: Random) -> str:
    """Return the population register's marking: about four in a thousand have one."""
    chance = rng.random()
    if chance < 0.0005:
        return HIDDEN
    return PROTECTED if chance < 0.004 else "Ingen"


def add_pupil(
    world: World, rng: Random, *, background: Background, family_name: str, born: date, adult: bool = False
) -> Person:
    """Add a pupil with a school address; every two hundredth has a number that is not a personal number."""
    woman = rng.random() < 0.5
    born, number = _pupil_number(world, rng, born=born, woman=woman)
    marking = draw_marking(rng)
    given = draw_given_name(rng, background=background, woman=woman, adult=adult)
    person = Person(
        id=new_id(rng),
        given_name=given,
        middle_name=draw_middle_name(rng, background=background, woman=woman),
        family_name=family_name,
        civic_no=number,
        birth_date=born,
        sex=_sex(woman) if rng.random() > 0.001 else "Okänt",
        security_marking=marking,
        emails=school_addresses(world, given, family_name, marking=marking, domain=PUPIL_DOMAIN),
        edu_person_principal_names=(principal_name(world, given, family_name),),
    )
    world.data.persons.append(person)
    return person


def add_adult(
    world: World,
    rng: Random,
    *,
    background: Background,
    family_name: str,
    woman: bool,
    born_in: int,
    marking: str = "Ingen",
) -> Person:
    """Add a guardian: a private address and telephone, unless the person is protected, and no school account."""
    born, number = world.numbers.take(random_birthday(rng, year=born_in), woman=woman)
    given = draw_given_name(rng, background=background, woman=woman, adult=True)
    open_to_all = marking == "Ingen"
    mail = world.address(f"{given}.{family_name}", domain=PRIVATE_DOMAIN)
    person = Person(
        id=new_id(rng),
        given_name=given,
        middle_name="",
        family_name=family_name,
        civic_no=number,
        birth_date=born,
        sex=_sex(woman),
        security_marking=marking,
        emails=(mail,) if open_to_all and rng.random() < 0.9 else (),
        phone_numbers=(test_telephone(rng),) if open_to_all else (),
    )
    world.data.persons.append(person)
    return person


def as_staff(world: World, person: Person) -> Person:
    """Return the person with a staff account as well."""
    mail = world.address(f"{person.given_name}.{person.family_name}", domain=STAFF_DOMAIN)
    return person._replace(
        emails=(mail, *person.emails),
        edu_person_principal_names=(principal_name(world, person.given_name, person.family_name),),
    )


def principal_name(world: World, given_name: str, family_name: str) -> str:
    """Return an EPPN, made of the beginnings of both names as many schools make them."""
    return world.address(f"{given_name[:3]}{family_name.replace(' ', '')[:3]}", domain=STAFF_DOMAIN)


def school_addresses(world: World, given_name: str, family_name: str, *, marking: str, domain: str) -> tuple[str, ...]:
    """Return a school address with the name in it; a protected pupil has none."""
    if marking != "Ingen":
        return ()
    return (world.address(f"{given_name}.{family_name}", domain=domain),)


def test_telephone(rng: Random) -> str:
    """Return one of the numbers that Post- och telestyrelsen keeps for fiction: 070-1740605 to 070-1740699."""
    return f"+46701740{rng.randrange(605, 700)}"


def _pupil_number(world: World, rng: Random, *, born: date, woman: bool) -> tuple[date, str]:
    chance = rng.random()
    if chance < 0.004:
        return born, world.numbers.take_temporary(born)
    if chance < 0.005:
        return born, ""
    if chance < 0.009:
        return world.numbers.take_coordination(born, woman=woman)
    return world.numbers.take(born, woman=woman)


def _sex(woman: bool) -> str:
    return "Kvinna" if woman else "Man"
