"""A mishap to look at: one night the school system left a whole school out of its export.

The limits stopped the run, so that the overview of the demo has a plan that waits for a person. The export is whole
again afterwards; whoever approves the plan all the same removes the school.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

from kateder.core.actors import Actor
from kateder.demo.synthetic.records import columns
from kateder.sources import api as sources
from kateder.sources.models import Source

LEFT_OUT = "Björkvikens gymnasium"

Row = dict[str, str]


def run_without_a_school(source: Source, *, folder: Path, by: Actor) -> None:
    """Run the source once with a school left out of the folder. Call outside transactions."""
    whole = {path: path.read_bytes() for path in folder.glob("*.csv")}
    try:
        leave_out(folder, unit=LEFT_OUT)
        sources.run(source.pk, actor=by)
    finally:
        for path, content in whole.items():
            path.write_bytes(content)


def leave_out(folder: Path, *, unit: str) -> None:
    """Drop a school unit's pupils, staff duties, groups and lessons from the files; the unit itself stays."""
    units = {row["id"] for row in _read(folder, "organisations") if row["displayName"] == unit}
    pupils = {row["person"] for row in _read(folder, "enrolments") if row["enroledAt"] in units}
    groups = {row["id"] for row in _read(folder, "groups") if row["organisation"] in units}
    duties = {row["id"] for row in _read(folder, "duties") if row["dutyAt"] in units}
    _keep(folder, "persons", lambda row: row["id"] not in pupils)
    _keep(folder, "enrolments", lambda row: row["person"] not in pupils)
    _keep(folder, "guardians", lambda row: row["child"] not in pupils)
    _keep(folder, "groups", lambda row: row["id"] not in groups)
    _keep(folder, "memberships", lambda row: row["person"] not in pupils and row["group"] not in groups)
    _keep(folder, "duties", lambda row: row["id"] not in duties)
    _keep(folder, "activities", lambda row: not groups.intersection(row["groups"].split("|")))
    _forget_duties(folder, duties)


def _forget_duties(folder: Path, duties: set[str]) -> None:
    rows = _read(folder, "activities")
    for row in rows:
        row["duties"] = "|".join(duty for duty in row["duties"].split("|") if duty not in duties)
    _write(folder, "activities", rows)


def _keep(folder: Path, entity: str, wanted: Callable[[Row], bool]) -> None:
    _write(folder, entity, [row for row in _read(folder, entity) if wanted(row)])


def _read(folder: Path, entity: str) -> list[Row]:
    with (folder / f"{entity}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _write(folder: Path, entity: str, rows: list[Row]) -> None:
    with (folder / f"{entity}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns(entity), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
