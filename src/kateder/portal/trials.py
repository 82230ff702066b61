"""The trial of a source or of a way out as pages show it: the steps of its check, and how far it has come."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.utils.functional import Promise

from kateder.core import clock
from kateder.core.setup import StepName


class Tried(Protocol):
    """A trial as it is kept: its steps so far by `name`, `ok` and `sentence`."""

    steps: Any
    started_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class Line:
    """One step in words: yes, stop, or later. `fix` is what to do, `who` whose it is to do."""

    css: str
    text: str
    fix: str = ""
    who: str = ""


def is_going_on(tried: Tried, *, patience: timedelta) -> bool:
    """Whether the trial has not ended; one that is older than `patience` is taken for broken off."""
    return tried.finished_at is None and clock.now() - tried.started_at < patience


def is_broken_off(tried: Tried, *, patience: timedelta) -> bool:
    """Whether the trial will never end."""
    return tried.finished_at is None and not is_going_on(tried, patience=patience)


def is_fine(tried: Tried) -> bool:
    """Whether the trial has ended and every step went well."""
    return tried.finished_at is not None and all(step["ok"] for step in tried.steps)


def lines(tried: Tried, *, labels: Mapping[StepName, Promise | str]) -> list[Line]:
    """What has been tried, in words."""
    return [_line(step, str(labels[StepName(step["name"])])) for step in tried.steps]


def to_come(tried: Tried, *, labels: Mapping[StepName, Promise | str]) -> list[Line]:
    """The steps of a check that come after those that have been tried."""
    order: Sequence[StepName] = list(labels)
    done = order.index(StepName(tried.steps[-1]["name"])) + 1 if tried.steps else 0
    return [Line("later", str(labels[name])) for name in order[done:]]


def _line(step: Mapping[str, Any], label: str) -> Line:
    if not step["ok"]:
        return Line("stop", label, step["sentence"])
    return Line("yes", f"{label}. {step['sentence']}" if step["sentence"] else label)
