"""A value or a test as a function of the cells of a row, and its column in a frame."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from kateder.sources.mapped_csv.faults import CellTooLong
from kateder.sources.mapped_csv.frames import Frame
from kateder.sources.mapped_csv.templates import LONGEST, TooLong

T = TypeVar("T", str, bool)


@dataclass(frozen=True, slots=True)
class Cells(Generic[T]):
    """`make` gives the result from one cell of each column in `needs`.

    `is_column`: the result is the cell of the one column itself. `is_cheap`: making it anew costs less than looking
    up whether it has been made before.
    """

    needs: tuple[str, ...]
    make: Callable[..., T]
    is_column: bool = False
    is_cheap: bool = False

    def of(self, frame: Frame, *, place: str) -> list[T]:
        """The result for every row. Raises NoSuchColumn.

        A school's files repeat themselves, so each distinct combination of cells is looked at once.
        """
        columns = [frame.column(name, place=place) for name in self.needs]
        try:
            return self._made(columns, len(frame))
        except TooLong:
            raise CellTooLong(place=place, most=LONGEST) from None

    def _made(self, columns: Sequence[list[str]], height: int) -> list[T]:
        if not columns:
            return [self.make()] * height
        if self.is_column:
            return columns[0]  # type: ignore[return-value]  # a column is text
        if self.is_cheap:
            return list(map(self.make, *columns))
        if len(columns) == 1:
            known = {cell: self.make(cell) for cell in set(columns[0])}
            return list(map(known.__getitem__, columns[0]))
        made: dict[tuple[str, ...], T] = {}
        for cells in zip(*columns, strict=True):
            if cells not in made:
                made[cells] = self.make(*cells)
        return list(map(made.__getitem__, zip(*columns, strict=True)))


def needs_of(parts: Iterable[Cells[str] | Cells[bool]]) -> tuple[str, ...]:
    """The columns that some of them need, each once."""
    return tuple(dict.fromkeys(name for part in parts for name in part.needs))


def picked(part: Cells[T], *, among: Sequence[str]) -> Callable[[Sequence[str]], T]:
    """The part as a function of the cells of more columns than it needs."""
    places = [among.index(name) for name in part.needs]
    return lambda cells: part.make(*[cells[place] for place in places])
