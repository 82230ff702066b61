"""What a school year's number means on a day: the years of each school form as dated data.

The number that a source delivers means what it meant on that day. From autumn 2028 compulsory school has ten years
and every number but that of upper secondary school shifts by one (domain rule 12): what is compared over the shift
is the *stage*, how many school years a pupil has behind them, never the number.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Any

AGE_AT_START = 6
"""The age reached in the calendar year in which compulsory school begins (skollagen 7 kap. 10 §)."""
COMPULSORY_YEARS = 10
"""With the first year, called förskoleklass until 2028 (skollagen 7 kap. 12 §)."""
FIRST_AUTUMN_MONTH = 7


@dataclass(frozen=True, slots=True)
class SchoolForm:
    """The years of a school form within dates (inclusive, absent means open).

    `stage`: how many compulsory years a pupil of the first year has behind them.
    """

    school_type: str
    first_year: int
    last_year: int
    stage: int
    name: str | None = None
    short: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None

    def in_force(self, day: date) -> bool:
        """Whether the form has these years on the day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)

    @property
    def years(self) -> range:
        """The numbers of its years."""
        return range(self.first_year, self.last_year + 1)


@dataclass(frozen=True, slots=True)
class SchoolYearOf:
    """A place in school: school form and number of the year."""

    school_type: str
    school_year: int


def form_on(school_type: str, day: date) -> SchoolForm | None:
    """The school form with its years on a day; None for a form without years, or that has ended."""
    return next((form for form in _FORMS if form.school_type == school_type and form.in_force(day)), None)


def has_year(school_type: str, school_year: int, *, on: date) -> bool | None:
    """Whether the form has that year on the day; None where the form's years are not numbered."""
    if school_type not in _NUMBERED:
        return None
    form = form_on(school_type, on)
    return form is not None and school_year in form.years


def year_name(school_type: str | None, school_year: int | None, *, on: date) -> str:
    """What the year was called on the day, in Swedish: "förskoleklass", "årskurs 5"; empty without a number.

    `on` is a day on which the number was true, not the day of reading: history keeps its names.
    """
    return _called(school_type, school_year, on=on, prefix="årskurs ", short=False)


def short_name(school_type: str | None, school_year: int | None, *, on: date) -> str:
    """The same in a list or a group's name: "F", "åk 5"."""
    return _called(school_type, school_year, on=on, prefix="åk ", short=True)


def stage(school_type: str, school_year: int, *, on: date) -> int | None:
    """How many school years a pupil in that year has behind them, the same before and after the shift of 2028.

    None where the form has no such year on the day.
    """
    form = form_on(school_type, on)
    if form is not None and school_year in form.years:
        return form.stage + school_year - form.first_year
    # Year 0 under a form whose pupils come from förskoleklass: many systems send it so.
    return 0 if form is not None and school_year == 0 and form.stage == 1 else None


def at_stage(school_type: str, count: int, *, on: date) -> SchoolYearOf | None:
    """The place with so many school years behind it on a day, in a form or in what the form has become.

    None where the form does not reach that far.
    """
    form = form_on(school_type, on)
    if form is None or count - form.stage + form.first_year not in form.years:
        successor = _SUCCESSORS.get(school_type)
        return None if successor is None else at_stage(successor, count, on=on)
    return SchoolYearOf(form.school_type, count - form.stage + form.first_year)


def restated(place: SchoolYearOf, *, said_on: date, on: date) -> SchoolYearOf | None:
    """The same place by the names of another day: årskurs 3 said in May 2028 is årskurs 4 by those of August 2028.

    For a pupil who has stayed where they were. None where the place is in no form on the other day.
    """
    behind = stage(place.school_type, place.school_year, on=said_on)
    return None if behind is None else at_stage(place.school_type, behind, on=on)


def next_place(place: SchoolYearOf, *, said_on: date, on: date) -> SchoolYearOf | None:
    """Where a pupil usually is a school year later; None for who has finished the form.

    Who goes in förskoleklass in spring 2028 begins in årskurs 2, who goes in årskurs 8 begins in årskurs 10.
    """
    behind = stage(place.school_type, place.school_year, on=said_on)
    if behind is None:
        return None
    return at_stage(place.school_type, behind + 1, on=on)


def autumn_of(day: date) -> int:
    """The calendar year in which the school year of a day began; it turns on 1 July."""
    return day.year if day.month >= FIRST_AUTUMN_MONTH else day.year - 1


def of_compulsory_age(birth_year: int, *, on: date) -> bool:
    """Whether a child born that year usually has compulsory schooling on the day (skollagen 7 kap. 10 and 12 §§).

    By the year of birth alone: postponed and early starts, and an eleventh year, are known to the school only.
    """
    return 0 <= autumn_of(on) - birth_year - AGE_AT_START < COMPULSORY_YEARS


def usual_place(birth_year: int, *, on: date) -> SchoolYearOf | None:
    """The year of compulsory school in which a child born that year usually goes on the day."""
    behind = autumn_of(on) - birth_year - AGE_AT_START
    if not 0 <= behind < COMPULSORY_YEARS:
        return None
    return at_stage("FKLASS" if behind == 0 else "GR", behind, on=on)


def _called(school_type: str | None, school_year: int | None, *, on: date, prefix: str, short: bool) -> str:
    if school_year is None:
        return ""
    form = form_on(school_type or "", on)
    special = None if form is None else form.short if short else form.name
    # Year 0 outside a form that has it: sources say so of children in förskoleklass under other forms.
    return special or (_ZERO[short] if school_year == 0 else f"{prefix}{school_year}")


def _load() -> tuple[tuple[SchoolForm, ...], Mapping[str, str]]:
    text = files(__package__).joinpath("codes", "school_years.toml").read_text(encoding="utf-8")
    data: dict[str, Any] = tomllib.loads(text)
    return (
        tuple(SchoolForm(**row) for row in data["forms"]),
        {row["school_type"]: row["becomes"] for row in data["successors"]},
    )


_FORMS, _SUCCESSORS = _load()
_NUMBERED = frozenset(form.school_type for form in _FORMS)
_ZERO = ("förskoleklass", "F")
LAST_YEAR = max(form.last_year for form in _FORMS)
"""The highest number of any form: the special school's eleventh year."""
