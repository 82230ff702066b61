"""Text with columns in it: `{given} {family}`, `{mail|lower}`, `{middle?}`; braces that are text are written twice."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product
from urllib.parse import unquote_plus
from uuid import UUID

from kateder.sources.mapped_csv.faults import BadTemplate, UnknownFilter

# Between several values in one cell; no file holds it.
BETWEEN = "\x1f"
MOST_VALUES = 1000
LONGEST = 20_000  # characters of a cell that is made

_SIGNS = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
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


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdigit())


EACH: Mapping[str, Callable[[str], str]] = {
    "lower": str.lower,
    "upper": str.upper,
    "trim": str.strip,
    "digits": _digits,
    "date": _date,
    "uuid": _uuid,
    "urldecode": unquote_plus,
}
WHOLE: Mapping[str, Callable[[Sequence[str]], Sequence[str]]] = {
    "first": lambda values: values[:1],
    "last": lambda values: values[-1:],
    "sorted": sorted,
}


class TooLong(ValueError):
    """A cell would become longer than any real one: text that is put together with itself doubles at each step."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A column in a template, what is done to its values, and whether the text can do without it."""

    name: str
    filters: tuple[str, ...] = ()
    is_optional: bool = False

    def filtered(self, cell: str) -> str:
        """The cell through the filters."""
        for name in self.filters:
            cell = BETWEEN.join(WHOLE[name](cell.split(BETWEEN))) if name in WHOLE else several(EACH[name], cell)
        return cell


@dataclass(frozen=True, slots=True)
class Template:
    """Texts and slots in turn."""

    parts: tuple[str | Slot, ...]

    @property
    def slots(self) -> tuple[Slot, ...]:
        """The slots, in order."""
        return tuple(part for part in self.parts if isinstance(part, Slot))

    def rendered(self, cells: Sequence[str]) -> str:
        """The text for one cell per slot; nothing where a cell that it cannot do without is empty."""
        filtered = [slot.filtered(cell) for slot, cell in zip(self.slots, cells, strict=True)]
        if sum(map(len, filtered)) > LONGEST:
            raise TooLong
        if not any(BETWEEN in cell for cell in filtered):
            return self._one(filtered)
        every = islice(product(*(cell.split(BETWEEN) for cell in filtered)), MOST_VALUES)
        return joined(self._one(cells) for cells in every)

    def _one(self, cells: Sequence[str]) -> str:
        waiting = iter(cells)
        made: list[str] = []
        has_optional = False
        for part in self.parts:
            if isinstance(part, str):
                made.append(part)
                continue
            cell = next(waiting)
            has_optional |= part.is_optional
            if not cell and not part.is_optional:
                return ""
            made.append(cell)
        text = "".join(made)
        return " ".join(text.split()) if has_optional else text


def parse(text: str, *, place: str, builtins: Mapping[str, str] | None = None) -> Template:
    """The template. `builtins` are filled in at once. Raises BadTemplate or UnknownFilter."""
    return Template(tuple(_merged(_parts(text, place=place, builtins=builtins or {}))))


def several(change: Callable[[str], str], cell: str) -> str:
    """The cell with each of its values changed; those that become empty are gone, and each is there once."""
    return change(cell) if BETWEEN not in cell else joined(map(change, cell.split(BETWEEN)))


def joined(values: Iterable[str]) -> str:
    """Values as one cell, each of them once."""
    return BETWEEN.join(dict.fromkeys(value for value in values if value))


def _parts(text: str, *, place: str, builtins: Mapping[str, str]) -> Iterator[str | Slot]:
    end = 0
    for sign in _SIGNS.finditer(text):
        yield text[end : sign.start()]
        end = sign.end()
        if sign[0] in {"{{", "}}"}:
            yield sign[0][0]
        elif sign[1] is None or not sign[1].strip(" ?|"):
            raise BadTemplate(place=place)
        else:
            slot = _slot(sign[1], place=place)
            yield slot.filtered(builtins[slot.name]) if slot.name in builtins else slot
    yield text[end:]


def _slot(text: str, *, place: str) -> Slot:
    name, *filters = (part.strip() for part in text.split("|"))
    is_optional = name.endswith("?")
    for each in filters:
        if each not in EACH and each not in WHOLE:
            raise UnknownFilter(place=place, name=each, known=", ".join([*EACH, *WHOLE]))
    return Slot(name.removesuffix("?").strip(), tuple(filters), is_optional)


def _merged(parts: Iterable[str | Slot]) -> Iterator[str | Slot]:
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
