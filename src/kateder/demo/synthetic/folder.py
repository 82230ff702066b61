"""Write a dataset as the CSV folder that the handbook describes."""

import csv
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from kateder.demo.synthetic.records import Dataset, columns


def write_folder(dataset: Dataset, *, folder: Path) -> dict[str, int]:
    """Write one file per entity, in UTF-8 with commas; return the rows of each."""
    folder.mkdir(parents=True, exist_ok=True)
    counts: dict[str, int] = {}
    for entity, rows in dataset.entities():
        with (folder / f"{entity}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(columns(entity))
            writer.writerows(_cells(row) for row in rows)
        counts[entity] = len(rows)
    return counts


def _cells(row: Iterable[object]) -> list[object]:
    return [_cell(value) if isinstance(value, bool | tuple | date) else value for value in row]


def _cell(value: bool | tuple[str, ...] | date) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    return "|".join(value)
