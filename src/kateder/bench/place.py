"""A Kateder of its own to measure in: a new folder, a new database, gone afterwards."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from kateder.bench.memory import PeakMemory
from kateder.core.embedded import EmbeddedServer, ServerInfo
from kateder.core.errors import DomainError

AUTHORITY = "bench"


class BenchFailed(DomainError):
    """A step of the measurement failed: {step}. Its own words are above."""


@dataclass(frozen=True)
class Place:
    """Where one measurement happens; `info` is its database server."""

    folder: Path
    info: ServerInfo

    @property
    def environment(self) -> dict[str, str]:
        """The settings of its processes: nothing of the installation that started the measurement."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("KATEDER_", "DATABASE_"))}
        return kept | {
            "KATEDER_DATA_DIR": str(self.folder),
            "DATABASE_URL": self.info.runtime_url,
            "DATABASE_OWNER_URL": self.info.owner_url,
        }

    def kateder(self, *arguments: str) -> str:
        """Run a command to its end and return what it printed. Raises BenchFailed."""
        done = subprocess.run(
            [sys.executable, "-m", "kateder", *arguments],
            env=self.environment,
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise BenchFailed(step=" ".join(arguments[:2]))
        return done.stdout

    def measure(self, module: str, *arguments: str) -> dict[str, Any]:
        """Run a module that prints figures as JSON; add the peak memory of its processes, in MB.

        Raises BenchFailed.
        """
        with (
            subprocess.Popen(
                [sys.executable, "-m", module, *arguments], env=self.environment, stdout=subprocess.PIPE
            ) as process,
            PeakMemory(process.pid) as memory,
        ):
            printed, _ = process.communicate()
        if process.returncode != 0:
            raise BenchFailed(step=module)
        figures: dict[str, Any] = orjson.loads(printed)
        return figures | {"peak_memory_mb": round(memory.peak / 1e6)}


@contextmanager
def somewhere_else() -> Iterator[Place]:
    """Give an empty Kateder with one authority, and remove it afterwards."""
    with tempfile.TemporaryDirectory(prefix="kb-") as name:
        folder = Path(name)
        with EmbeddedServer(folder / "database").running() as info:
            place = Place(folder, info)
            place.kateder("migrate")
            place.kateder("authority", "add", AUTHORITY, "--name", "Bench", "--host", "bench.localhost")
            yield place


def rounded(figures: Mapping[str, Any]) -> dict[str, Any]:
    """Return figures with at most three decimals."""
    return {name: round(value, 3) if isinstance(value, float) else value for name, value in figures.items()}


class Stopwatch:
    """Seconds since it was made."""

    def __init__(self) -> None:
        self._began = time.perf_counter()

    @property
    def seconds(self) -> float:
        """Seconds so far."""
        return time.perf_counter() - self._began
