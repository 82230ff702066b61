"""A file is read column by column where that gives what reading it row by row does, and only there."""

from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from kateder.sources.canonical.checking import Known
from kateder.sources.csv_folder.files import split

CELLS = st.text(alphabet=st.sampled_from("aå ;\\\u2028\r"), max_size=3)
ENDS = st.sampled_from(["\n", "\r\n", "\r"])


@given(st.lists(st.tuples(st.lists(CELLS, min_size=2, max_size=3), ENDS), min_size=1, max_size=5), st.booleans())
def test_lines_split_all_at_once_are_what_the_csv_module_reads(
    rows: list[tuple[list[str], str]], ends_openly: bool
) -> None:
    text = "".join(f"{','.join(cells)}{end}" for cells, end in rows)
    lines = list(io.StringIO(text.rstrip("\r\n") if ends_openly else text, newline=""))
    found = split(lines, delimiter=",", width=2)
    if found is not None:
        assert list(found) == list(csv.reader(lines))


def test_lines_that_are_alike_are_split_all_at_once() -> None:
    found = split(["a,b\r\n", "c,\r\n", ",d"], delimiter=",", width=2)
    assert found is not None
    assert found.columns == [["a", "c", ""], ["b", "", "d"]]


def test_lines_with_a_cell_too_few_are_read_one_by_one() -> None:
    assert split(["a,b\n", "c\n"], delimiter=",", width=2) is None


def test_references_are_found_all_at_once_only_where_no_key_had_to_be_escaped() -> None:
    assert Known({"a", "b"}).are_all(["b", "a", "b"])
    assert not Known({"a", "b"}).are_all(["a", " b"])
    escaped = r"a\\b"  # how the key a\b is written to COPY, and another key as it would stand in a file
    assert not Known({escaped, "b"}).are_all([escaped])
