"""Checks of an installation, gathered from all apps for `kateder doctor`.

An app puts its checks in a module `diagnosis.py`, each decorated with `check`. A check looks and answers; it changes
nothing. Its answers hold ids and addresses, never personal data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

import psycopg
from django.db import DatabaseError
from django.utils.module_loading import autodiscover_modules


class Verdict(StrEnum):
    """How a thing is."""

    FINE = "fine"
    NOTE = "note"
    """Works, and is good to know."""
    WARNING = "warning"
    """Works today; something should be done."""
    FAILURE = "failure"
    """Does not work, or must not go on like this."""


@dataclass(frozen=True)
class Answer:
    """What a check found, and what to do about it."""

    verdict: Verdict
    found: str
    advice: str = ""


@dataclass(frozen=True)
class Result:
    """One answer of one check."""

    check: str
    answer: Answer


Check = Callable[[], Iterable[Answer]]
_checks: dict[str, Check] = {}


def check(name: str) -> Callable[[Check], Check]:
    """Register a check under a name that `kateder doctor` shows."""

    def register(function: Check) -> Check:
        _checks[name] = function
        return function

    return register


def run_all() -> Iterator[Result]:
    """Run every check of every app, in the order of the apps."""
    autodiscover_modules("diagnosis")
    for name, look in _checks.items():
        try:
            yield from [Result(name, answer) for answer in look()]
        except (DatabaseError, psycopg.Error):
            # The checks of the database itself say why.
            yield Result(name, note("Cannot be looked at while the database is not ready."))


def fine(found: str) -> Answer:
    """All is well."""
    return Answer(Verdict.FINE, found)


def note(found: str, advice: str = "") -> Answer:
    """Good to know."""
    return Answer(Verdict.NOTE, found, advice)


def warning(found: str, advice: str) -> Answer:
    """Something should be done."""
    return Answer(Verdict.WARNING, found, advice)


def failure(found: str, advice: str) -> Answer:
    """Something must be done."""
    return Answer(Verdict.FAILURE, found, advice)
