"""Cells are read the same one by one and all together."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kateder.register.api import Entity
from kateder.sources.canonical import values
from kateder.sources.canonical.layout import BY_ENTITY, Column, Kind

TEXTS = st.text(alphabet=st.sampled_from("abÅå\u030a |\t\n\\\u00a0\x07\"'{},"), max_size=5)
COLUMNS = [
    Column("x", "x", kind, required=required, longest=4)
    for kind in (Kind.TEXT, Kind.KEY, Kind.REFERENCE)
    for required in (False, True)
]


@given(st.lists(TEXTS, max_size=4), st.sampled_from(COLUMNS))
def test_the_fast_look_at_a_whole_column_agrees_with_reading_each_cell(cells: list[str], column: Column) -> None:
    together = values.parse_column(cells, column)
    one_by_one = [values.parse_column([cell, "\x07"], column) for cell in cells]
    assert together[0] == [parsed[0] for parsed, _ in one_by_one]
    assert together[1].keys() == {cell for cell, (_, faults) in zip(cells, one_by_one, strict=True) if cell in faults}


def test_every_column_of_a_file_has_a_place_in_the_register() -> None:
    from kateder.sources.staging import columns

    for entity, file in BY_ENTITY.items():
        to = {column.to for column in file.columns if column.kind is not Kind.KEY}
        derived = {"sort_key", "search_key", "civic_no_kind"} if entity is Entity.PERSON else set()
        assert to | derived == set(columns(entity))
