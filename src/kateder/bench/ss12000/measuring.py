"""The figures: three servers in turn, on the same rows, with the same client."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from statistics import mean
from typing import Any, Final
from uuid import UUID

import psutil

from kateder.bench.memory import PeakMemory
from kateder.bench.place import rounded, somewhere_else
from kateder.bench.ss12000.load import Door, at_once, crawl
from kateder.protocols.ss12000.questions import Place as PagePlace
from kateder.protocols.ss12000.questions import Question, token

READERS: Final = 16
PAGE: Final = 50
WHOLE_PAGE: Final = 1000
ROUNDS: Final = 3
OURS: Final = "/ss12000/v2.0/persons"
PATIENCE: Final = 30.0  # seconds until a server answers


def measure(*, persons: int, seconds: float) -> dict[str, Any]:
    """Fill a register, serve it three ways, and read it. Rates are requests a second, the best of the rounds."""
    with somewhere_else() as place:
        filled = place.measure("kateder.bench.ss12000.fill", str(persons))
        environment = place.environment | {
            "BENCH_AUTHORITY": filled["authority"],
            "BENCH_EDITION": filled["everything_edition"],
        }
        figures: dict[str, Any] = {"persons": persons, "readers": READERS}
        figures |= {name: filled[name] for name in ("everything_edition_seconds", "provider_edition_seconds")}
        with (
            _served("kateder.config.wsgi:application", environment) as (port, pid),
            _served("kateder.bench.ss12000.bare:application", environment) as (bare_port, _),
            PeakMemory(pid, shared_once=True) as memory,
        ):
            doors = {
                "bare": Door(bare_port, "/"),
                "everything": _ours(port, filled["everything_token"]),
                "provider": _ours(port, filled["provider_token"]),
            }
            figures |= _rates(doors, seconds=seconds)
            figures |= _crawls(doors)
            figures["server_memory_mb"] = memory.peak / 1e6
        with _served("kateder.bench.ss12000.ordinary:application", environment) as (ordinary_port, _):
            ordinary = {"ordinary": Door(ordinary_port, "/")}
            figures |= _rates(ordinary, seconds=seconds, rounds=1)
    return rounded(figures | _ratios(figures))


def _ours(port: int, bearer: str) -> Door:
    return Door(port, OURS, f"Authorization: Bearer {bearer}\r\n")


def _rates(doors: Mapping[str, Door], *, seconds: float, rounds: int = ROUNDS) -> dict[str, float]:
    """In turn, so that what else the machine does meets all of them."""
    best = dict.fromkeys(doors, 0.0)
    for door in doors.values():
        at_once(door, _starts(door), limit=PAGE, seconds=0.5)
    for _ in range(rounds):
        for name, door in doors.items():
            best[name] = max(best[name], at_once(door, _starts(door), limit=PAGE, seconds=seconds))
    return {f"{name}_per_second": rate for name, rate in best.items()}


def _starts(door: Door) -> Iterator[str]:
    """A page token for each reader, spread over all ids."""
    for _ in range(READERS):
        after = str(UUID(bytes=secrets.token_bytes(15) + b"0")).replace("f", "7", 1)
        yield token(Question(), "persons", PagePlace(after=after)) if door.path == OURS else after


def _crawls(doors: Mapping[str, Door]) -> dict[str, float]:
    figures: dict[str, float] = {}
    for name in ("bare", "everything"):
        figures[f"{name}_crawl_seconds"] = min(sum(crawl(doors[name], limit=WHOLE_PAGE)) for _ in range(ROUNDS))
    pages = crawl(doors["everything"], limit=PAGE)
    part = max(1, len(pages) // 10)
    figures["last_pages_to_first"] = mean(sorted(pages[-part:])[: part // 2 + 1]) / mean(
        sorted(pages[:part])[: part // 2 + 1]
    )
    return figures


def _ratios(figures: Mapping[str, Any]) -> dict[str, float]:
    """To reach: a half, a fifth, and twice the time."""
    bare = figures["bare_per_second"]
    return {
        "everything_to_bare": figures["everything_per_second"] / bare,
        "provider_to_bare": figures["provider_per_second"] / bare,
        "ordinary_to_bare": figures["ordinary_per_second"] / bare,
        "crawl_to_bare": figures["everything_crawl_seconds"] / figures["bare_crawl_seconds"],
    }


@contextmanager
def _served(application: str, environment: Mapping[str, str]) -> Iterator[tuple[int, int]]:
    """Serve as `kateder serve` does; gives the port and the process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = (
        *(sys.executable, "-m", "granian", application, "--interface", "wsgi", "--host", "127.0.0.1"),
        *("--port", str(port), "--workers", "2", "--blocking-threads", "4", "--no-ws", "--http", "1"),
        *("--log-level", "warning"),
    )
    with subprocess.Popen(command, env={**os.environ, **environment}) as process:
        try:
            _wait(port)
            yield port, process.pid
        finally:
            workers = psutil.Process(process.pid).children(recursive=True)
            process.terminate()
            process.wait(timeout=10)
            psutil.wait_procs(workers, timeout=5)


def _wait(port: int) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return
