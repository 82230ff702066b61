"""One process that is kept running."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field

import structlog

from kateder.config.serving import sockets
from kateder.config.serving.parts import Part

log = structlog.get_logger()
QUICK_SECONDS = 10.0
"""One that dies sooner than this after its start is started again after a pause that doubles."""
LONGEST_PAUSE = 4.0
GIVE_UP_AFTER = 5


@dataclass
class Child:
    """A part and its process, on a leash (see `core.leash`) and in a process group of its own."""

    part: Part
    process: subprocess.Popen[bytes] | None = None
    quick_deaths: int = 0
    started_at: float = 0.0
    not_before: float = field(default=0.0)

    def start(self) -> None:
        """Start the process."""
        self.started_at = time.monotonic()
        if self.part.socket is not None:
            # What still dies answers for a moment: then this start fails, and the next one does not.
            with contextlib.suppress(sockets.SocketBusy):
                sockets.clear(self.part.socket)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "kateder.core.leash", *self.part.command],
            stdin=subprocess.PIPE,
            start_new_session=True,
        )
        log.info("serve.started", part=self.part.name, pid=self.process.pid)

    def keep(self) -> None:
        """Start the process if it is time to, and note its death."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.not_before:
                self.start()
            return
        code = self.process.poll()
        if code is None:
            return
        self._clear()
        quick = now - self.started_at < QUICK_SECONDS
        self.quick_deaths = self.quick_deaths + 1 if quick else 0
        self.not_before = now + min(LONGEST_PAUSE, 0.25 * 2**self.quick_deaths if quick else 0.0)
        log.warning("serve.died", part=self.part.name, code=code, deaths=self.quick_deaths)

    @property
    def hopeless(self) -> bool:
        """Whether it has died soon after every one of several starts."""
        return self.quick_deaths >= GIVE_UP_AFTER

    def ask_to_stop(self) -> None:
        """Ask the process to finish what it does."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def stop(self, *, by: float) -> None:
        """Wait for the process until a moment of the monotonic clock, then kill whatever is left of its group."""
        if self.process is None:
            return
        try:
            self.process.wait(timeout=max(0.0, by - time.monotonic()))
        except subprocess.TimeoutExpired:
            log.warning("serve.killed", part=self.part.name)
        self._clear()

    def _clear(self) -> None:
        """Kill the rest of the group: the watcher, and workers whose own parent was killed."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        if self.process.stdin is not None:
            self.process.stdin.close()
        self.process = None
