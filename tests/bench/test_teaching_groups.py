"""The synthetic authority can be given as many memberships as a measurement wants."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from pathlib import Path

from kateder.bench.teaching_groups import SIZE, fill
from kateder.demo.synthetic import generate


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_folder_gets_exactly_so_many_memberships_in_groups_of_one_school(tmp_path: Path) -> None:
    generate(tmp_path, pupils=200, seed=1, today=date(2026, 11, 23))
    before = len(rows(tmp_path / "memberships.csv"))
    assert fill(tmp_path, memberships=before + 1001) == before + 1001
    added = rows(tmp_path / "memberships.csv")[before:]
    assert len(added) == 1001
    assert max(Counter(row["group"] for row in added).values()) <= SIZE
    assert len({(row["group"], row["person"]) for row in added}) == 1001
    unit_of = {row["id"]: row["organisation"] for row in rows(tmp_path / "groups.csv")}
    enrolled = {(row["person"], row["enroledAt"]) for row in rows(tmp_path / "enrolments.csv")}
    assert all((row["person"], unit_of[row["group"]]) in enrolled for row in added)
