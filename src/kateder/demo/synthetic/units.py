"""The authority's schools, and how its pupils are spread over them."""

from collections.abc import Iterator
from itertools import product

from kateder.demo.synthetic.cast import NORRSKOLAN
from kateder.demo.synthetic.records import Organisation
from kateder.demo.synthetic.world import Cohort, Unit, World, new_id

AUTHORITY_NAME = "Björkvikens kommun"
ORGANISATION_NUMBER = "2120009950"
"""Shaped as a municipality's; none so high has been given out."""
MUNICIPALITY_CODE = "9901"
FEWEST_PUPILS = 100

_UPPER_SECONDARY = "Björkvikens gymnasium"
_NATURE = "Lind Asp Ek Alm Rönn Sälg Hassel Gran Tall En Ask Lärk Slån Hägg Oxel Vide".split()  # noqa: SIM905
_PLACES = "backaskolan dalsskolan ängsskolan hagaskolan lundaskolan viksskolan nässkolan".split()  # noqa: SIM905
_ORIENTATIONS = ("Natur och teknik", "Samhälle och ekonomi", "Yrkesprogrammen", "Introduktion")


class TooFewPupils(ValueError):
    """A synthetic authority needs at least a hundred pupils, so that every school form has some."""


def add_units(world: World, *, pupils: int) -> None:
    """Add the authority, its schools and units, with cohorts that sum to `pupils`. Raises TooFewPupils."""
    if pupils < FEWEST_PUPILS:
        raise TooFewPupils
    rng = world.rng("units")
    top = Organisation(
        id=new_id(rng),
        display_name=AUTHORITY_NAME,
        organisation_type="Huvudman",
        organisation_number=ORGANISATION_NUMBER,
        municipality_code=MUNICIPALITY_CODE,
    )
    world.data.organisations.append(top)
    adapted, adapted_upper, adult = (max(2, round(pupils * share)) for share in (0.012, 0.005, 0.033))
    upper = round(pupils * 0.2)
    compulsory = pupils - adapted - adapted_upper - adult - upper
    names = _school_names()
    plans = [
        *_compulsory(compulsory, names=names),
        ("Norrskolan", "Norrskolan anpassad", _spread(adapted, school_type="GRAN", years=range(1, 10))),
        *_upper_secondary(upper),
        (
            _UPPER_SECONDARY,
            "Anpassad gymnasieskola",
            _spread(adapted_upper, school_type="GYAN", years=range(1, 4)),
        ),
        ("Vuxenutbildningen", "Vuxenutbildningen Björkviken", _adult(adult)),
    ]
    schools: dict[str, Organisation] = {}
    for number, (school, name, cohorts) in enumerate(plans, start=1):
        if school not in schools:
            schools[school] = Organisation(
                id=new_id(rng),
                display_name=f"{school} (skola)",
                organisation_type="Skola",
                parent_organisation=top.id,
            )
            world.data.organisations.append(schools[school])
        unit = Unit(id=NORRSKOLAN if number == 1 else new_id(rng), name=name, cohorts=cohorts)
        world.units.append(unit)
        world.data.organisations.append(_unit_row(unit, parent=schools[school], number=number))


def _unit_row(unit: Unit, *, parent: Organisation, number: int) -> Organisation:
    leisure = ("FTH",) if "FKLASS" in unit.school_types else ()
    return Organisation(
        id=unit.id,
        display_name=unit.name,
        organisation_type="Skolenhet",
        parent_organisation=parent.id,
        organisation_code=f"E{number:03d}",
        school_unit_code=f"9901{number:04d}",
        school_types=(*unit.school_types, *leisure),
        municipality_code=MUNICIPALITY_CODE,
    )


def _compulsory(pupils: int, *, names: Iterator[str]) -> Iterator[tuple[str, str, list[Cohort]]]:
    """Spread over schools for the years up to 6 (about 480 pupils) and for 7 to 9 (about 560)."""
    a_year, rest = divmod(pupils, 10)
    younger = max(1, round(a_year * 7 / 480))
    older = max(1, round(a_year * 3 / 560))
    sizes = dict.fromkeys(range(10), a_year)
    for year in [5, *(year for year in range(10) if year != 5)][:rest]:
        sizes[year] += 1
    for first, last, schools in ((0, 6, younger), (7, 9, older)):
        for index in range(schools):
            cohorts = [
                Cohort("GR" if year else "FKLASS", year, _share(sizes[year], of=schools, index=index))
                for year in range(first, last + 1)
            ]
            name = next(names)
            yield name, name, cohorts


def _upper_secondary(pupils: int) -> Iterator[tuple[str, str, list[Cohort]]]:
    units = max(1, min(len(_ORIENTATIONS), round(pupils / 500)))
    for index in range(units):
        size = _share(pupils, of=units, index=index)
        name = _ORIENTATIONS[index] if units > 1 else _UPPER_SECONDARY
        yield _UPPER_SECONDARY, name, _spread(size, school_type="GY", years=range(1, 4))


def _adult(pupils: int) -> list[Cohort]:
    kinds = ("VUXSFI", "VUXGR", "VUXGY")
    return [Cohort(kind, None, _share(pupils, of=3, index=index)) for index, kind in enumerate(kinds)]


def _spread(pupils: int, *, school_type: str, years: range) -> list[Cohort]:
    return [Cohort(school_type, year, _share(pupils, of=len(years), index=index)) for index, year in enumerate(years)]


def _share(total: int, *, of: int, index: int) -> int:
    """Return one of `of` whole parts that sum to the total; the first ones get what does not divide."""
    return total // of + (index < total % of)


def _school_names() -> Iterator[str]:
    yield from ("Norrskolan", "Söderskolan", "Västerskolan", "Björkdalens skola", "Östra skolan")
    for place, tree in product(_PLACES, _NATURE):
        yield tree + place
    for number in range(2, 1_000):
        yield f"Björkviksskolan {number}"
