"""The compiled allow-list of a service: every value that leaves is looked up here, and fails closed."""

import functools
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from kateder.governance.aliases import as_user_name
from kateder.governance.fields import Field
from kateder.governance.paths import (
    DOMAIN,
    EGIL,
    NAMELESS,
    Check,
    Identifier,
    Name,
    NamePart,
    UserName,
    Value,
    Vocabulary,
)
from kateder.governance.pseudonyms import Kind

Accepts = Callable[[object], bool]


@dataclass(frozen=True, slots=True)
class Violation:
    """Something that may not leave. Holds the path and a reason, never the value."""

    resource_type: str
    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Known:
    """What the service may hear of, as stored: identifiers and display names of each kind."""

    ids: Mapping[Kind, frozenset[str]]
    names: Mapping[Kind, frozenset[str]]
    alias_only: frozenset[str] = frozenset()
    """Released ids of persons who go out under rule 8: an alias, and none of the approved fields."""
    may_tie: bool = True
    """Whether those persons may be tied to groups and schools: not where that reveals a school."""


class AllowList:
    """Answers for one service whether a body may leave, field by field.

    Compile it after the pseudonyms of what is to be sent have been stored: identifiers are
    compared with those that are, not pattern-matched.
    """

    def __init__(
        self,
        service_id: UUID,
        *,
        fields: Collection[Field],
        in_the_open: Collection[Kind],
        known: Known,
        vocabulary: Vocabulary = EGIL,
    ) -> None:
        self.service_id = service_id
        self.vocabulary = vocabulary
        self.fields = frozenset(fields)
        self._known = known
        groups = vocabulary.in_the_open.get(Kind.GROUP, ()) if Kind.GROUP in in_the_open else ()
        people = vocabulary.in_the_open.get(Kind.PERSON, ()) if Kind.PERSON in in_the_open else ()
        approved = [rule for field in self.fields for rule in vocabulary.by_field.get(field, ())]
        structure = _joined(_compiled(vocabulary.structure, known), _compiled(groups, known))
        self._full = _joined(_joined(structure, _compiled(people, known)), _compiled(approved, known))
        self._reduced = structure if known.may_tie else _without_places(structure, vocabulary.places)

    def paths(self, resource_type: str) -> frozenset[str]:
        """Give the paths that a body of this type may hold."""
        return frozenset(self._full.get(resource_type, {}))

    def violations(self, resource_type: str, body: Mapping[str, object]) -> tuple[Violation, ...]:
        """List what in a body may not leave; empty means that all of it may."""
        rules = (self._reduced if self._speaks_of_alias_only(resource_type, body) else self._full).get(
            resource_type, {}
        )
        found = []
        for path, value in _leaves("", body):
            accepts = rules.get(path)
            if accepts is None:
                found.append(Violation(resource_type, path, "not_allowed"))
            elif not accepts(value):
                found.append(Violation(resource_type, path, "value_not_released"))
        return tuple(found)

    def is_about(self, body: Mapping[str, object], released_id: UUID) -> bool:
        """Tell whether a body carries this id as its own."""
        return body.get(self.vocabulary.identity) == str(released_id)

    def _speaks_of_alias_only(self, resource_type: str, body: Mapping[str, object]) -> bool:
        path = self.vocabulary.speaks_of.get(resource_type)
        if path is None:
            return False
        value: object = body
        for member in path.split("/"):
            value = value.get(member) if isinstance(value, Mapping) else None
        return isinstance(value, str) and value in self._known.alias_only


def _compiled(rules: Collection[tuple[str, str, Check]], known: Known) -> dict[str, dict[str, Accepts]]:
    compiled: dict[str, dict[str, Accepts]] = {}
    for resource_type, path, check in rules:
        compiled.setdefault(str(resource_type), {})[path] = _accepts(check, known)
    return compiled


def _accepts(check: Check, known: Known) -> Accepts:
    if isinstance(check, Value):
        return check.accepts
    if isinstance(check, Name):
        names, ids = known.names.get(check.kind, frozenset()), known.ids.get(check.kind, frozenset())
        return lambda value: isinstance(value, str) and (value in names or value in ids)
    if isinstance(check, NamePart):
        return _part_of(known.names.get(check.kind, frozenset()))
    ids = known.ids.get(check.kind, frozenset())
    if isinstance(check, UserName):
        return _user_name(ids, known.names.get(check.kind, frozenset()))
    return _identifier(check, ids - known.alias_only if check.ties and not known.may_tie else ids)


def _identifier(check: Identifier, ids: frozenset[str]) -> Accepts:
    prefix = check.prefix
    if not prefix:
        return lambda value: isinstance(value, str) and value in ids
    return lambda value: isinstance(value, str) and value.startswith(prefix) and value[len(prefix) :] in ids


def _part_of(names: frozenset[str]) -> Accepts:
    parts = functools.cache(lambda: {NAMELESS, *(part for name in names for part in name.rpartition(" ")[::2])})
    return lambda value: isinstance(value, str) and value in parts()


def _user_name(ids: frozenset[str], aliases: frozenset[str]) -> Accepts:
    # Worked out when the first alias is asked about: most services are given none here.
    user_names = functools.cache(lambda: frozenset(map(as_user_name, aliases)))

    def accepts(value: object) -> bool:
        if not isinstance(value, str):
            return False
        local, at, domain = value.partition("@")
        return (not at or DOMAIN.accepts(domain)) and (local in ids or local in user_names())

    return accepts


def _joined(
    one: Mapping[str, Mapping[str, Accepts]], other: Mapping[str, Mapping[str, Accepts]]
) -> dict[str, dict[str, Accepts]]:
    joined = {resource_type: dict(rules) for resource_type, rules in one.items()}
    for resource_type, rules in other.items():
        mine = joined.setdefault(resource_type, {})
        for path, accepts in rules.items():
            mine[path] = _either(mine[path], accepts) if path in mine else accepts
    return joined


def _without_places(
    rules: Mapping[str, Mapping[str, Accepts]], places: Collection[str]
) -> dict[str, dict[str, Accepts]]:
    return {
        resource_type: {path: accepts for path, accepts in paths.items() if not any(one in path for one in places)}
        for resource_type, paths in rules.items()
    }


def _either(one: Accepts, other: Accepts) -> Accepts:
    return lambda value: one(value) or other(value)


def _leaves(path: str, value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, Mapping):
        for name, member in value.items():
            yield from _leaves(f"{path}/{name}" if path else str(name), member)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _leaves(f"{path}/*", item)
    else:
        yield path, value
