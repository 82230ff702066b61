"""The order of the suite names files that are there, and puts them where it says."""

from __future__ import annotations

from pathlib import Path

from tests import scheduling

ROOT = Path(__file__).parent.parent


def test_every_place_that_the_order_names_is_there() -> None:
    assert [place for place in (*scheduling.LONGEST, *scheduling.TOGETHER) if not (ROOT / place).exists()] == []


def test_files_that_share_an_installation_go_to_one_worker_and_others_each_by_itself() -> None:
    sharing = {scheduling.scope_of(f"{file}::test") for file in scheduling.TOGETHER}
    assert len(sharing) == 1
    assert scheduling.scope_of("tests/core/test_db.py::test_a[1]") == "tests/core/test_db.py"
