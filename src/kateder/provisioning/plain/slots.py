"""Text with slots: `{person.givenName} {person.familyName}`, `{person.userName|lower}`, `{person.givenName?}`.

A name is what the preview of a delivery shows. Braces that are text are written twice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kateder.core.errors import DomainError

Values = Mapping[str, Sequence[str]]
"""What slots are filled from: texts by name; nothing is the same as no text at all."""

_SIGNS = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")


class BadSlot(DomainError):
    """{text} cannot be understood. A name stands between {{ and }}; a brace that is text is written twice."""


class UnknownSlot(DomainError):
    """There is nothing called {name} here. There are: {known}."""


class UnknownFilter(DomainError):
    """There is no filter called {name}. There are: {known}."""


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdigit())


EACH: Final[Mapping[str, Callable[[str], str]]] = {
    "lower": str.lower,
    "upper": str.upper,
    "digits": _digits,
    "short": lambda text: text.split("-", 1)[0],
    "local": lambda text: text.split("@", 1)[0],
    "cut20": lambda text: text[:20],
    "first_word": lambda text: text.split(" ", 1)[0],
}
WHOLE: Final[Mapping[str, Callable[[Sequence[str]], Sequence[str]]]] = {
    "first": lambda values: values[:1],
    "sorted": sorted,
}


@dataclass(frozen=True, slots=True)
class Slot:
    """A name, what is done to its values, and whether the text can do without it."""

    name: str
    filters: tuple[str, ...] = ()
    is_optional: bool = False

    def values(self, values: Values) -> Sequence[str]:
        """The values through the filters."""
        found: Sequence[str] = [value for value in values.get(self.name, ()) if value]
        for name in self.filters:
            found = WHOLE[name](found) if name in WHOLE else [EACH[name](one) for one in found]
        return found


@dataclass(frozen=True, slots=True)
class Text:
    """Texts and slots in turn."""

    parts: tuple[str | Slot, ...]

    @property
    def slots(self) -> tuple[Slot, ...]:
        """The slots, in order."""
        return tuple(part for part in self.parts if isinstance(part, Slot))

    def filled(self, values: Values, *, join: str = ", ") -> str:
        """The text; empty where a slot that it cannot do without has nothing. Several values are joined."""
        made = []
        for part in self.parts:
            if isinstance(part, str):
                made.append(part)
                continue
            found = part.values(values)
            if not found and not part.is_optional:
                return ""
            made.append(join.join(found))
        text = "".join(made)
        return " ".join(text.split()) if any(slot.is_optional for slot in self.slots) else text

    def each(self, values: Values) -> list[str]:
        """All values where the text is one slot and nothing else; otherwise the text, if it has anything in it."""
        if len(self.parts) == 1 and isinstance(self.parts[0], Slot):
            return list(dict.fromkeys(self.parts[0].values(values)))
        text = self.filled(values)
        return [text] if text else []


def parse(text: str, *, known: Sequence[str]) -> Text:
    """Read a text whose slots may have these names. Raises BadSlot, UnknownSlot or UnknownFilter."""
    return Text(tuple(part for part in _parts(text, known) if part != ""))


def _parts(text: str, known: Sequence[str]) -> Iterator[str | Slot]:
    end = 0
    for sign in _SIGNS.finditer(text):
        yield text[end : sign.start()]
        end = sign.end()
        if sign[0] in {"{{", "}}"}:
            yield sign[0][0]
        elif not sign[1] or not sign[1].strip(" ?|"):
            raise BadSlot(text=text)
        else:
            yield _slot(sign[1], known)
    yield text[end:]


def _slot(text: str, known: Sequence[str]) -> Slot:
    name, *filters = (part.strip() for part in text.split("|"))
    is_optional = name.endswith("?")
    name = name.removesuffix("?").strip()
    if name not in known:
        raise UnknownSlot(name=name, known=", ".join(known))
    for each in filters:
        if each not in EACH and each not in WHOLE:
            raise UnknownFilter(name=each, known=", ".join([*EACH, *WHOLE]))
    return Slot(name, tuple(filters), is_optional)
