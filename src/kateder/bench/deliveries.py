"""`kateder bench deliver`: everybody's account at a provider, over EGIL with mutual TLS."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kateder.bench import limits
from kateder.bench.place import BenchFailed, Place, rounded, somewhere_else
from kateder.core import clock
from kateder.protocols.matf.identity import Identity, self_signed
from kateder.protocols.matf.pinning import pinned_context

DELIVERED_SECONDS = 30.0
"""What is to be reached for 10,000 pupils at 20 ms on two cores; the reference client needs 285 s."""
START_SECONDS = 30.0


def measure(*, pupils: int, latency_ms: int, seed: int) -> dict[str, Any]:
    """Deliver a synthetic authority for the first time, in a Kateder of its own. Raises BenchFailed."""
    with somewhere_else() as place:
        folder = place.folder / "export"
        place.kateder("demo", "seed", "--pupils", str(pupils), "--seed", str(seed), "--folder", str(folder))
        with provider_at(place.folder / "provider", latency_ms=latency_ms):
            figures = place.measure("kateder.bench.deliver_once", str(folder), str(place.folder / "provider"))
        raw = _raw(place, latency_ms=latency_ms, connections=figures["connections"])
    return rounded(
        {
            "what": "deliver",
            "pupils": pupils,
            "latency_ms": latency_ms,
            "load_average": os.getloadavg()[0],
            **figures,
            "objects_per_second": round(figures["objects"] / figures["delivered_seconds"]),
            "raw_send_seconds": raw,
            "ratio_to_raw": figures["delivered_seconds"] / raw,
            "reached": figures["delivered_seconds"] <= DELIVERED_SECONDS,
        }
    )


def _raw(place: Place, *, latency_ms: int, connections: int) -> float:
    """Send the same bodies to a second, empty provider."""
    posts = limits.in_order(limits.posts_in(place.folder / "provider" / "log.jsonl"))
    state = place.folder / "raw"
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
