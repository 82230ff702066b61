"""One event loop for all deliveries of a process, in a thread of its own from the first time it is asked for."""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import os
import threading
from collections.abc import Callable, Coroutine
from typing import Any

Close = Callable[[], Coroutine[Any, Any, None]]

_starting = threading.Lock()
_loops: dict[int, asyncio.AbstractEventLoop] = {}
"""By process: a fork has the memory of its parent, and not its threads."""
_closing: list[Close] = []


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


def is_shared() -> bool:
    """Whether this is called from within the loop."""
    return asyncio.get_running_loop() is _loops.get(os.getpid())


def before_end(close: Close) -> None:
    """Let the process do this in the loop before it ends; however often it is said, once."""
    if close not in _closing:
        _closing.append(close)


def _end(loop: asyncio.AbstractEventLoop, thread: threading.Thread, process: int) -> None:
    if process == os.getpid():
        for close in _closing:
            with contextlib.suppress(TimeoutError):
                asyncio.run_coroutine_threadsafe(close(), loop).result(timeout=1.0)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=1.0)
        loop.close()
