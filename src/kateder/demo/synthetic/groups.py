"""Classes, leisure-time groups and staff groups; classes with their lessons."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import cycle
from random import Random

from kateder.demo.synthetic.cast import CAST, NORRSKOLAN, YEAR, Cast
from kateder.demo.synthetic.records import Duty, Group, Membership
from kateder.demo.synthetic.subjects import GENERAL, subject
from kateder.demo.synthetic.world import Pupil, Unit, World, new_id

_CLASS_SIZES = {"GRAN": 8, "GYAN": 8, "GY": 30}
_USUAL_CLASS_SIZE = 26
_LEISURE_SIZE = 40
_FLOWERS = "Blåsippan Vitsippan Linnean Smultronet Blåklockan Prästkragen Förgätmigej Maskrosen".split()  # noqa: SIM905


def add_classes(world: World, *, cast: Cast) -> None:
    """Put every pupil of a school with classes in one, and tie it to its teachers."""
    rng = world.rng("classes")
    for unit in world.units:
        teachers = cycle(unit.teachers)
        for cohort in unit.cohorts:
            if cohort.year is None:
                continue
            pupils = unit.in_years(cohort.year, cohort.year, school_type=cohort.school_type)
            for letter, members in _split(pupils, unit=unit, cohort_year=cohort.year, cast=cast):
                name = _class_name(world, cohort.school_type, cohort.year, letter)
                is_5b = unit.id == NORRSKOLAN and name == "5B"
                group = _group(world, rng, name=name, kind="Klass", unit=unit, school_type=cohort.school_type)
                if is_5b:
                    group = group._replace(id=CAST["class_5b"])
                world.add_group(group, pupils=members)
                if is_5b:
                    _add_lessons_of_5b(world, group, cast=cast)
                else:
                    _add_lessons(world, rng, group, unit=unit, year=cohort.year, teachers=teachers)
    _move_elsa(world)


def add_leisure_groups(world: World) -> None:
    """Give five of six of the youngest a place at the fritidshem: an enrolment beside the one in school."""
    rng = world.rng("leisure")
    for unit in world.units:
        young = unit.in_years(0, 0, school_type="FKLASS") + unit.in_years(1, 3, school_type="GR")
        placed = [pupil for pupil in young if rng.random() < 0.84]
        for number, members in enumerate(_chunks(placed, size=_LEISURE_SIZE)):
            name = f"Fritids {_FLOWERS[number % len(_FLOWERS)]}"
            group = _group(world, rng, name=name, kind="Avdelning", unit=unit, school_type="FTH")
            world.add_group(group, pupils=members)
        for pupil in placed:
            world.add_enrolment(Pupil(pupil.person, pupil.background, "FTH", None, pupil.starts, pupil.ends), unit=unit)


def add_staff_groups(world: World) -> None:
    """Add one working team per unit, with its teachers as members."""
    rng = world.rng("teams")
    for unit in world.units:
        group = _group(world, rng, name=f"Arbetslag {unit.name}", kind="Personalgrupp", unit=unit, school_type="")
        world.data.groups.append(group)
        members: dict[str, Duty] = {duty.person: duty for duty in unit.teachers if duty.end_date is None}
        world.data.memberships.extend(
            Membership(group.id, person, max(group.start_date, duty.start_date)) for person, duty in members.items()
        )


def _split(pupils: list[Pupil], *, unit: Unit, cohort_year: int, cast: Cast) -> Iterator[tuple[str, list[Pupil]]]:
    """Yield each class's letter and pupils; Norrskolan always has a 5B, with the cast in it."""
    school_type = pupils[0].school_type if pupils else ""
    size = _CLASS_SIZES.get(school_type, _USUAL_CLASS_SIZE)
    classes = max(1, -(-len(pupils) // size))
    if unit.id != NORRSKOLAN or cohort_year != YEAR:
        for index in range(classes):
            yield "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[index % 26] * (1 + index // 26), pupils[index::classes]
        return
    classes = max(2, classes)
    others = pupils[len(cast.pupils) :]
    fill = max(0, -(-len(pupils) // classes) - len(cast.pupils))
    rest = others[fill:]
    yield "B", [*cast.pupils, *others[:fill]]
    for index, letter in enumerate("ACDEFGHIJKLMNOPQRSTUVWXYZ"[: classes - 1]):
        yield letter, rest[index :: classes - 1]


def _class_name(world: World, school_type: str, year: int, letter: str) -> str:
    match school_type:
        case "FKLASS":
            return f"F{letter}"
        case "GRAN":
            return f"{year}{letter} anpassad"
        case "GY" | "GYAN":
            began = world.year.earlier(year - 1).starts_in % 100
            return f"{school_type}{began:02d}{letter}"
        case _:
            return f"{year}{letter}"


def _add_lessons(world: World, rng: Random, group: Group, *, unit: Unit, year: int, teachers: "cycle[Duty]") -> None:
    """Add what the class has together: one lesson for a whole class teacher, two where subjects are many."""
    older = group.school_type == "GR" and year >= 7
    for name in ("Matematik", "Svenska") if older else (GENERAL.get(group.school_type, "Svenska"),):
        world.add_activity(
            key=new_id(rng),
            name=f"{group.display_name} {name}",
            unit_id=unit.id,
            subject=subject(name, school_type=group.school_type),
            group=group,
            duties=[next(teachers) for _ in range(2 if older else 3)],
        )


def _add_lessons_of_5b(world: World, group: Group, *, cast: Cast) -> None:
    rng = world.rng("5B")
    taught_by = {
        "Matematik": [*cast.teacher, *cast.substitute],
        "Svenska": cast.teacher,
        "Engelska": cast.colleague,
    }
    for name, duties in taught_by.items():
        world.add_activity(
            key=new_id(rng),
            name=f"5B {name}",
            unit_id=NORRSKOLAN,
            subject=subject(name, school_type="GR"),
            group=group,
            duties=duties,
        )


def _move_elsa(world: World) -> None:
    """Let Elsa have gone in 5A until a week ago, so that a class has somebody who has just come."""
    came = world.today - timedelta(days=7)
    old = next(one for one in world.data.groups if one.organisation == NORRSKOLAN and one.display_name == "5A")
    rows = world.data.memberships
    for index, row in enumerate(rows):
        if row.person == CAST["elsa"] and row.group == CAST["class_5b"]:
            rows[index] = row._replace(start_date=came)
            rows.append(row._replace(group=old.id, end_date=came - timedelta(days=1)))
            return


def _group(world: World, rng: Random, *, name: str, kind: str, unit: Unit, school_type: str) -> Group:
    return Group(
        id=new_id(rng),
        display_name=name,
        group_type=kind,
        organisation=unit.id,
        school_type=school_type,
        start_date=world.year.opens,
        end_date=world.year.closes,
    )


def _chunks(pupils: list[Pupil], *, size: int) -> Iterator[list[Pupil]]:
    groups = -(-len(pupils) // size)
    for index in range(groups):
        yield pupils[index::groups]
