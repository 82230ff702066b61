"""What is done to a table's rows, step by step."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from typing import Protocol

from kateder.sources.mapped_csv.conditions import condition
from kateder.sources.mapped_csv.faults import TooMuch, WrongShape
from kateder.sources.mapped_csv.frames import Frame
from kateder.sources.mapped_csv.schema import AddStep, EachStep, JoinStep, OnlyStep, SetStep, Step, UniqueStep
from kateder.sources.mapped_csv.scope import Scope
from kateder.sources.mapped_csv.templates import BETWEEN, MOST_VALUES, joined
from kateder.sources.mapped_csv.values import value
from kateder.sources.reading import Fault

Key = str | tuple[str, ...]


class Above(Protocol):
    """The tables above the one that is being made."""

    most_rows: int

    def table(self, name: str, *, place: str) -> Frame:
        """One of them. Raises NoSuchTable."""

    def remark(self, fault: Fault, place: int, column: str) -> None:
        """Note what is wrong with a row."""


def carried_out(step: Step, frame: Frame, *, above: Above, scope: Scope, place: str) -> Frame:
    """The frame after the step. Raises a MappingFault that names the place."""
    match step:
        case SetStep():
            frame.columns[step.set_] = value(step, scope=scope, place=place).of(frame, place=place)
            return frame
        case OnlyStep():
            return frame.where(condition(step.only, scope=scope, place=place).of(frame, place=place))
        case EachStep():
            return _each(step, frame, most=above.most_rows, place=place)
        case JoinStep():
            return _join(step, frame, above=above, place=place)
        case UniqueStep():
            return _unique(step, frame, place=place)
        case AddStep():
            return _add(frame, above.table(step.add, place=place), most=above.most_rows, place=place)


def _each(step: EachStep, frame: Frame, *, most: int, place: str) -> Frame:
    cells = frame.column(step.each, place=place)
    rows, values = array("Q"), list[str]()
    is_same = True
    for row, cell in enumerate(cells):
        if BETWEEN not in cell:
            if cell:
                rows.append(row)
                values.append(cell)
            else:
                is_same = False
            continue
        is_same = False
        for text in cell.split(BETWEEN):
            rows.append(row)
            values.append(text)
        if len(rows) > most:
            raise TooMuch(place=place, most=most)
    made = frame if is_same else frame.at(rows)
    made.columns[step.as_ or step.each] = values
    return made


def _join(step: JoinStep, frame: Frame, *, above: Above, place: str) -> Frame:
    other = above.table(step.join, place=place)
    if not step.on:
        raise WrongShape(place=place)
    theirs = _keys(other, list(step.on.values()), place=place)
    ours = _keys(frame, list(step.on), place=place)
    nothing: Key = "" if len(step.on) == 1 else ("",) * len(step.on)
    for mine, taken in step.take.items():
        index = _index(theirs, other.column(taken, place=place), first=step.rows == "first")
        frame.columns[mine] = [index.get(key, "") if key != nothing else "" for key in ours]
    if step.missing == "keep":
        return frame
    there = set(theirs) - {nothing}
    found = [key in there for key in ours]
    if step.missing == "report" and other.is_whole:
        for row, is_found in enumerate(found):
            if not is_found:
                above.remark(Fault.DANGLING, frame.places[row], next(iter(step.on)))
    return frame if all(found) else frame.where(found)


def _keys(frame: Frame, names: Sequence[str], *, place: str) -> Sequence[Key]:
    columns = [frame.column(name, place=place) for name in names]
    return columns[0] if len(columns) == 1 else list(zip(*columns, strict=True))


def _index(keys: Sequence[Key], cells: Sequence[str], *, first: bool) -> Mapping[Key, str]:
    """What to take for each key: of several rows the values, each once, or those of the first row."""
    single: dict[Key, str] = dict(zip(reversed(keys), reversed(cells), strict=True))
    if first or len(single) == len(keys):
        return single
    gathered: dict[Key, dict[str, None]] = {}
    for key, cell in zip(keys, cells, strict=True):
        values = gathered.setdefault(key, {})
        if cell and len(values) < MOST_VALUES:
            values[cell] = None
    return {key: joined(BETWEEN.join(values).split(BETWEEN)) for key, values in gathered.items()}


def _unique(step: UniqueStep, frame: Frame, *, place: str) -> Frame:
    keys = _keys(frame, step.unique, place=place)
    gathered = {name: _index(keys, frame.column(name, place=place), first=False) for name in step.gather}
    rows: dict[Key, int] = {}
    for row, key in enumerate(keys):
        rows.setdefault(key, row)
    for nothing in ("", ("",) * len(step.unique)):
        rows.pop(nothing, None)
    made = frame.at(array("Q", rows.values()))
    for name, index in gathered.items():
        made.columns[name] = [index[key] for key in rows]
    return made


def _add(frame: Frame, other: Frame, *, most: int, place: str) -> Frame:
    if len(frame) + len(other) > most:
        raise TooMuch(place=place, most=most)
    return frame.followed_by(other)
