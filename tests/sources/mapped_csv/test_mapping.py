"""A mapping's text: what it may hold, and how errors name the place."""

from __future__ import annotations

import json

import pytest

from kateder.sources.mapped_csv import mapping, places
from kateder.sources.mapped_csv.faults import (
    MappingTooLong,
    NameMissing,
    NotJson,
    NotToml,
    UnknownName,
    UnknownStep,
    UnknownVersion,
    WrongShape,
)

TEXT = """version = 1
# [[tables]] in a comment
[[tables]]
name = "a [[b]]"
file = "a.csv"

[[tables]]
name = "b"
file = "b.csv"
steps = [
  { set = "x", from = "{y}" },  # one
  { set = "z", from = "{y}", match = 'a]"' }, { only = { column = "x", in = ["a",
    "b"] } },
  { each = "x" },
]

[values.roles]
LR = "Lärare"

[[persons]]
from = "b"
id = "{x}"
givenName = "{y}"
"""


def test_every_header_key_and_step_knows_its_line() -> None:
    lines = places.lines_of(TEXT)
    assert lines["tables", 0] == 3
    assert lines["tables", 1, "file"] == 9
    assert [lines["tables", 1, "steps", number] for number in range(4)] == [11, 12, 12, 14]
    assert lines["values", "roles", "LR"] == 18
    assert lines["persons", 0, "givenName"] == 23
    assert places.line_at(lines, ("tables", 1, "steps", 3, "each")) == 14


@pytest.mark.parametrize(
    ("old", "new", "fault", "said"),
    [
        ("version = 1", "version = 2", UnknownVersion, "version = 1"),
        ('file = "b.csv"', 'file = "b.csv', NotToml, "9"),
        ("steps =", "stegs =", UnknownName, "10.*steps"),
        ("{ each =", "{ every =", UnknownStep, "14.*4"),
        ('from = "{y}" },', 'form = "{y}" },', UnknownName, "11.*1.*from"),
        ('column = "x"', 'colum = "x"', UnknownName, "12.*3.*column"),
        ("givenName", "firstName", NameMissing, "20.*givenName"),
        ('id = "{x}"', "id = 3.5", WrongShape, "22.*id"),
        ("[[persons]]", "[[person]]", UnknownName, "20.*persons"),
        ("[[persons]]", "[persons]", WrongShape, "20"),
    ],
)
def test_error_names_the_line_and_what_was_perhaps_meant(old: str, new: str, fault: type[Exception], said: str) -> None:
    with pytest.raises(fault, match=said):
        mapping.read(TEXT.replace("givenName", 'familyName = "f"\ngivenName', 1).replace(old, new, 1))


def test_mapping_may_be_json() -> None:
    text = json.dumps({"version": 1, "tables": [{"name": "t", "file": "t.csv", "steps": [{"each": "x"}]}]})
    assert mapping.read(text).mapping.tables[0].name == "t"
    with pytest.raises(NotJson, match="1"):
        mapping.read(text[:-1])


def test_text_that_no_mapping_needs_is_not_even_parsed() -> None:
    with pytest.raises(MappingTooLong):
        mapping.read("#" * 300_000)
