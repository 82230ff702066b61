"""Pupils, unit by unit: who they are, where they are enrolled, when they came and left."""

from datetime import date, timedelta
from random import Random

from kateder.demo.synthetic.families import Families
from kateder.demo.synthetic.names import draw_background, draw_family_name
from kateder.demo.synthetic.people import add_pupil, random_birthday
from kateder.demo.synthetic.world import NEIGHBOUR_NUMBER, Cohort, Pupil, Unit, World

PROGRAMMES: dict[str, tuple[tuple[str, str], ...]] = {
    "Natur och teknik": (("NANAT", "Naturvetenskapsprogrammet"), ("TETEK", "Teknikprogrammet")),
    "Samhälle och ekonomi": (("SASAM", "Samhällsvetenskapsprogrammet"), ("EKEKO", "Ekonomiprogrammet")),
    "Yrkesprogrammen": (
        ("EEELT", "El- och energiprogrammet"),
        ("VOVAR", "Vård- och omsorgsprogrammet"),
        ("RLBAG", "Restaurang- och livsmedelsprogrammet"),
    ),
    "Introduktion": (("IMSPR", "Introduktionsprogram, språkintroduktion"),),
    "Björkvikens gymnasium": (("NANAT", "Naturvetenskapsprogrammet"), ("SASAM", "Samhällsvetenskapsprogrammet")),
}


def add_pupils(world: World, *, families: Families, already: dict[tuple[str, int], int]) -> None:
    """Fill every cohort; `already` says how many of a unit's year are there before (the cast)."""
    rng = world.rng("pupils")
    for unit in world.units:
        for cohort in unit.cohorts:
            there = already.get((unit.id, cohort.year or 0), 0) if cohort.school_type == "GR" else 0
            for _ in range(cohort.size - there):
                pupil = _add_one(world, rng, cohort=cohort, families=families)
                unit.pupils.append(pupil)
                _enrol(world, rng, pupil, unit=unit)


def _add_one(world: World, rng: Random, *, cohort: Cohort, families: Families) -> Pupil:
    starts, ends = _dates(world, rng, cohort=cohort)
    if cohort.year is None:
        background = draw_background(rng)
        born = random_birthday(rng, year=world.year.starts_in - rng.randrange(21, 60))
        family_name = draw_family_name(rng, background=background)
        person = add_pupil(world, rng, background=background, family_name=family_name, born=born, adult=True)
    else:
        year = world.year.birth_year(school_type=cohort.school_type, year=cohort.year)
        born = random_birthday(rng, year=year)
        family = families.family_for(born_in=year)
        background = family.background
        person = add_pupil(world, rng, background=background, family_name=family.family_name, born=born)
        families.link(person, family=family)
    return Pupil(person, background, cohort.school_type, cohort.year, starts, ends)


def _dates(world: World, rng: Random, *, cohort: Cohort) -> tuple[date, date | None]:
    """Return when a pupil began at the unit; one in fifty came or left during this autumn."""
    school_year = world.year
    since_first_lesson = max(1, (world.today - school_year.first_lesson).days)
    chance = rng.random()
    if chance < 0.012:
        return school_year.first_lesson + timedelta(days=rng.randrange(since_first_lesson)), None
    first = {"GR": 1 if (cohort.year or 0) < 7 else 7}.get(cohort.school_type, 1)
    years_here = max(0, (cohort.year or 0) - first) if cohort.year else 0
    starts = school_year.earlier(years_here).first_lesson
    if chance < 0.02:
        return starts, school_year.first_lesson + timedelta(days=rng.randrange(since_first_lesson))
    return starts, None


def _enrol(world: World, rng: Random, pupil: Pupil, *, unit: Unit) -> None:
    placed_by = NEIGHBOUR_NUMBER if rng.random() < 0.008 else ""
    code, programme = rng.choice(PROGRAMMES[unit.name]) if pupil.school_type == "GY" else ("", "")
    world.add_enrolment(pupil, unit=unit, education_code=code, programme=programme, placed_by=placed_by)
