"""Deliveries that are killed at random moments: what is left wrong in the end, and how many runs it took."""

from __future__ import annotations

import os
from typing import Any

from kateder.bench.deliveries import provider_at
from kateder.bench.place import rounded, somewhere_else


def measure(*, count: int, pupils: int, seed: int, latency_ms: int = 5) -> dict[str, Any]:
    """Kill so many deliveries without warning, while the register goes on changing, and count what differs after.

    The same seed gives the same changes and the same moments. Raises BenchFailed.
    """
    with somewhere_else() as place:
        folder, state = place.folder / "export", place.folder / "provider"
        place.kateder("demo", "seed", "--pupils", str(pupils), "--seed", str(seed), "--folder", str(folder))
        place.measure("kateder.bench.deliver_ground", str(folder))
        with provider_at(state, latency_ms=latency_ms):
            figures = place.measure("kateder.bench.kill_many", str(state), str(count), str(seed))
    return rounded(
        {
            "what": "kills",
            "pupils": pupils,
            "seed": seed,
            "latency_ms": latency_ms,
            "load_average": os.getloadavg()[0],
            **figures,
            "reached": figures["differences"] == 0,
        }
    )
