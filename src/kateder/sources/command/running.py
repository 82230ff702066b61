"""Run a program for one entity: on a leash, for a time, for so much output."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from kateder.core import leash
from kateder.sources.command.errors import CommandFailed, CommandPrintsTooMuch, CommandSlow, NotAllowed
from kateder.sources.command.programs import Program

CHUNK = 2**16
LOOK_SECONDS = 0.05
SAID_BYTES = 4096
LONGEST_LINE = 300


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a program may take for an entity, and how many bytes it may print."""

    seconds: float
    size: int


def run(program: Program, entity: str, *, limits: Limits, enough: Callable[[bytes], bool] | None = None) -> bytes:
    """What the program prints of an entity; with `enough`, only until that says so, and the program is then ended.

    The program has no input: one that asks for something gets its end. It ends with its whole process group when it
    is done, when it is stopped, and when we are killed (`core.leash`). Raises CommandFailed for a code other than 0,
    with the last line of its standard error; CommandSlow or CommandPrintsTooMuch where it was stopped.
    """
    command = [sys.executable, "-I", leash.__file__, *program.command(entity)]
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=dict(program.environment),
            cwd=program.path.parent,
            start_new_session=True,
        )
    except OSError as error:
        raise NotAllowed(program=program.path.name) from error
    reader = _Reader(process, program.path.name, entity, limits)
    try:
        is_enough = reader.read(enough)
    finally:
        _end(process)
    if process.returncode != 0 and not is_enough:
        raise CommandFailed(program=program.path.name, code=process.returncode, entity=entity, said=reader.said)
    return bytes(reader.printed)


class _Reader:
    """Reads both outputs of a program, so that neither can block it."""

    def __init__(self, process: subprocess.Popen[bytes], name: str, entity: str, limits: Limits) -> None:
        self._process, self._limits = process, limits
        self._told = {"program": name, "entity": entity}
        self.printed = bytearray()
        self._errors: deque[int] = deque(maxlen=SAID_BYTES)

    @property
    def said(self) -> str:
        """The last line of standard error, for the administrator who set up the source; never logged."""
        lines = bytes(self._errors).decode(errors="replace").strip().splitlines()
        return lines[-1][:LONGEST_LINE] if lines else "-"

    def read(self, enough: Callable[[bytes], bool] | None) -> bool:
        """Read until the program has ended; gives whether it was `enough` before that."""
        end = time.monotonic() + self._limits.seconds
        with selectors.DefaultSelector() as selector:
            for pipe in (self._process.stdout, self._process.stderr):
                if pipe is not None:
                    os.set_blocking(pipe.fileno(), False)
                    selector.register(pipe, selectors.EVENT_READ)
            while True:
                has_ended = self._process.poll() is not None
                for key, _ in selector.select(0 if has_ended else LOOK_SECONDS):
                    self._take(key.fd, is_output=key.fileobj is self._process.stdout)
                if enough is not None and enough(bytes(self.printed)):
                    return True
                if has_ended and not selector.select(0):
                    return False
                if has_ended and self._is_at_end(selector):
                    return False
                if time.monotonic() > end:
                    raise CommandSlow(seconds=round(self._limits.seconds), **self._told)

    def _take(self, descriptor: int, *, is_output: bool) -> int:
        with contextlib.suppress(BlockingIOError):
            part = os.read(descriptor, CHUNK)
            if is_output:
                self.printed += part
                if len(self.printed) > self._limits.size:
                    raise CommandPrintsTooMuch(megabytes=max(self._limits.size // 2**20, 1), **self._told)
            else:
                self._errors.extend(part)
            return len(part)
        return 0

    def _is_at_end(self, selector: selectors.BaseSelector) -> bool:
        """Whether the pipes hold nothing more: they stay readable at their end."""
        return not any(
            self._take(key.fd, is_output=key.fileobj is self._process.stdout) for key, _ in selector.select(0)
        )


def _end(process: subprocess.Popen[bytes]) -> None:
    """End whatever is left of the program and of what it started, then let go of the pipes."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()
