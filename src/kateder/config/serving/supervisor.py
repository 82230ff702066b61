"""The loop of `kateder serve`."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from kateder.config.serving import ports
from kateder.config.serving.child import Child
from kateder.config.serving.parts import Part
from kateder.core.errors import DomainError

TICK_SECONDS = 0.2
DATABASE_SECONDS = 1.0
STOP_SECONDS = 15.0


class DoesNotStart(DomainError):
    """{part} ends at every start. The lines above say why; `kateder doctor` may know what to do."""


def supervise(parts: list[Part], *, keep_database: Callable[[], None], ready: Callable[[], None]) -> None:
    """Keep the parts running until SIGINT or SIGTERM, then stop them all; a second signal does not wait.

    `keep_database` is called about once a second; `ready` once, when every part that listens answers.
    Raises PortBusy before anything is started, and DoesNotStart when a part never lives. Once
    all have answered it never gives up: whatever dies then was killed, or waits for something that comes back.
    """
    ports.check(parts)
    children = [Child(part) for part in parts]
    with _signals() as (stop, hurry):
        try:
            _loop(children, stop=stop, keep_database=keep_database, ready=ready)
        finally:
            _stop(children, hurry=hurry)


def _loop(
    children: list[Child], *, stop: threading.Event, keep_database: Callable[[], None], ready: Callable[[], None]
) -> None:
    waiting: Callable[[], None] | None = ready
    looked_at = time.monotonic()
    while not stop.is_set():
        for child in children:
            child.keep()
            if waiting is not None and child.hopeless:
                raise DoesNotStart(part=child.part.name)
        if waiting is not None and all(_answers(child) for child in children):
            waiting()
            waiting = None
        if time.monotonic() - looked_at > DATABASE_SECONDS:
            keep_database()
            looked_at = time.monotonic()
        stop.wait(TICK_SECONDS)


def _answers(child: Child) -> bool:
    return child.process is not None and ports.answers(child.part)


def _stop(children: list[Child], *, hurry: threading.Event) -> None:
    for child in children:
        child.ask_to_stop()
    deadline = time.monotonic() + STOP_SECONDS
    while time.monotonic() < deadline and not hurry.is_set():
        if all(child.process is None or child.process.poll() is not None for child in children):
            break
        hurry.wait(0.05)
    for child in children:
        child.stop(by=0.0)


@contextmanager
def _signals() -> Iterator[tuple[threading.Event, threading.Event]]:
    """Turn SIGINT and SIGTERM into events: the first to stop, any further one to hurry.

    Handlers of our own also undo an ignored SIGINT, which a shell gives to what it starts with `&`.
    """
    stop, hurry = threading.Event(), threading.Event()

    def note(number: int, frame: object) -> None:
        (hurry if stop.is_set() else stop).set()

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop, hurry
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
