"""The CSV page of the handbook says what the format is; the generator and the page may not drift apart."""

import csv
import re
from io import StringIO
from pathlib import Path

import pytest

from kateder.demo.synthetic.civic_numbers import check_digit
from kateder.demo.synthetic.records import ROW_TYPES, columns

PAGE = (Path(__file__).parents[2] / "docs" / "handbok" / "csv-mapp.md").read_text(encoding="utf-8")


def section(entity: str) -> str:
    heading = re.search(rf"^## .*`{entity}\.csv`$", PAGE, re.MULTILINE)
    assert heading, f"no section for {entity}.csv"
    return PAGE[heading.end() :].split("\n## ", 1)[0]


@pytest.mark.parametrize("entity", ROW_TYPES)
def test_every_column_is_described_in_the_handbook(entity: str) -> None:
    first_cells = re.findall(r"^\| (`.+?) \|", section(entity), re.MULTILINE)
    described = {name for cell in first_cells for name in re.findall(r"`(\w+)`", cell)}
    assert described == set(columns(entity))


@pytest.mark.parametrize("entity", ROW_TYPES)
def test_examples_of_the_handbook_have_the_columns_of_the_format(entity: str) -> None:
    example = re.search(r"```csv\n(.+?)```", section(entity), re.DOTALL)
    assert example, f"no example for {entity}.csv"
    header, *rows = csv.reader(StringIO(example.group(1)))
    assert set(header) <= set(columns(entity))
    assert rows
    assert {len(row) for row in rows} == {len(header)}


def test_personal_numbers_of_the_handbook_are_nobodys() -> None:
    numbers = set(re.findall(r"\b\d{12}\b", PAGE))
    assert numbers
    for number in numbers:
        assert int(number[8:11]) in {238, 239, *range(980, 1000)}
        assert check_digit(number[2:11]) == int(number[11])
