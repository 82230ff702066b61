"""Speak to the database while the files are still being read.

Reading keeps one processor busy and staging another; on the machines Kateder runs on there are two.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Any, ParamSpec, Self, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

AHEAD = 2
"""How many pieces of work may wait: each holds the rows it is about."""


class Lane:
    """A thread that does one thing at a time, in the order asked for, for the body of a `with`.

    All of it is done at the end of the body. Whoever uses a connection here must use it nowhere else meanwhile.
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="lane")
        self._waiting: deque[Future[Any]] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._thread.shutdown(wait=True, cancel_futures=error is not None)
        if error is None:
            self.settle()

    def do(self, work: Callable[P, object], *arguments: P.args, **named: P.kwargs) -> None:
        """Do this when what was asked for before is done. Raises what earlier work raised."""
        while len(self._waiting) >= AHEAD:
            self._waiting.popleft().result()
        self._waiting.append(self._thread.submit(work, *arguments, **named))

    def ask(self, work: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        """The same, and wait for its answer."""
        self.settle()
        return self._thread.submit(work, *arguments, **named).result()

    def settle(self) -> None:
        """Wait until everything is done. Raises what it raised."""
        while self._waiting:
            self._waiting.popleft().result()
