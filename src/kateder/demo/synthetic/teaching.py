"""Teaching groups across classes: languages, mother tongue, courses."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import cycle
from random import Random

from kateder.demo.synthetic.records import Duty, Group
from kateder.demo.synthetic.subjects import subject
from kateder.demo.synthetic.world import Pupil, Unit, World, new_id

_GROUP_SIZE = 30
_FIRST_LANGUAGE_YEAR = 6
_LANGUAGES = ("Spanska", "Tyska", "Franska")
_LANGUAGE_WEIGHTS = (45, 25, 15)
_MOTHER_TONGUES = {
    "ar": "arabiska",
    "so": "somaliska",
    "fa": "persiska och dari",
    "ku": "kurdiska",
    "bcs": "bosniska",
    "fi": "finska",
    "pl": "polska",
}
_FEWEST_FOR_MOTHER_TONGUE = 8
_ADULT_COURSES = {"VUXSFI": "Svenska för invandrare", "VUXGR": "Svenska som andraspråk", "VUXGY": "Matematik"}


def add_teaching_groups(world: World) -> None:
    """Add groups of type Undervisning, each with one activity."""
    rng = world.rng("teaching")
    for unit in world.units:
        adder = _Adder(world, rng, unit=unit)
        for year in range(_FIRST_LANGUAGE_YEAR, 10):
            adder.add_languages(year)
        adder.add_second_language()
        adder.add_mother_tongues()
        adder.add_upper_secondary()
        adder.add_adult_courses()


class _Adder:
    """Adds the teaching groups of one unit, its teachers taking turns."""

    def __init__(self, world: World, rng: Random, *, unit: Unit) -> None:
        self._world = world
        self._rng = rng
        self._unit = unit
        self._teachers: cycle[Duty] = cycle(reversed(unit.teachers))

    def add_languages(self, year: int) -> None:
        """Let most pupils of a year choose a modern language, and group them by it."""
        chosen: dict[str, list[Pupil]] = defaultdict(list)
        for pupil in self._unit.in_years(year, year, school_type="GR"):
            if self._rng.random() < 0.85:
                chosen[self._rng.choices(_LANGUAGES, weights=_LANGUAGE_WEIGHTS)[0]].append(pupil)
        for language in _LANGUAGES:
            self._add(chosen[language], title=f"{language} {year}", subject_name=language, school_type="GR")

    def add_second_language(self) -> None:
        """Group those who read Swedish as a second language, by stage."""
        for first, last in ((1, 3), (4, 6), (7, 9)):
            pupils = [
                pupil
                for pupil in self._unit.in_years(first, last, school_type="GR")
                if pupil.background.code != "sv" and self._rng.random() < 0.3
            ]
            self._add(pupils, title=f"Sva {first}–{last}", subject_name="Svenska som andraspråk", school_type="GR")

    def add_mother_tongues(self) -> None:
        """Group those who share a mother tongue, where they are enough for a teacher."""
        for code, language in _MOTHER_TONGUES.items():
            pupils = [
                pupil
                for pupil in self._unit.in_years(1, 9, school_type="GR")
                if pupil.background.code == code and self._rng.random() < 0.6
            ]
            if len(pupils) >= _FEWEST_FOR_MOTHER_TONGUE:
                self._add(pupils, title=f"Modersmål {language}", subject_name="Modersmål", school_type="GR")

    def add_upper_secondary(self) -> None:
        """Group the upper secondary pupils of a year by course, across programmes."""
        for year in range(1, 4):
            pupils = self._unit.in_years(year, year, school_type="GY")
            for name, level in (("Matematik", year), ("Engelska", year + 4)):
                self._add(pupils, title=f"{name} {level}", subject_name=name, school_type="GY")

    def add_adult_courses(self) -> None:
        """Group adults by their course; they are in no class."""
        for school_type, name in _ADULT_COURSES.items():
            pupils = [pupil for pupil in self._unit.pupils if pupil.school_type == school_type]
            self._add(pupils, title=f"{name} kurs", subject_name=name, school_type=school_type)

    def _add(self, pupils: list[Pupil], *, title: str, subject_name: str, school_type: str) -> None:
        for number, members in enumerate(_even(pupils, size=_GROUP_SIZE), start=1):
            group = Group(
                id=new_id(self._rng),
                display_name=f"{title} grupp {number}",
                group_type="Undervisning",
                organisation=self._unit.id,
                school_type=school_type,
                start_date=self._world.year.opens,
                end_date=self._world.year.closes,
            )
            self._world.add_group(group, pupils=members)
            self._world.add_activity(
                key=new_id(self._rng),
                name=group.display_name,
                unit_id=self._unit.id,
                subject=subject(subject_name, school_type=school_type),
                group=group,
                duties=[next(self._teachers)],
            )


def _even(pupils: Iterable[Pupil], *, size: int) -> Iterator[list[Pupil]]:
    """Yield groups of about the same size, none above it."""
    members = list(pupils)
    groups = -(-len(members) // size)
    for index in range(groups):
        yield members[index::groups]
