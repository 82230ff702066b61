"""Text with slots: `{person.givenName} {person.familyName}`, `{person.userName|lower}`, `{person.givenName?}`.

A name is what the preview of a delivery shows. Braces that are text are written twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kateder.core import slots
from kateder.core.errors import DomainError
from kateder.core.slots import Part, Slot

Values = Mapping[str, Sequence[str]]
"""What slots are filled from: texts by name; nothing is the same as no text at all."""


class BadSlot(DomainError):
    """{text} cannot be understood. A name stands between {{ and }}; a brace that is text is written twice."""


class UnknownSlot(DomainError):
    """There is nothing called {name} here. There are: {known}."""


class UnknownFilter(DomainError):
    """There is no filter called {name}. There are: {known}."""


EACH: Final[Mapping[str, Callable[[str], str]]] = {
    **slots.EACH,
    "short": lambda text: text.split("-", 1)[0],
    "local": lambda text: text.split("@", 1)[0],
    "cut20": lambda text: text[:20],
    "first_word": lambda text: text.split(" ", 1)[0],
}


@dataclass(frozen=True, slots=True)
class Text:
    """Texts and slots in turn."""

    parts: tuple[Part, ...]

    @property
    def slots(self) -> tuple[Slot, ...]:
        """The slots, in order."""
        return tuple(part for part in self.parts if isinstance(part, Slot))

    def filled(self, values: Values, *, join: str = ", ") -> str:
        """The text; empty where a slot that it cannot do without has nothing. Several values are joined."""
        return slots.put_together(self.parts, (join.join(_values(slot, values)) for slot in self.slots))

    def each(self, values: Values) -> list[str]:
        """All values where the text is one slot and nothing else; otherwise the text, if it has anything in it."""
        if len(self.parts) == 1 and isinstance(self.parts[0], Slot):
            return list(dict.fromkeys(_values(self.parts[0], values)))
        text = self.filled(values)
        return [text] if text else []


def parse(text: str, *, known: Sequence[str]) -> Text:
    """Read a text whose slots may have these names. Raises BadSlot, UnknownSlot or UnknownFilter."""
    try:
        parts = tuple(part for part in slots.read(text) if part != "")
    except slots.Unreadable:
        raise BadSlot(text=text) from None
    read = Text(parts)
    for slot in read.slots:
        if slot.name not in known:
            raise UnknownSlot(name=slot.name, known=", ".join(known))
        for each in slot.filters:
            if each not in EACH and each not in slots.WHOLE:
                raise UnknownFilter(name=each, known=", ".join([*EACH, *slots.WHOLE]))
    return read


def _values(slot: Slot, values: Values) -> Sequence[str]:
    """The values of a slot through its filters."""
    found: Sequence[str] = [value for value in values.get(slot.name, ()) if value]
    for name in slot.filters:
        found = slots.WHOLE[name](found) if name in slots.WHOLE else [EACH[name](one) for one in found]
    return found
