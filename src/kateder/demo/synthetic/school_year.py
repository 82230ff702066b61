"""The school year that a day belongs to."""

from dataclasses import dataclass
from datetime import date

FIRST_COMPULSORY_AGE = 6
"""The age that a child reaches in the calendar year in which förskoleklass begins (skollagen 7 kap. 10 §)."""

YEARS_BEFORE_UPPER_SECONDARY = 10
ADULT_AGE = 18


@dataclass(frozen=True, slots=True)
class SchoolYear:
    """July to June; lessons from the middle of August to the middle of June."""

    starts_in: int

    @classmethod
    def containing(cls, day: date) -> "SchoolYear":
        """Return the school year of a day."""
        return cls(day.year if day.month >= 7 else day.year - 1)

    @property
    def opens(self) -> date:
        """The first day, 1 July."""
        return date(self.starts_in, 7, 1)

    @property
    def closes(self) -> date:
        """The last day, 30 June."""
        return date(self.starts_in + 1, 6, 30)

    @property
    def first_lesson(self) -> date:
        """The day on which lessons begin."""
        return date(self.starts_in, 8, 17)

    def earlier(self, years: int) -> "SchoolYear":
        """Return the school year some years before."""
        return SchoolYear(self.starts_in - years)

    def birth_year(self, *, school_type: str, year: int) -> int:
        """Return the year in which those who now go in `year` of a school type were usually born."""
        before = YEARS_BEFORE_UPPER_SECONDARY - 1 if school_type in {"GY", "GYAN"} else 0
        return self.starts_in - FIRST_COMPULSORY_AGE - before - year


def birthday(born: date, *, age: int) -> date:
    """Return the day on which somebody reaches an age: 1 March in common years for a child of 29 February."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return date(born.year + age, 3, 1)
