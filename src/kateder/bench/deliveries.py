"""`kateder bench deliver`: everybody's account at a provider, over EGIL with mutual TLS."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kateder.bench import limits
from kateder.bench.limits import Post
from kateder.bench.place import BenchFailed, Place, rounded, somewhere_else
from kateder.core import clock
from kateder.protocols.matf.identity import Identity, self_signed
from kateder.protocols.matf.pinning import pinned_context

START_SECONDS = 30.0
LARGE = 20_000
"""From so many pupils on, only a provider that takes no time is measured, unless another is asked for."""

# What is to be reached on two cores for 10,000 pupils, and for 100,000: seconds, and MB.
GOALS = {
    "first_0ms": 2.5,
    "first_20ms": 20.0,
    "unchanged": 0.05,
    "everything": 0.8,
    "hundredth_20ms": 1.0,
    "one_pupil_p95": 2.0,
}
GOALS_LARGE = {"unchanged": 0.05, "everything": 10.0, "peak_memory_mb": 200.0}
REFERENCE = {"first_0ms": 4.1, "first_20ms": 285.3, "everything": 0.8, "hundredth_20ms": 3.5}
REFERENCE_LARGE = {"first_0ms": 46.6, "everything": 10.2, "peak_memory_mb": 958.0}
"""The public reference client (EgilSCIM 2.23.0), measured over the same number of objects."""
AT = {10_000: (GOALS, REFERENCE), 100_000: (GOALS_LARGE, REFERENCE_LARGE)}


def measure(
    *, pupils: int, seed: int, latencies_ms: Sequence[int] = (), promptly: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Deliver a synthetic authority in a Kateder of its own, once for each latency. Raises BenchFailed.

    `promptly` is what `promptness.measure` gave, to stand beside the goals.
    """
    chosen = tuple(latencies_ms) or ((0,) if pupils > LARGE else (0, 20))
    runs = {}
    with somewhere_else() as place:
        folder = place.folder / "export"
        place.kateder("demo", "seed", "--pupils", str(pupils), "--seed", str(seed), "--folder", str(folder))
        place.measure("kateder.bench.deliver_ground", str(folder))
        for latency in chosen:
            runs[latency] = _measured(place, latency_ms=latency)
    return {
        "what": "deliver",
        "pupils": pupils,
        "load_average": round(os.getloadavg()[0], 2),
        "runs": {f"{latency}ms": rounded(figures) for latency, figures in runs.items()},
        **({"promptness": promptly} if promptly else {}),
        "goals": against_goals(pupils, runs, promptly=promptly),
    }


def _measured(place: Place, *, latency_ms: int) -> dict[str, Any]:
    """All runs of one service, and its bodies sent bare to a second, empty provider."""
    state = place.folder / f"provider-{latency_ms}"
    with provider_at(state, latency_ms=latency_ms):
        figures = place.measure("kateder.bench.deliver_once", f"bench-{latency_ms}", str(state))
    posts = limits.in_order(limits.posts_in(state / "log.jsonl"))[: figures["objects"]]
    raw = _raw(place, posts, latency_ms=latency_ms, connections=figures["connections"])
    return figures | {
        "first_objects_per_second": round(figures["objects"] / figures["first_seconds"]),
        "raw_send_seconds": raw,
        "first_to_raw": figures["first_seconds"] / raw,
        "share_of_raw": raw / figures["first_seconds"],
    }


def against_goals(
    pupils: int, runs: Mapping[int, Mapping[str, Any]], *, promptly: Mapping[str, Any] | None = None
) -> dict[str, dict[str, Any]]:
    """Each figure that has a goal, beside it and beside the reference client's: for 10,000 and 100,000 pupils."""
    goals, reference = AT.get(pupils, ({}, {}))
    got: dict[str, float] = {"one_pupil_p95": promptly["p95_seconds"]} if promptly else {}
    for latency, figures in runs.items():
        got[f"first_{latency}ms"] = figures["first_seconds"]
        got[f"hundredth_{latency}ms"] = figures["hundredth_seconds"]
        for name in ("unchanged", "everything"):
            got.setdefault(name, figures[f"{name}_seconds"])
        got["peak_memory_mb"] = max(got.get("peak_memory_mb", 0), figures["peak_memory_mb"])
    return {
        name: {
            "measured": round(value, 3),
            "goal": goals.get(name),
            "reached": value <= goals[name] if name in goals else None,
            "reference_client": reference.get(name),
        }
        for name, value in got.items()
        if name in goals or name in reference
    }


def _raw(place: Place, posts: Sequence[Post], *, latency_ms: int, connections: int) -> float:
    state = place.folder / f"raw-{latency_ms}"
    identity = _known_client(state)
    with provider_at(state, latency_ms=latency_ms) as address:
        context = pinned_context([address["pin"]], identity=identity, now=clock.now)
        return limits.send(posts, base=address["scim"], context=context, connections=connections)


def _known_client(state: Path) -> Identity:
    (state / "clients").mkdir(parents=True)
    now = clock.now()
    identity = self_signed("bench", not_before=now, not_after=now.replace(year=now.year + 1))
    (state / "clients" / "bench.pem").write_text(identity.certificate, encoding="ascii")
    return identity


@contextmanager
def provider_at(state: Path, *, latency_ms: int) -> Iterator[dict[str, str]]:
    """Run the demo provider on free ports; it waits before each answer. Raises BenchFailed."""
    state.mkdir(exist_ok=True)
    (state / "orders.json").write_text(json.dumps({"latency_ms": latency_ms}), encoding="ascii")
    command = [sys.executable, "-m", "kateder.demo.provider", "--state", str(state)]
    with subprocess.Popen([*command, "--pages-port", "0", "--scim-port", "0"]) as process:
        try:
            yield _address(state / "provider.json", process=process)
        finally:
            process.terminate()


def _address(file: Path, *, process: subprocess.Popen[bytes]) -> dict[str, str]:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if file.exists():
            told: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
            return told
        time.sleep(0.05)
    raise BenchFailed(step="kateder.demo.provider")
