"""Personal numbers of the synthetic authority: valid, unique, and nobody's."""

from datetime import date

import pytest

from kateder.demo.synthetic import build
from kateder.demo.synthetic.civic_numbers import NumberSeries, check_digit


@pytest.mark.parametrize(("digits", "check"), [("170101239", 3), ("121212121", 2), ("640823323", 4)])
def test_the_check_digit_is_the_one_of_published_numbers(digits: str, check: int) -> None:
    assert check_digit(digits) == check


def test_every_number_is_from_the_test_series_with_a_valid_check_digit() -> None:
    persons = build(pupils=500, seed=1, today=date(2026, 11, 23)).persons
    whole = [row.civic_no for row in persons if row.civic_no.isdigit()]
    assert {int(number[8:11]) for number in whole} <= {238, 239, *range(980, 1000)}
    assert [number for number in whole if check_digit(number[2:11]) != int(number[11])] == []


def test_no_number_is_given_twice() -> None:
    persons = build(pupils=2000, seed=1, today=date(2026, 11, 23)).persons
    numbers = [row.civic_no for row in persons if row.civic_no]
    assert len(numbers) == len(set(numbers))


def test_number_agrees_with_sex_and_birth_date() -> None:
    for row in build(pupils=300, seed=1, today=date(2026, 11, 23)).persons:
        if not row.civic_no.isdigit() or row.sex == "Okänt":
            continue
        assert row.civic_no[:6] == f"{row.birth_date:%Y%m}"
        assert int(row.civic_no[6:8]) % 60 == row.birth_date.day
        assert (int(row.civic_no[10]) % 2 == 0) == (row.sex == "Kvinna")


def test_when_a_day_has_no_number_left_the_next_day_is_taken() -> None:
    series = NumberSeries()
    taken = [series.take(date(2015, 2, 28), woman=True) for _ in range(12)]
    assert taken[10][0] == date(2015, 2, 28)
    assert taken[11][0] == date(2015, 3, 1)
