"""How a value is made of a row's cells."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from tests.sources.mapped_csv.mapped import Mapped

from kateder.sources.mapped_csv.faults import (
    BadPattern,
    BadTemplate,
    NoSuchColumn,
    NoSuchGroup,
    NoSuchValues,
    UnknownFilter,
)

FILE = "class,mail,title,start,empty,list\n5B,Elsa@X.example,LR,17/8/2026,,a; b;a\n6A,SAMI@x.example,XX,20260817,,c\n"


@pytest.fixture
def mapped(tmp_path: Path) -> Mapped:
    return Mapped(tmp_path, {"t.csv": FILE})


@pytest.mark.parametrize(
    ("value", "made"),
    [
        ('from = "{class}"', ["5B", "6A"]),
        ('from = "Klass {class}"', ["Klass 5B", "Klass 6A"]),
        ('from = "{{class}}"', ["{class}", "{class}"]),
        ('from = "{mail|lower}"', ["elsa@x.example", "sami@x.example"]),
        ('from = "{start|date}"', ["2026-08-17", "2026-08-17"]),
        ('from = "{list}", split = ";"', ["a\x1fb", "c"]),
        ('from = "{@school_year_start}"', ["2026-07-01", "2026-07-01"]),
        ("from = 5", ["5", "5"]),
        ('from = "{class}", match = "([0-9])([A-Z])", give = "{2}{1}"', ["B5", "A6"]),
        ('from = "{class}", match = "(?P<year>[0-9]).", give = "{year} {title}"', ["5 LR", "6 XX"]),
        ('from = "{class}", match = "5.*"', ["5B", ""]),
        ('from = "{class}", match = "5.*", otherwise = "annan {0}"', ["5B", "annan 6A"]),
        ('from = "{class}", match = [["5.*", "fem"], ["[0-9].*", "ej fem"]]', ["fem", "ej fem"]),
        ('from = "{mail}", replace = [["@.*", ""], ["[aeiou]", "_"]]', ["Els_", "SAMI"]),
        ('from = "{title}", values = { LR = "Lärare" }', ["Lärare", "XX"]),
        ('from = "{title}", values = { LR = "Lärare" }, otherwise = "Annan personal"', ["Lärare", "Annan personal"]),
        ('first = ["{empty}", "{title}"]', ["LR", "XX"]),
        ('all = ["{class}", "{empty}", "{title}", "{class}"]', ["5B\x1fLR", "6A\x1fXX"]),
        ('choose = [{ when = { column = "class", is = "5B" }, give = "ja" }], otherwise = "nej"', ["ja", "nej"]),
        ('from = "{empty}x"', ["", ""]),
        ('from = "{class} {empty?} {title}"', ["5B LR", "6A XX"]),
    ],
)
def test_value_is_made_of_columns_constants_patterns_and_tables(mapped: Mapped, value: str, made: list[str]) -> None:
    assert mapped.column(f'{{ set = "new", {value} }}', "new") == made


def test_every_value_of_a_cell_with_several_is_changed(mapped: Mapped) -> None:
    steps = '{ set = "list", from = "{list}", split = ";" }, { set = "list", from = "<{list|upper}>" }'
    assert mapped.column(steps, "list") == ["<A>\x1f<B>", "<C>"]


def test_generated_uuid_is_the_same_every_time_and_the_one_of_the_public_egil_client(mapped: Mapped) -> None:
    # UUID version 5 of the texts after each other, in the namespace of OIDs (RFC 9562).
    made = mapped.column('{ set = "id", uuid = "{class}{title}" }', "id")
    assert made == ["f5c9b063-0d85-51ec-ab06-218c16caccd1", mapped.column('{ set = "id", uuid = "6AXX" }', "id")[0]]
    own = 'namespace = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"'
    assert mapped.column(f'{{ set = "id", uuid = "{{class}}{{title}}", {own} }}', "id") != made


def test_text_of_which_a_needed_column_is_empty_is_empty_and_has_no_uuid(mapped: Mapped) -> None:
    assert mapped.column('{ set = "id", uuid = "{class}{empty}" }', "id") == ["", ""]


def test_named_value_table_is_used_wherever_it_is_named(mapped: Mapped) -> None:
    more = '[values.roles]\nLR = "Lärare"\nXX = "Rektor"'
    assert mapped.column('{ set = "new", from = "{title}", values = "roles" }', "new", more=more) == [
        "Lärare",
        "Rektor",
    ]


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ('from = "{klass}"', NoSuchColumn),
        ('from = "{class"', BadTemplate),
        ('from = "{}"', BadTemplate),
        ('from = "{class|shout}"', UnknownFilter),
        ('from = "{class}", match = "(a"', BadPattern),
        ('from = "{class}", match = "(a)", give = "{2}"', NoSuchGroup),
        ('from = "{class}", values = "roller"', NoSuchValues),
    ],
)
def test_what_cannot_be_understood_is_refused_with_its_line_and_step(
    mapped: Mapped, value: str, fault: type[Exception]
) -> None:
    with pytest.raises(fault, match=r" 6, t\w+ 1, s\w+ 1"):
        mapped.column(f'{{ set = "new", {value} }}', "new")


@pytest.mark.parametrize("pattern", ["(a+)+b", "(a|aa)*b", "(.*)*x"])
def test_pattern_that_would_hang_others_is_answered_in_linear_time(tmp_path: Path, pattern: str) -> None:
    mapped = Mapped(tmp_path, {"t.csv": f"text\n{'a' * 20_000}\n"})
    begun = time.monotonic()
    assert mapped.column(f'{{ set = "new", from = "{{text}}", match = "{pattern}" }}', "new") == [""]
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize("pattern", [r"(a)\\1", "(?=a)", "a{5000}", "x" * 1001])
def test_pattern_that_cannot_run_in_linear_time_is_refused(mapped: Mapped, pattern: str) -> None:
    with pytest.raises(BadPattern):
        mapped.column(f'{{ set = "new", from = "{{class}}", match = "{pattern}" }}', "new")
