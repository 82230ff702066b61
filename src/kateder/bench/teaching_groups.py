"""More teaching groups in an exported folder, until it has as many memberships as are asked for."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path
from uuid import NAMESPACE_OID, uuid5

SIZE = 25
"""Pupils in a teaching group."""


def fill(folder: Path, *, memberships: int) -> int:
    """Add groups of pupils of one school unit each; gives how many memberships the folder has then."""
    there = _rows(folder / "memberships.csv")
    with (
        (folder / "groups.csv").open("a", encoding="utf-8", newline="") as groups,
        (folder / "memberships.csv").open("a", encoding="utf-8", newline="") as members,
    ):
        group_rows, member_rows = (csv.writer(file, lineterminator="\n") for file in (groups, members))
        for number, (unit, pupils, start) in enumerate(_groups(folder)):
            if there >= memberships:
                break
            group = uuid5(NAMESPACE_OID, f"teaching group {number}")
            group_rows.writerow([group, f"Grupp {number}", "Undervisning", unit, "", start, ""])
            for pupil in pupils[: memberships - there]:
                member_rows.writerow([group, pupil, start, ""])
            there += len(pupils[: memberships - there])
    return there


def _groups(folder: Path) -> Iterator[tuple[str, list[str], str]]:
    """Without end: the unit of a group, its pupils and when it starts; every round shifts who is together."""
    pupils: dict[str, list[str]] = defaultdict(list)
    with (folder / "enrolments.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["schoolType"] != "FTH" and not row["endDate"]:
                pupils[row["enroledAt"]].append(row["person"])
    with (folder / "groups.csv").open(encoding="utf-8", newline="") as file:
        start = next(csv.DictReader(file))["startDate"]
    for turn in count(1):
        for unit, there in pupils.items():
            shifted = there[turn % len(there) :] + there[: turn % len(there)]
            together = iter(shifted)
            while chosen := list(islice(together, SIZE)):
                yield unit, chosen, start


def _rows(path: Path) -> int:
    with path.open(encoding="utf-8", newline="") as file:
        return sum(1 for _ in csv.reader(file)) - 1
