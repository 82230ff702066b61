"""When to try again, how long to wait, and when to give a target up for this run."""

import asyncio
from dataclasses import dataclass

from kateder.provisioning.delivery.operations import Answer, Kind, Operation


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How much a target may ask of us. Times in seconds."""

    attempts: int = 5
    first_delay: float = 0.25
    longest_delay: float = 30.0
    longest_wait: float = 120.0
    """A Retry-After beyond this ends the run; a later one goes on."""
    waits: int = 20
    """How often one operation may be told to wait before that counts as failing."""
    failures_in_a_row: int = 20
    """So many operations that failed after all attempts, with no success between, and the target is down."""

    def delay(self, operation: Operation, *, attempt: int) -> float:
        """Give the pause before the next attempt, doubled each time and spread over the operations."""
        spread = 0.5 + (operation.released_id.int % 1000) / 2000
        longest: float = min(self.first_delay * 2 ** (attempt - 1), self.longest_delay)
        return longest * spread


class Pace:
    """The state of a run's patience, shared by all its connections."""

    def __init__(self, patience: Patience) -> None:
        self.patience = patience
        self.stopped_by = ""
        self.asked_to_wait: float | None = None
        """Seconds, when the target asked for more than a run waits."""
        self._failures = 0
        self._last_failure = ""
        self._has_succeeded = False
        self._not_before = 0.0

    async def clearance(self) -> bool:
        """Wait while the target wants to be left alone; False when the run has stopped."""
        loop = asyncio.get_running_loop()
        while not self.stopped_by and (left := self._not_before - loop.time()) > 0:
            await asyncio.sleep(left)
        return not self.stopped_by

    def succeeded(self) -> None:
        """The target is there."""
        self._failures, self._has_succeeded = 0, True

    def gave_up(self, answer: Answer) -> None:
        """An operation failed for a reason that may be the target's, after all attempts."""
        self._failures += 1
        self._last_failure = answer.code or "target_down"
        if answer.kind is Kind.SHUT_OUT or self._failures >= self.patience.failures_in_a_row:
            self.stopped_by = self._last_failure

    @property
    def end(self) -> str:
        """The code of what stopped the run, or of what everything failed of, few as it may have been."""
        return self.stopped_by or ("" if self._has_succeeded else self._last_failure)

    def hold(self, answer: Answer) -> None:
        """Everyone waits as long as the target said; too long ends the run."""
        seconds = answer.retry_after or 0.0
        if seconds > self.patience.longest_wait:
            self.stopped_by, self.asked_to_wait = "asked_to_wait", seconds
            return
        self._not_before = max(self._not_before, asyncio.get_running_loop().time() + seconds)
