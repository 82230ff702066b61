"""Text with slots, as administrators write it: `{given} {family}`, `{mail|lower}`, `{middle?}`.

A name stands in braces, with filters behind it, and a question mark where the text can do without it. Braces that are
text are written twice. What names and filters there are, and what slots are filled with, is said by who reads it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

_SIGNS: Final = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")


class Unreadable(ValueError):
    """A brace that is not closed, or a slot without a name."""


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdigit())


EACH: Final[Mapping[str, Callable[[str], str]]] = {"lower": str.lower, "upper": str.upper, "digits": _digits}
"""Filters of one value."""
WHOLE: Final[Mapping[str, Callable[[Sequence[str]], Sequence[str]]]] = {
    "first": lambda values: values[:1],
    "sorted": sorted,
}
"""Filters of all values together."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A name in a text, what is done to its values, and whether the text can do without it."""

    name: str
    filters: tuple[str, ...] = ()
    is_optional: bool = False


Part = str | Slot


def read(text: str) -> Iterator[Part]:
    """Texts and slots in turn; texts may be empty. Raises Unreadable."""
    end = 0
    for sign in _SIGNS.finditer(text):
        yield text[end : sign.start()]
        end = sign.end()
        if sign[0] in {"{{", "}}"}:
            yield sign[0][0]
        elif not sign[1] or not sign[1].strip(" ?|"):
            raise Unreadable
        else:
            yield _slot(sign[1])
    yield text[end:]


def put_together(parts: Iterable[Part], filled: Iterable[str]) -> str:
    """The text with `filled` in its slots, in order; nothing where a slot that it cannot do without is empty.

    Where a slot may be empty, the spaces around it become one.
    """
    waiting = iter(filled)
    made: list[str] = []
    has_optional = False
    for part in parts:
        if isinstance(part, str):
            made.append(part)
            continue
        value = next(waiting)
        has_optional |= part.is_optional
        if not value and not part.is_optional:
            return ""
        made.append(value)
    text = "".join(made)
    return " ".join(text.split()) if has_optional else text


def _slot(text: str) -> Slot:
    name, *filters = (part.strip() for part in text.split("|"))
    return Slot(name.removesuffix("?").strip(), tuple(filters), name.endswith("?"))
