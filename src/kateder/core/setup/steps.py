"""A check of what an administrator connects, step by step: it ends at the first that fails, with what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from kateder.core.errors import DomainError


class StepName(StrEnum):
    """What a check may try, in this order. Which of these it does, and what they are called, is said where it is."""

    SETTINGS = "settings"
    KEY = "key"
    CONNECTION = "connection"
    CREDENTIALS = "credentials"
    RECORD = "record"


@dataclass(frozen=True, slots=True)
class Step:
    """One step that was tried. `sentence` says what was seen or, where it is not `ok`, what to do."""

    name: StepName
    ok: bool = True
    sentence: str = ""


def walked(steps: Iterable[Step], *, order: Iterable[StepName]) -> Iterator[Step]:
    """Give the steps as they are tried, ending at the first that fails.

    A refusal is the failure of the step that had to come next in `order`, the steps that this check has.
    """
    waiting = list(order)
    try:
        for step in steps:
            yield step
            if not step.ok:
                return
            waiting = waiting[waiting.index(step.name) + 1 :]
    except DomainError as refusal:
        yield Step(waiting[0] if waiting else StepName.RECORD, False, str(refusal))
