"""How soon one changed pupil is at the providers, while a worker keeps many targets in step."""

from __future__ import annotations

import os
from typing import Any

from kateder.bench.deliveries import provider_at
from kateder.bench.place import rounded, somewhere_else

WITHIN_SECONDS = 2.0
"""What is to be reached for nineteen changes of twenty, with 50 targets."""


def measure(
    *, pupils: int = 1000, targets: int = 50, changes: int = 40, latency_ms: int = 20, seed: int = 1
) -> dict[str, Any]:
    """Keep `targets` services in step, each with the pupils of one school, and move one pupil at a time to a group.

    Times are from the commit in the register to the provider's own note of the request, in seconds, for every service
    that has the pupil. Raises BenchFailed.
    """
    with somewhere_else() as place:
        folder, state = place.folder / "export", place.folder / "provider"
        place.kateder("demo", "seed", "--pupils", str(pupils), "--seed", str(seed), "--folder", str(folder))
        with provider_at(state, latency_ms=latency_ms):
            figures = place.measure(
                "kateder.bench.change_by_change", str(folder), str(state), str(targets), str(changes), str(seed)
            )
    return rounded(
        {
            "what": "promptness",
            "pupils": pupils,
            "targets": targets,
            "latency_ms": latency_ms,
            "load_average": os.getloadavg()[0],
            **figures,
            "reached": figures["p95_seconds"] <= WITHIN_SECONDS,
        }
    )
