"""Regular expressions that cannot hang the server: RE2, whose time is linear in the text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import re2

from kateder.sources.mapped_csv.faults import BadPattern

LONGEST = 1000
MEMORY = 4 << 20


class Matched(Protocol):
    """What a pattern found."""

    def group(self, *groups: int | str) -> str | None:
        """The text of a group."""


class Pattern(Protocol):
    """A compiled pattern."""

    groups: int
    groupindex: dict[str, int]

    def fullmatch(self, text: str) -> Matched | None:
        """The match, if the whole text is like the pattern."""

    def search(self, text: str) -> Matched | None:
        """The match, if some part of the text is like the pattern."""

    def sub(self, repl: str | Callable[[Matched], str], text: str) -> str:
        """The text with every match replaced."""


def compiled(text: str, *, place: str) -> Pattern:
    """The pattern. Raises BadPattern where RE2 cannot run it in linear time, or it is not one."""
    if len(text) > LONGEST:
        raise BadPattern(place=place, why=f"> {LONGEST}")
    options = re2.Options()
    options.log_errors = False
    options.max_mem = MEMORY
    try:
        pattern: Pattern = re2.compile(text, options)
    except re2.error as error:
        raise BadPattern(place=place, why=_why(error.args)) from None
    return pattern


def _why(args: Sequence[object]) -> str:
    first = args[0] if args else ""
    return first.decode(errors="replace") if isinstance(first, bytes) else str(first)
