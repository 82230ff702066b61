"""A school year's number means what it meant on its day; the shift of autumn 2028 moves names, not pupils."""

from datetime import date

import pytest

from kateder.protocols.ss12000 import SCHOOL_TYPE
from kateder.protocols.ss12000.school_years import (
    SchoolYearOf,
    at_stage,
    form_on,
    has_year,
    next_place,
    of_compulsory_age,
    restated,
    short_name,
    stage,
    usual_place,
    year_name,
)

SPRING, AUTUMN = date(2028, 5, 2), date(2028, 8, 21)
LAST_DAY, FIRST_DAY = date(2028, 6, 30), date(2028, 7, 1)


def test_the_last_day_of_june_2028_has_nine_years_and_the_next_day_ten() -> None:
    assert [form_on("GR", day).years for day in (LAST_DAY, FIRST_DAY)] == [range(1, 10), range(1, 11)]  # type: ignore[union-attr]
    assert has_year("GR", 10, on=LAST_DAY) is False
    assert has_year("GR", 10, on=FIRST_DAY) is True


def test_preschool_class_ends_as_a_school_form() -> None:
    assert form_on("FKLASS", LAST_DAY) is not None
    assert form_on("FKLASS", FIRST_DAY) is None
    assert "FKLASS" not in {code.value for code in SCHOOL_TYPE.in_force(FIRST_DAY)}
    assert SCHOOL_TYPE.read("FKLASS") == "FKLASS", "an enrolment of before stays what it was"


@pytest.mark.parametrize(("school_type", "years"), [("GRAN", 10), ("SP", 11), ("SAM", 7), ("GY", 4), ("GYAN", 4)])
def test_each_form_has_its_own_last_year_after_the_shift(school_type: str, years: int) -> None:
    form = form_on(school_type, AUTUMN)
    assert form is not None
    assert form.last_year == years


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (SchoolYearOf("FKLASS", 0), SchoolYearOf("GR", 2)),
        (SchoolYearOf("GR", 1), SchoolYearOf("GR", 3)),
        (SchoolYearOf("GR", 8), SchoolYearOf("GR", 10)),
        (SchoolYearOf("GRAN", 4), SchoolYearOf("GRAN", 6)),
        (SchoolYearOf("GY", 1), SchoolYearOf("GY", 2)),
        (SchoolYearOf("GR", 9), None),
    ],
)
def test_every_pupil_of_compulsory_school_skips_a_number_in_autumn_2028(
    before: SchoolYearOf, after: SchoolYearOf | None
) -> None:
    assert next_place(before, said_on=SPRING, on=AUTUMN) == after


def test_an_ordinary_autumn_moves_everyone_one_year() -> None:
    said, autumn = date(2027, 5, 2), date(2027, 8, 21)
    assert next_place(SchoolYearOf("GR", 3), said_on=said, on=autumn) == SchoolYearOf("GR", 4)
    assert next_place(SchoolYearOf("FKLASS", 0), said_on=said, on=autumn) == SchoolYearOf("GR", 1)


def test_a_number_of_before_is_said_by_the_names_of_after_and_back() -> None:
    there = restated(SchoolYearOf("GR", 3), said_on=SPRING, on=AUTUMN)
    assert there == SchoolYearOf("GR", 4)
    assert restated(there, said_on=AUTUMN, on=SPRING) == SchoolYearOf("GR", 3)


def test_the_first_year_after_the_shift_was_preschool_class_before() -> None:
    assert restated(SchoolYearOf("FKLASS", 0), said_on=SPRING, on=AUTUMN) == SchoolYearOf("GR", 1)


def test_years_are_compared_over_the_shift_by_what_lies_behind() -> None:
    assert stage("GR", 9, on=SPRING) == stage("GR", 10, on=AUTUMN) == 9
    assert stage("FKLASS", 0, on=SPRING) == stage("GR", 1, on=AUTUMN) == 0
    assert at_stage("GR", 10, on=AUTUMN) is None


def test_year_zero_of_compulsory_school_is_preschool_class_only_before_the_shift() -> None:
    assert stage("GR", 0, on=SPRING) == 0
    assert stage("GR", 0, on=AUTUMN) is None


def test_history_keeps_the_name_of_its_day() -> None:
    assert year_name("FKLASS", 0, on=SPRING) == "förskoleklass"
    assert year_name("GR", 1, on=SPRING) == year_name("GR", 1, on=AUTUMN) == "årskurs 1"
    assert short_name("GR", 5, on=SPRING) == "åk 5"
    assert short_name("FKLASS", 0, on=SPRING) == "F"


def test_without_a_number_a_year_has_no_name() -> None:
    assert year_name("VUXSFI", None, on=SPRING) == ""


def test_a_form_without_numbered_years_is_not_judged() -> None:
    assert has_year("VUXSFI", 3, on=SPRING) is None


@pytest.mark.parametrize(
    ("born", "on", "expected"),
    [
        (2020, date(2026, 6, 30), False),
        (2020, date(2026, 7, 1), True),
        (2010, date(2026, 6, 30), True),
        (2010, date(2026, 7, 1), False),
    ],
)
def test_schooling_is_compulsory_from_the_autumn_of_six_for_ten_years(born: int, on: date, *, expected: bool) -> None:
    assert of_compulsory_age(born, on=on) is expected


def test_the_usual_year_of_a_child_follows_the_birth_year_over_the_shift() -> None:
    assert usual_place(2020, on=date(2026, 11, 23)) == SchoolYearOf("FKLASS", 0)
    assert usual_place(2019, on=date(2026, 11, 23)) == SchoolYearOf("GR", 1)
    assert usual_place(2022, on=AUTUMN) == SchoolYearOf("GR", 1)
    assert usual_place(2013, on=AUTUMN) == SchoolYearOf("GR", 10)
    assert usual_place(2012, on=AUTUMN) is None
