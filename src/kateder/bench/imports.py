"""`kateder bench import`: from CSV files to the applied register, and the same files once more."""

from __future__ import annotations

import os
from typing import Any

from kateder.bench import limits, teaching_groups
from kateder.bench.place import rounded, somewhere_else

APPLIED_SECONDS, UNCHANGED_SECONDS = 3.0, 1.5
"""What is to be reached for 10,000 pupils on two cores."""
LARGE_APPLIED_SECONDS, LARGE_UNCHANGED_SECONDS, LARGE_MEMORY_MB = 40.0, 12.0, 600
"""What is to be reached for 100,000 pupils with 1,000,000 memberships."""


def measure(*, pupils: int, seed: int, memberships: int | None = None) -> dict[str, Any]:
    """Import everything that a synthetic authority writes, each way in a Kateder of its own. Raises BenchFailed.

    `applied_seconds` is one run that the limits let through; `planned_seconds` and `approved_applied_seconds` are the
    same import when a person approves its plan in between.
    """
    with somewhere_else() as place:
        folder = place.folder / "export"
        place.kateder("demo", "seed", "--pupils", str(pupils), "--seed", str(seed), "--folder", str(folder))
        if memberships is not None:
            teaching_groups.fill(folder, memberships=memberships)
        figures = place.measure("kateder.bench.import_once", str(folder), "within-limits")
        raw = limits.copy_folder(folder, url=place.info.owner_url)
        with somewhere_else() as other:
            by_hand = other.measure("kateder.bench.import_once", str(folder), "by-hand")
    return rounded(
        {
            "what": "import",
            "pupils": pupils,
            "load_average": os.getloadavg()[0],
            **by_hand,
            **figures,
            "rows_per_second": round(figures["rows"] / figures["applied_seconds"]),
            "raw_copy_seconds": raw,
            "ratio_to_raw": figures["applied_seconds"] / raw,
            "reached": _reached(figures, is_large=memberships is not None),
        }
    )


def _reached(figures: dict[str, Any], *, is_large: bool) -> bool:
    applied, unchanged = figures["applied_seconds"], figures["unchanged_seconds"]
    if is_large:
        within_memory = figures["peak_memory_mb"] <= LARGE_MEMORY_MB
        return bool(applied <= LARGE_APPLIED_SECONDS and unchanged <= LARGE_UNCHANGED_SECONDS and within_memory)
    return bool(applied <= APPLIED_SECONDS and unchanged <= UNCHANGED_SECONDS)
