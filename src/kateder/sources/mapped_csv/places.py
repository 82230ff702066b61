"""On which line of a TOML text something is written, so that an error can name it.

tomllib gives values without their places. This follows the text just far enough to know headers, keys and the
elements of arrays; what it cannot place has no line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

Path = tuple[str | int, ...]

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""^\s*("(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_\-.]+)\s*=""")
_QUOTES = ('"""', "'''", '"', "'")


@dataclass
class _Walk:
    lines: dict[Path, int] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    header: Path = ()
    key: Path = ()
    depth: int = 0
    quote: str = ""
    # How many elements of the array have begun, and whether the next sign begins another.
    elements: int = 0
    between: bool = True

    def line(self, text: str, number: int) -> None:
        if not self.depth and not self.quote:
            begins = _HEADER.match(text)
            if begins:
                self._begin(begins[1], begins[2], number)
                return
            key = _KEY.match(text)
            if key:
                self.key = (*self.header, *_names(key[1]))
                self.lines.setdefault(self.key, number)
                text = text[key.end() :]
                self.elements, self.between = 0, True
        self._follow(text, number)

    def _begin(self, bracket: str, name: str, number: int) -> None:
        names = _names(name)
        if bracket == "[[":
            place = self.counts[name] = self.counts.get(name, -1) + 1
            self.header = (*names, place)
        else:
            self.header = tuple(names)
        self.lines.setdefault(tuple(names), number)
        self.lines.setdefault(self.header, number)

    def _follow(self, text: str, number: int) -> None:
        at = 0
        while at < len(text):
            if self.quote:
                at = self._within(text, at)
                continue
            sign = text[at]
            if sign == "#":
                return
            opens = next((quote for quote in _QUOTES if text.startswith(quote, at)), "")
            if self.depth == 1 and self.between and (opens or sign in "{[" or sign.isalnum()):
                self.lines.setdefault((*self.key, self.elements), number)
                self.elements, self.between = self.elements + 1, False
            if opens:
                self.quote = opens
                at += len(opens)
                continue
            self.depth += (sign in "{[") - (sign in "}]")
            self.between |= sign == "," and self.depth == 1
            at += 1
        if len(self.quote) == 1:
            self.quote = ""

    def _within(self, text: str, at: int) -> int:
        if self.quote[0] == '"' and text[at] == "\\":
            return at + 2
        if text.startswith(self.quote, at):
            size, self.quote = len(self.quote), ""
            return at + size
        return at + 1


def lines_of(text: str) -> Mapping[Path, int]:
    """The line of each header, key and array element, by its path in the parsed value."""
    walk = _Walk()
    for number, line in enumerate(text.splitlines(), 1):
        walk.line(line, number)
    return walk.lines


def line_at(lines: Mapping[Path, int], path: Path) -> int | None:
    """The line of a path, or of the nearest thing around it."""
    while path:
        if path in lines:
            return lines[path]
        path = path[:-1]
    return None


def _names(dotted: str) -> list[str]:
    return [part.strip().strip("\"'") for part in re.split(r"""\.(?=(?:[^"']|"[^"]*"|'[^']*')*$)""", dotted)]
