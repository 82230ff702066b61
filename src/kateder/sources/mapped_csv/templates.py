"""Text with columns in it: `{given} {family}`, `{mail|lower}`, `{middle?}`; braces that are text are written twice."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product
from urllib.parse import unquote_plus
from uuid import UUID

from kateder.core import slots
from kateder.core.slots import Part, Slot
from kateder.sources.mapped_csv.faults import BadTemplate, UnknownFilter

# Between several values in one cell; no file holds it.
BETWEEN = "\x1f"
MOST_VALUES = 1000
LONGEST = 20_000  # characters of a cell that is made

_DAYS = (
    re.compile(r"(?P<y>\d{4})-?(?P<m>\d\d)-?(?P<d>\d\d)(?:[T ].*)?"),
    re.compile(r"(?P<y>\d{4})/(?P<m>\d\d?)/(?P<d>\d\d?)"),
    re.compile(r"(?P<d>\d\d?)[./](?P<m>\d\d?)[./](?P<y>\d{4})"),
)


def _date(text: str) -> str:
    """ISO where the text is one of the usual ways to write a day, otherwise as it is: the check will say so."""
    for pattern in _DAYS:
        found = pattern.fullmatch(text)
        if found:
            return f"{found['y']}-{int(found['m']):02}-{int(found['d']):02}"
    return text


def _uuid(text: str) -> str:
    """Lower case with hyphens; nothing where it is no UUID."""
    try:
        return str(UUID(text))
    except ValueError:
        return ""


EACH: Mapping[str, Callable[[str], str]] = {
    **slots.EACH,
    "trim": str.strip,
    "date": _date,
    "uuid": _uuid,
    "urldecode": unquote_plus,
}
WHOLE: Mapping[str, Callable[[Sequence[str]], Sequence[str]]] = {
    **slots.WHOLE,
    "last": lambda values: values[-1:],
}


class TooLong(ValueError):
    """A cell would become longer than any real one: text that is put together with itself doubles at each step."""


@dataclass(frozen=True, slots=True)
class Template:
    """Texts and slots in turn."""

    parts: tuple[Part, ...]

    @property
    def slots(self) -> tuple[Slot, ...]:
        """The slots, in order."""
        return tuple(part for part in self.parts if isinstance(part, Slot))

    def rendered(self, cells: Sequence[str]) -> str:
        """The text for one cell per slot; nothing where a cell that it cannot do without is empty."""
        ready = [filtered(slot, cell) for slot, cell in zip(self.slots, cells, strict=True)]
        if sum(map(len, ready)) > LONGEST:
            raise TooLong
        if not any(BETWEEN in cell for cell in ready):
            return slots.put_together(self.parts, ready)
        every = islice(product(*(cell.split(BETWEEN) for cell in ready)), MOST_VALUES)
        return joined(slots.put_together(self.parts, cells) for cells in every)


def parse(text: str, *, place: str, builtins: Mapping[str, str] | None = None) -> Template:
    """The template. `builtins` are filled in at once. Raises BadTemplate or UnknownFilter."""
    return Template(tuple(_merged(_parts(text, place=place, builtins=builtins or {}))))


def several(change: Callable[[str], str], cell: str) -> str:
    """The cell with each of its values changed; those that become empty are gone, and each is there once."""
    return change(cell) if BETWEEN not in cell else joined(map(change, cell.split(BETWEEN)))


def joined(values: Iterable[str]) -> str:
    """Values as one cell, each of them once."""
    return BETWEEN.join(dict.fromkeys(value for value in values if value))


def filtered(slot: Slot, cell: str) -> str:
    """A cell through the filters of a slot."""
    for name in slot.filters:
        cell = BETWEEN.join(WHOLE[name](cell.split(BETWEEN))) if name in WHOLE else several(EACH[name], cell)
    return cell


def _parts(text: str, *, place: str, builtins: Mapping[str, str]) -> Iterator[Part]:
    try:
        for part in slots.read(text):
            if isinstance(part, str):
                yield part
                continue
            for each in part.filters:
                if each not in EACH and each not in WHOLE:
                    raise UnknownFilter(place=place, name=each, known=", ".join([*EACH, *WHOLE]))
            yield filtered(part, builtins[part.name]) if part.name in builtins else part
    except slots.Unreadable:
        raise BadTemplate(place=place) from None


def _merged(parts: Iterable[Part]) -> Iterator[Part]:
    """Texts beside each other as one, and no empty ones."""
    text = ""
    for part in parts:
        if isinstance(part, str):
            text += part
            continue
        if text:
            yield text
            text = ""
        yield part
    if text:
        yield text
