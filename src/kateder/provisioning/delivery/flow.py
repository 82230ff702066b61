"""How many requests a target bears at a time, found out by trying: additive increase, multiplicative decrease.

The rule is that of TCP (Chiu and Jain 1989; RFC 5681): double while nothing is known, then one more each round, and
half of it when the target says that it is too much, at most once a round. As in TCP Vegas (Brakmo and Peterson 1995)
and in Netflix's concurrency-limits, answers that come much later than they did when it was calm say so as well, before
the target has to. A round is as many answers as there may be requests at a time.
"""

from __future__ import annotations

import asyncio
from collections import deque
from statistics import median
from typing import Final

from kateder.provisioning.delivery.operations import Answer, Kind

START: Final = 4
LEAST_SAMPLES: Final = 8
SLACK: Final = 0.02  # seconds that say nothing: our own machine is busy at times
LATE: Final = 2.0
"""Answers that take more than so many times the calm time make us ease off."""
EASE: Final = 0.9
"""By how much; while doubling, the last doubling is taken back."""
FORGET: Final = 1.005
"""The calm time drifts up by this each round: what a target can do may change for good."""
TOO_MUCH: Final = frozenset({429, 503})


class Flow:
    """The limit on requests under way at one target, for one run; `limit` is where the next run may start.

    `ceiling` is never exceeded, nor `per_second` requests a second where it is given. Used within one event loop.
    """

    def __init__(self, *, ceiling: int, start: int | None = None, per_second: float | None = None) -> None:
        self.ceiling = max(1, ceiling)
        self.limit = min(start or START, self.ceiling)
        self.asked_to_wait: float | None = None
        """Seconds, when the target asked for more than a run waits."""
        self._asking = 0
        self._queue: deque[asyncio.Future[None]] = deque()
        self._spacing = 1.0 / per_second if per_second else 0.0
        self._next_turn = 0.0
        self._probing = True
        self._calm: float | None = None
        self._round: list[float] = []
        self._was_full = False
        self._eased_at = 0.0

    @property
    def has_room(self) -> bool:
        """Whether one more request may be under way."""
        return self._asking < self.limit

    async def turn(self) -> None:
        """Wait until one more request may be under way; `answered` or `leave` gives the place back."""
        while not self.has_room:
            waits = asyncio.get_running_loop().create_future()
            self._queue.append(waits)
            await waits
        self._asking += 1

    async def spaced(self) -> None:
        """Wait until one more request may be begun without exceeding the ceiling per second."""
        if not self._spacing:
            return
        now = asyncio.get_running_loop().time()
        mine = max(self._next_turn, now)
        self._next_turn = mine + self._spacing
        if mine > now:
            await asyncio.sleep(mine - now)

    def leave(self) -> None:
        """Give a place back."""
        self._asking -= 1
        room = self.limit - self._asking
        while room > 0 and self._queue:
            waits = self._queue.popleft()
            if not waits.done():
                waits.set_result(None)
                room -= 1

    def answered(self, answer: Answer, *, began: float, now: float) -> None:
        """Learn from one answer and give its place back: `began` and `now` are on the loop's clock."""
        was_full = not self.has_room
        self._learn(answer, began=began, now=now, was_full=was_full)
        self.leave()

    def _learn(self, answer: Answer, *, began: float, now: float, was_full: bool) -> None:
        if answer.http_status in TOO_MUCH or answer.code in {"timeout", "connection"}:
            self._too_much(began=began, now=now)
            return
        if answer.kind is not Kind.DONE:
            return
        self._was_full = self._was_full or was_full
        self._round.append(now - began)
        if len(self._round) >= max(LEAST_SAMPLES, self.limit):
            self._end_round()

    def _too_much(self, *, began: float, now: float) -> None:
        """Half as many; the answers to what was already under way then say nothing new."""
        self._probing = False
        if began >= self._eased_at:
            self.limit = max(1, self.limit // 2)
            self._eased_at = now
            self._begin_round()

    def _end_round(self) -> None:
        seconds = median(self._round)
        calm = seconds if self._calm is None else min(self._calm * FORGET, seconds)
        late = seconds > calm * LATE + SLACK
        self._calm = calm
        if late:
            self.limit = max(min(2, self.ceiling), int(self.limit * (0.5 if self._probing else EASE)))
            self._probing = False
        elif self._was_full:
            self.limit = min(self.ceiling, self.limit * 2 if self._probing else self.limit + 1)
        self._begin_round()

    def _begin_round(self) -> None:
        self._round = []
        self._was_full = False
