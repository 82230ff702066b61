"""How much memory a process and its children take at their peak, looked at from outside."""

from __future__ import annotations

import contextlib
import threading
from types import TracebackType
from typing import Self

import psutil

INTERVAL = 0.05  # seconds between looks


class PeakMemory:
    """Looks at a process and its children for the body of a `with`; `peak` is in bytes, resident.

    `shared_once`: what several of them share is counted once (Linux's proportional set size), which takes longer to
    look at.
    """

    def __init__(self, pid: int, *, shared_once: bool = False) -> None:
        self._shared_once = shared_once
        self._root = psutil.Process(pid)
        self._done = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="memory", daemon=True)
        self.peak = 0

    def __enter__(self) -> Self:
        self._watcher.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        self._watcher.join()

    def look(self) -> int:
        """Return what they take now; what has just ended counts as nothing."""
        total = 0
        with contextlib.suppress(psutil.NoSuchProcess):
            for process in [self._root, *self._root.children(recursive=True)]:
                with contextlib.suppress(psutil.NoSuchProcess):
                    total += process.memory_full_info().pss if self._shared_once else process.memory_info().rss
        return total

    def _watch(self) -> None:
        while not self._done.wait(INTERVAL * (10 if self._shared_once else 1)):
            self.peak = max(self.peak, self.look())
