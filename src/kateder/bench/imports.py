"""`kateder bench import`: from CSV files to the applied register, and the same files once more."""

from __future__ import annotations

import os
from typing import Any

from kateder.bench import limits, teaching_groups
from kateder.bench.place import rounded, somewhere_else

APPLIED_SECONDS = 3.0
UNCHANGED_SECONDS = 1.5
"""What is to be reached for 10,000 pupils on two cores."""


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
            "reached": figures["applied_seconds"] <= APPLIED_SECONDS
            and figures["unchanged_seconds"] <= UNCHANGED_SECONDS,
        }
    )
