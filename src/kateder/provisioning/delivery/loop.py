"""One event loop for all deliveries of a process, in a thread of its own from the first time it is asked for."""

from __future__ import annotations

import asyncio
import atexit
import os
import threading

_starting = threading.Lock()
_loops: dict[int, asyncio.AbstractEventLoop] = {}
"""By process: a fork has the memory of its parent, and not its threads."""


def shared() -> asyncio.AbstractEventLoop:
    """Give the loop; it runs until the process ends."""
    with _starting:
        loop = _loops.get(os.getpid())
        if loop is None:
            loop = _loops[os.getpid()] = asyncio.new_event_loop()
            thread = threading.Thread(target=loop.run_forever, name="deliveries", daemon=True)
            thread.start()
            atexit.register(_end, loop, thread, os.getpid())
    return loop


def _end(loop: asyncio.AbstractEventLoop, thread: threading.Thread, process: int) -> None:
    if process == os.getpid():
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=1.0)
        loop.close()
