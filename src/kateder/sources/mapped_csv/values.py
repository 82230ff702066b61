"""How a value is made: taken from columns, split, matched, looked up."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from uuid import NAMESPACE_OID, uuid5

from kateder.sources.mapped_csv import patterns, templates
from kateder.sources.mapped_csv.cells import Cells, needs_of, picked
from kateder.sources.mapped_csv.conditions import condition
from kateder.sources.mapped_csv.faults import NoSuchGroup, NoSuchValues, WrongShape
from kateder.sources.mapped_csv.frames import did_you_mean
from kateder.sources.mapped_csv.patterns import Matched, Pattern
from kateder.sources.mapped_csv.schema import Choice, Value, ValueSpec
from kateder.sources.mapped_csv.scope import Scope
from kateder.sources.mapped_csv.templates import BETWEEN, Template, joined, several

# From one value, and the cells of the row, to what it becomes; None where no pattern was like it.
Change = Callable[[str, Sequence[str]], str | None]


def value(spec: Value, *, scope: Scope, place: str) -> Cells[str]:
    """The value as a function of a row. Raises a MappingFault that names the place."""
    if isinstance(spec, str):
        return _text(spec, scope=scope, place=place)
    source = _source(spec, scope=scope, place=place)
    return _changed(source, spec, scope=scope, place=place)


def _text(text: str, *, scope: Scope, place: str) -> Cells[str]:
    template = templates.parse(text, place=place, builtins=scope.builtins)
    slots = template.slots
    needs = tuple(dict.fromkeys(slot.name for slot in slots))
    if template.parts == slots and len(slots) == 1 and not slots[0].filters:
        return Cells(needs, str, is_column=True)
    if len(needs) == len(slots):
        return Cells(needs, lambda *cells: template.rendered(cells))
    places = [needs.index(slot.name) for slot in slots]
    return Cells(needs, lambda *cells: template.rendered([cells[place] for place in places]))


def _source(spec: ValueSpec, *, scope: Scope, place: str) -> Cells[str]:
    made = [
        _text(spec.from_, scope=scope, place=place) if spec.from_ is not None else None,
        _several(spec.first, _first, scope=scope, place=place) if spec.first is not None else None,
        _several(spec.all_, _every, scope=scope, place=place) if spec.all_ is not None else None,
        _choice(spec.choose, scope=scope, place=place) if spec.choose is not None else None,
        _uuid(spec, spec.uuid, scope=scope, place=place) if spec.uuid is not None else None,
    ]
    found = [each for each in made if each is not None]
    if len(found) != 1:
        raise WrongShape(place=place)
    return found[0]


def _first(cells: Sequence[str]) -> str:
    return next((cell for cell in cells if cell), "")


def _every(cells: Sequence[str]) -> str:
    return joined(part for cell in cells for part in cell.split(BETWEEN))


def _several(
    specs: Sequence[Value], together: Callable[[Sequence[str]], str], *, scope: Scope, place: str
) -> Cells[str]:
    parts = [value(spec, scope=scope, place=place) for spec in specs]
    needs = needs_of(parts)
    makers = [picked(part, among=needs) for part in parts]
    return Cells(needs, lambda *cells: together([make(cells) for make in makers]))


def _choice(choices: Sequence[Choice], *, scope: Scope, place: str) -> Cells[str]:
    tests = [condition(each.when, scope=scope, place=place) for each in choices]
    parts = [value(each.give, scope=scope, place=place) for each in choices]
    needs = needs_of([*tests, *parts])
    ways = [(picked(t, among=needs), picked(p, among=needs)) for t, p in zip(tests, parts, strict=True)]
    return Cells(needs, lambda *cells: next((make(cells) for test, make in ways if test(cells)), ""))


def _uuid(spec: ValueSpec, name: str, *, scope: Scope, place: str) -> Cells[str]:
    """UUID version 5 (RFC 9562 §5.5) of the text: the same text always has the same one.

    The namespace is that of OIDs unless one is given: the public EGIL client's, so that ids stay when an
    authority moves its configuration here.
    """
    text, namespace = _text(name, scope=scope, place=place), spec.namespace or NAMESPACE_OID

    def made(one: str) -> str:
        return str(uuid5(namespace, one)) if one else ""

    return Cells(text.needs, lambda *cells: several(made, text.make(*cells)))


def _changed(source: Cells[str], spec: ValueSpec, *, scope: Scope, place: str) -> Cells[str]:
    """What comes after the source: split, match or replace, the value table, and what is given otherwise."""
    rules = _rules(spec, scope=scope, place=place)
    table = _table(spec.values, scope=scope, place=place)
    replaced = [(patterns.compiled(old, place=place), new) for old, new in spec.replace or ()]
    if not (rules or table is not None or replaced or spec.split or spec.otherwise is not None):
        return source
    otherwise = _given(spec.otherwise or "", pattern=None, scope=scope, place=place)
    needs = tuple(dict.fromkeys([*source.needs, *(name for rule in rules for name in rule.needs), *otherwise.needs]))
    changes: list[Change] = [
        *([_matcher(rules, needs)] if rules else []),
        *([partial(_replace, replaced)] if replaced else []),
        *([partial(_look_up, table, strict=spec.otherwise is not None)] if table is not None else []),
    ]
    take, fallback = picked(source, among=needs), otherwise.bound(needs)

    def one(text: str, cells: Sequence[str]) -> str:
        made: str | None = text
        for change in changes:
            made = change(made, cells) if made else made
        return made or fallback(text, None, cells)

    def make(*cells: str) -> str:
        text = take(cells)
        values = text.split(spec.split) if spec.split else text.split(BETWEEN)
        return joined(one(each.strip(), cells) for each in values)

    return Cells(needs, make)


@dataclass(frozen=True, slots=True)
class _Given:
    """A template whose slots may be groups of a pattern: `{1}`, `{year}`, `{0}` for all of the value."""

    template: Template
    groups: Mapping[str, int | str]
    needs: tuple[str, ...]
    pattern: Pattern | None = None

    def bound(self, among: Sequence[str]) -> Callable[[str, Matched | None, Sequence[str]], str]:
        """As a function of the value, the match and the row's cells."""
        places = {name: among.index(name) for name in self.needs}

        def make(text: str, match: Matched | None, cells: Sequence[str]) -> str:
            found: list[str] = []
            for slot in self.template.slots:
                if slot.name == "0":
                    found.append(text)
                elif match is not None and slot.name in self.groups:
                    found.append(match.group(self.groups[slot.name]) or "")
                else:
                    found.append(cells[places[slot.name]])
            return self.template.rendered(found)

        return make


def _given(text: str, *, pattern: Pattern | None, scope: Scope, place: str) -> _Given:
    template = templates.parse(text, place=place, builtins=scope.builtins)
    groups: dict[str, int | str] = {"0": 0}
    if pattern is not None:
        groups |= {name: name for name in pattern.groupindex}
        groups |= {str(number): number for number in range(1, pattern.groups + 1)}
    columns = [slot.name for slot in template.slots if slot.name not in groups]
    for name in columns:
        if name.isdigit():
            raise NoSuchGroup(place=place, name=name)
    return _Given(template, groups, tuple(dict.fromkeys(columns)), pattern)


def _rules(spec: ValueSpec, *, scope: Scope, place: str) -> list[_Given]:
    if spec.match is None:
        if spec.give is not None:
            raise WrongShape(place=place)
        return []
    pairs = [(spec.match, spec.give or "{0}")] if isinstance(spec.match, str) else list(spec.match)
    if not isinstance(spec.match, str) and spec.give is not None:
        raise WrongShape(place=place)
    return [
        _given(give, pattern=patterns.compiled(text, place=place), scope=scope, place=place) for text, give in pairs
    ]


def _matcher(rules: Sequence[_Given], needs: Sequence[str]) -> Change:
    bound = [(rule.pattern, rule.bound(needs)) for rule in rules]

    def match(text: str, cells: Sequence[str]) -> str | None:
        for pattern, give in bound:
            found = pattern.fullmatch(text) if pattern is not None else None
            if found is not None:
                return give(text, found, cells)
        return None

    return match


def _replace(pairs: Sequence[tuple[Pattern, str]], text: str, _: Sequence[str]) -> str:
    for pattern, new in pairs:
        text = pattern.sub(lambda _, new=new: new, text)  # type: ignore[misc]
    return text


def _look_up(table: Mapping[str, str], text: str, _: Sequence[str], *, strict: bool) -> str | None:
    """A value that the table does not have stays as it is, for the check to judge, unless another is given."""
    return table.get(text, None if strict else text)


def _table(spec: str | Mapping[str, str] | None, *, scope: Scope, place: str) -> Mapping[str, str] | None:
    if spec is None or not isinstance(spec, str):
        return spec
    if spec not in scope.value_tables:
        raise NoSuchValues(place=place, name=spec, hint=did_you_mean(spec, scope.value_tables))
    return scope.value_tables[spec]
