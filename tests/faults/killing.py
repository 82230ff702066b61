"""Kills from outside at random moments, with a seed that is printed so that a failure can be repeated.

`KATEDER_TEST_KILLS` says how many kills each test makes (8 unless set), `KATEDER_TEST_SEED` repeats a run.
"""

from __future__ import annotations

import contextlib
import os
import random
import sys
import time
from collections.abc import Callable

import psutil

KILLS = int(os.environ.get("KATEDER_TEST_KILLS", "8"))


def chance(name: str) -> random.Random:
    """The dice of one test; prints the seed, which pytest shows when the test fails."""
    seed = int(os.environ.get("KATEDER_TEST_SEED") or random.SystemRandom().randrange(10**9))
    sys.stderr.write(f"KATEDER_TEST_SEED={seed} ({name})\n")
    return random.Random(f"{seed}:{name}")


def moments(dice: random.Random, *, within: float) -> list[float]:
    """When to kill, in seconds after a beginning: spread evenly over the time the work takes, in random order."""
    slots = [(number + dice.random()) * within / KILLS for number in range(KILLS)]
    dice.shuffle(slots)
    return slots


def kill_after(seconds: float, *, victims: Callable[[], list[psutil.Process]]) -> int:
    """Wait, then kill whatever the victims are at that moment, without warning; give how many there were."""
    time.sleep(seconds)
    killed = 0
    for victim in victims():
        try:
            victim.kill()
            killed += 1
        except psutil.NoSuchProcess:
            continue
    return killed


def family(pid: int) -> list[psutil.Process]:
    """A process and everything it has started, as they are now."""
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def named(processes: list[psutil.Process], word: str) -> list[psutil.Process]:
    """Those of the processes that live and have a word in their command line."""
    found = []
    for process in processes:
        with contextlib.suppress(psutil.Error):
            if word in " ".join(process.cmdline()):
                found.append(process)
    return found
