"""A table in memory: columns of text, and the place that each row comes from."""

from __future__ import annotations

import difflib
from array import array
from collections.abc import Collection, Iterable, Sequence, Set
from dataclasses import dataclass, replace
from itertools import compress

from django.utils.translation import gettext

from kateder.sources.mapped_csv.faults import NoSuchColumn

# A place is a file's number and a line in it, as one number: a million of them are kept.
FILE = 1 << 32


@dataclass(slots=True)
class Frame:
    """Rows by column, each with its place; `misfits` are places with too few or too many cells."""

    name: str
    columns: dict[str, list[str]]
    places: Sequence[int]
    misfits: Set[int] = frozenset()
    # Every column of the file, also those that nobody asked for: to suggest from.
    known: Collection[str] = ()
    # Whether all of the file has been read; a preview reads the beginning.
    is_whole: bool = True

    def __len__(self) -> int:
        return len(self.places)

    def column(self, name: str, *, place: str) -> list[str]:
        """One column. Raises NoSuchColumn."""
        if name not in self.columns:
            raise NoSuchColumn(place=place, table=self.name, name=name, hint=did_you_mean(name, self.all_names()))
        return self.columns[name]

    def all_names(self) -> list[str]:
        """The columns that could be asked for."""
        return list(dict.fromkeys([*self.columns, *self.known]))

    def where(self, mask: Sequence[bool]) -> Frame:
        """The rows for which the mask is true."""
        return self._with(
            {name: list(compress(cells, mask)) for name, cells in self.columns.items()},
            array("Q", compress(self.places, mask)),
        )

    def at(self, rows: Sequence[int]) -> Frame:
        """The rows at these places, in this order, as often as they are named."""
        return self._with(
            {name: list(map(cells.__getitem__, rows)) for name, cells in self.columns.items()},
            array("Q", map(self.places.__getitem__, rows)),
        )

    def named(self, name: str) -> Frame:
        """The same rows under another name; columns may be added to it without changing this one."""
        return replace(self, name=name, columns=dict(self.columns))

    def followed_by(self, other: Frame) -> Frame:
        """The other's rows below these; a column that one of them lacks is empty there."""
        names = dict.fromkeys([*self.columns, *other.columns])
        empty, others = [""] * len(self), [""] * len(other)
        return replace(
            self,
            columns={name: self.columns.get(name, empty) + other.columns.get(name, others) for name in names},
            places=array("Q", [*self.places, *other.places]),
            misfits=self.misfits | other.misfits,
            known=[*self.known, *other.known],
            is_whole=self.is_whole and other.is_whole,
        )

    def _with(self, columns: dict[str, list[str]], places: Sequence[int]) -> Frame:
        return replace(self, columns=columns, places=places)


def did_you_mean(name: str, among: Iterable[str]) -> str:
    """A hint at what was perhaps meant, or at what there is."""
    known = list(among)
    folded = {each.casefold(): each for each in known}
    near = difflib.get_close_matches(name.casefold(), folded, n=1)
    if near:
        return gettext("Did you mean {name}?").format(name=folded[near[0]])
    return gettext("There are: {names}.").format(names=", ".join(known[:12])) if known else ""
