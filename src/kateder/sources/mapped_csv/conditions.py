"""Which rows: tests of a column, put together with and, or and not."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kateder.sources.mapped_csv import patterns, templates
from kateder.sources.mapped_csv.cells import Cells, needs_of, picked
from kateder.sources.mapped_csv.faults import WrongShape
from kateder.sources.mapped_csv.schema import Condition
from kateder.sources.mapped_csv.scope import Scope
from kateder.sources.mapped_csv.templates import BETWEEN

Test = Callable[[str], bool]


def condition(spec: Condition, *, scope: Scope, place: str) -> Cells[bool]:
    """The condition as a function of a row. Raises a MappingFault that names the place."""
    parts = [*_together(spec, scope=scope, place=place)]
    tests = [*_tests(spec, scope=scope, place=place)]
    if tests:
        if not spec.column:
            raise WrongShape(place=place)
        parts.append(_of_column(spec.column, tests))
    if not parts:
        raise WrongShape(place=place)
    return parts[0] if len(parts) == 1 else _all(parts)


def _together(spec: Condition, *, scope: Scope, place: str) -> Iterator[Cells[bool]]:
    if spec.and_ is not None:
        yield _all([condition(each, scope=scope, place=place) for each in spec.and_])
    if spec.or_ is not None:
        yield _any([condition(each, scope=scope, place=place) for each in spec.or_])
    if spec.not_ is not None:
        yield _not(condition(spec.not_, scope=scope, place=place))


def _all(parts: list[Cells[bool]]) -> Cells[bool]:
    needs = needs_of(parts)
    tests = [picked(part, among=needs) for part in parts]
    return Cells(needs, lambda *cells: all(test(cells) for test in tests))


def _any(parts: list[Cells[bool]]) -> Cells[bool]:
    needs = needs_of(parts)
    tests = [picked(part, among=needs) for part in parts]
    return Cells(needs, lambda *cells: any(test(cells) for test in tests))


def _not(part: Cells[bool]) -> Cells[bool]:
    return Cells(part.needs, lambda *cells: not part.make(*cells))


def _of_column(column: str, tests: list[Test]) -> Cells[bool]:
    """A cell with several values passes where one of them passes every test."""

    def passes(cell: str) -> bool:
        return any(all(test(value) for test in tests) for value in cell.split(BETWEEN))

    return Cells((column,), passes)


def _tests(spec: Condition, *, scope: Scope, place: str) -> Iterator[Test]:
    if spec.is_ is not None:
        yield frozenset([_filled_in(spec.is_, scope=scope, place=place)]).__contains__
    if spec.in_ is not None:
        yield frozenset(spec.in_).__contains__
    if spec.list_ is not None:
        yield frozenset(scope.lookup.lines_in(spec.list_, place=place)).__contains__
    if spec.in_table is not None:
        yield frozenset(scope.lookup.values_in(spec.in_table, spec.its or spec.column, place=place)).__contains__
    if spec.matches is not None:
        pattern = patterns.compiled(spec.matches, place=place)
        yield lambda value: pattern.fullmatch(value) is not None
    if spec.filled is not None:
        wanted = spec.filled
        yield lambda value: bool(value) is wanted
    if spec.before is not None:
        last = _filled_in(spec.before, scope=scope, place=place)
        yield lambda value: "" < value < last
    if spec.after is not None:
        first = _filled_in(spec.after, scope=scope, place=place)
        yield lambda value: value > first


def _filled_in(text: str, *, scope: Scope, place: str) -> str:
    """A text in which only the built-in names are braced."""
    template = templates.parse(text, place=place, builtins=scope.builtins)
    if template.slots:
        raise WrongShape(place=place)
    return template.rendered(())
