"""Run a command that never outlives the process which holds its standard input.

`python -m kateder.core.leash COMMAND …` forks a watcher and becomes the command. When the input ends, because
the holder closed it or was killed however brutally, the watcher ends the command's whole process group. This is
how `kateder serve` leaves no web server behind that keeps the port.
"""

from __future__ import annotations

import os
import signal
import sys
import time

GRACE_SECONDS = 10.0


def main() -> None:
    """Become the command that is named by the arguments, on a leash."""
    if os.fork() == 0:
        _watch()
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.execvp(sys.argv[1], sys.argv[1:])  # noqa: S606 - the command is the supervisor's own


def _watch() -> None:
    """Wait for the input to end, then for the command to; kill what is left. Never returns."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    command = os.getppid()
    while os.read(0, 1024):
        pass
    os.killpg(0, signal.SIGTERM)
    deadline = time.monotonic() + GRACE_SECONDS
    while os.getppid() == command and time.monotonic() < deadline:
        time.sleep(0.05)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main()
