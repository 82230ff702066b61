"""What is done to a table's rows."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.sources.mapped_csv.mapped import PERSON, Mapped

from kateder.register.api import Entity
from kateder.sources.mapped_csv.faults import NoSuchColumn, NoSuchTable, TooMuch
from kateder.sources.reading import Fault

FILES = {
    "t.csv": "id,class,unit,end\n1,5B,n,2026-06-10\n2,5C,n,\n3,6A,s,2027-06-10\n4,,,\n",
    "members.csv": "id,group\n1,g1\n2,g1\n1,g2\n1,g1\n9,g9\n",
    "units.csv": "code,name\nn,Norr\ns,Söder\n",
    "wanted.txt": "5B\n\n 6A \n",
}


@pytest.fixture
def mapped(tmp_path: Path) -> Mapped:
    return Mapped(tmp_path, FILES)


MORE = '[[tables]]\nname = "members"\nfile = "members.csv"\n[[tables]]\nname = "units"\nfile = "units.csv"\n'


@pytest.mark.parametrize(
    ("condition", "left"),
    [
        ('column = "class", is = "5B"', "1"),
        ('column = "class", in = ["5B", "5C"]', "12"),
        ('column = "class", list = "wanted.txt"', "13"),
        ('column = "class", matches = "5."', "12"),
        ('column = "class", filled = true', "123"),
        ('column = "class", filled = false', "4"),
        ('column = "end", before = "{@today}"', "1"),
        ('column = "end", after = 2026-11-23', "3"),
        ('column = "id", in_table = "members"', "12"),
        ('column = "unit", in_table = "units", its = "code"', "123"),
        ('not = { column = "class", is = "5B" }', "234"),
        ('and = [{ column = "unit", is = "n" }, { not = { column = "class", is = "5B" } }]', "2"),
        ('or = [{ column = "class", is = "6A" }, { column = "class", is = "5B" }]', "13"),
    ],
)
def test_only_rows_for_which_the_condition_holds_are_left(mapped: Mapped, condition: str, left: str) -> None:
    assert "".join(mapped.column(f"{{ only = {{ {condition} }} }}", "id", more=MORE)) == left


def test_join_gathers_the_values_of_all_rows_with_the_key_each_once(mapped: Mapped) -> None:
    step = '{ join = "members", on = "id", take = { groups = "group" } }'
    assert mapped.column(step, "groups", more=MORE) == ["g1\x1fg2", "g1", "", ""]


def test_join_takes_the_first_row_where_asked_to(mapped: Mapped) -> None:
    step = '{ join = "members", on = "id", take = "group", rows = "first" }'
    assert mapped.column(step, "group", more=MORE) == ["g1", "g1", "", ""]


def test_join_drops_rows_without_a_match_where_asked_to(mapped: Mapped) -> None:
    step = '{ join = "units", on = { unit = "code" }, take = "name", missing = "drop" }'
    assert mapped.column(step, "name", more=MORE) == ["Norr", "Norr", "Söder"]


def test_join_on_several_columns_needs_all_of_them_to_be_the_same(mapped: Mapped) -> None:
    roles = '[[tables]]\nname = "roles"\nfile = "t.csv"\nsteps = [{ set = "role", from = "r{id}" }]\n'
    step = '{ set = "unit", from = "n" }, { join = "roles", on = ["class", "unit"], take = "role" }'
    assert mapped.column(step, "role", more=roles) == ["r1", "r2", "", ""]


def test_empty_key_matches_nothing(mapped: Mapped) -> None:
    other = '[[tables]]\nname = "other"\nfile = "t.csv"\n'
    assert mapped.column('{ join = "other", on = "unit", take = { x = "id" } }', "x", more=other)[3] == ""


def test_each_value_becomes_a_row_and_an_empty_cell_none(mapped: Mapped) -> None:
    steps = '{ join = "members", on = "id", take = "group" }, { each = "group", as = "one" }'
    assert mapped.column(steps, "one", more=MORE) == ["g1", "g2", "g1"]


def test_unique_keeps_the_first_row_of_each_key_and_gathers_the_others(mapped: Mapped) -> None:
    steps = '{ unique = "unit", gather = ["class"] }'
    assert mapped.column(steps, "class") == ["5B\x1f5C", "6A"]
    assert mapped.column(steps, "id") == ["1", "3"]


def test_added_table_comes_below_with_what_it_has(mapped: Mapped) -> None:
    assert mapped.column('{ add = "members" }', "group", more=MORE) == ["", "", "", "", "g1", "g1", "g2", "g1", "g9"]


def test_table_made_from_another_leaves_that_one_as_it_was(mapped: Mapped) -> None:
    text = '[[tables]]\nname = "t"\nfile = "t.csv"\n'
    text += '[[tables]]\nname = "u"\nfrom = "t"\nsteps = [{ set = "id", from = "x" }]'
    assert mapped.table(text).columns["id"] == ["1", "2", "3", "4"]
    assert mapped.table(text, "u").columns["id"] == ["x"] * 4


def test_table_further_down_and_misspelt_column_are_refused_with_what_was_perhaps_meant(mapped: Mapped) -> None:
    with pytest.raises(NoSuchTable):
        mapped.column('{ add = "later" }', "id")
    with pytest.raises(NoSuchColumn, match="class"):
        mapped.column('{ set = "x", from = "{Clas}" }', "x")


def test_join_that_would_make_far_too_many_rows_is_stopped(mapped: Mapped) -> None:
    text = 'version = 1\n[[tables]]\nname = "u"\nfile = "t.csv"\nsteps = [{ set = "k", from = "x" }]\n'
    text += (
        '[[tables]]\nname = "t"\nfrom = "u"\nsteps = [{ join = "u", on = "k", take = { i = "id" } }, { each = "i" }]'
    )
    with pytest.raises(TooMuch):
        mapped.evaluation(text, most_rows=10)


def test_row_that_points_nowhere_is_remarked_on_where_asked_to(mapped: Mapped) -> None:
    step = '{ join = "units", on = { unit = "code" }, missing = "report" }'
    text = f'version = 1\n{MORE}\n[[tables]]\nname = "t"\nfile = "t.csv"\nsteps = [{step}]\n'
    found = mapped.evaluation(text).remarks
    assert [(each.fault, each.file, each.line, each.column) for each in found] == [(Fault.DANGLING, "t.csv", 5, "unit")]


def test_person_of_two_blocks_is_one_person_with_what_either_knows(tmp_path: Path) -> None:
    mapped = Mapped(
        tmp_path,
        {
            "t.csv": "id,given,family,mail\n1,Maria,Berg,\n1,Maria,Berg,\n",
            "g.csv": "id,given,family,mail\n1,Mia,Berg,mia@x.example\n2,Bo,Ek,\n",
        },
    )
    text = 'version = 1\n[[tables]]\nname = "t"\nfile = "t.csv"\n[[tables]]\nname = "g"\nfile = "g.csv"\n'
    text += PERSON + 'emails = "{mail}"\n' + PERSON.replace('"t"', '"g"') + 'emails = "{mail}"\n'
    rows = mapped.rows(text, Entity.PERSON)
    assert [(row["id"], row["givenName"], row["emails"]) for row in rows] == [
        ("1", "Maria", "mia@x.example"), ("1", "Maria", ""), ("2", "Bo", ""),
    ]  # fmt: skip
    # Twice in one file is a fault of that file, twice in two files is not.
    assert [(each.fault, each.file, each.line) for each in mapped.remarks(text)] == [(Fault.DUPLICATE, "t.csv", 3)]
