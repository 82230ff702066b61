"""What a directory shows of what we own there, and whether that is as it should be.

Read and compared by the same rules as it is written (`accounts`, `groups`): attributes that are not in the settings,
places, members from outside the base, and who somebody else has disabled are not ours to judge.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import orjson

from kateder.core.ldap.names import dn_key, is_below, is_named
from kateder.core.ldap.session import Entry, Session
from kateder.provisioning.directory.entries import MEMBER, Found, every, texts_in
from kateder.provisioning.directory.rules import Rules
from kateder.provisioning.plain.bodies import GROUP, USER
from kateder.provisioning.ways.contract import Listed


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry of ours as it is, and whose account each member is: none of ours under its DN."""

    kind: str
    found: Found
    members: frozenset[str] = field(default=frozenset())


def listed(session: Session, rules: Rules) -> Iterator[Listed]:
    """Every account and group in use that carries our mark, with what it shows. Raises a DirectoryFault."""
    marks: dict[str, str] = {}
    for released, entry in every(session, rules, rules.people):
        marks[dn_key(entry.dn)] = str(released)
        yield Listed(resource_type=USER, released_id=released, shown=Shown(USER, Found(entry, "")))
    for released, entry in every(session, rules, rules.groups, more=[MEMBER]) if rules.groups else ():
        members = frozenset(_members(entry, rules, marks))
        yield Listed(resource_type=GROUP, released_id=released, shown=Shown(GROUP, Found(entry, ""), members))


def agreement(rules: Rules) -> Callable[[object, bytes], bool]:
    """What tells whether a `Shown` is as a body asks for."""

    def agrees(shown: object, encoded: bytes) -> bool:
        if not isinstance(shown, Shown):
            return False
        kind = rules.people if shown.kind == USER else rules.groups
        body = orjson.loads(encoded)
        if kind is None or shown.found.otherwise(kind.wanted(body)):
            return False
        if shown.kind == GROUP:
            return shown.members == frozenset(map(str, body.get("members", ())))
        attribute, value = kind.rdn(body)
        return not (rules.renames and value) or is_named(shown.found.entry.dn, attribute=attribute, value=value)

    return agrees


def _members(entry: Entry, rules: Rules, marks: dict[str, str]) -> Iterable[str]:
    own = dn_key(entry.dn)
    for member in texts_in(entry, MEMBER):
        key = dn_key(member)
        # A group that may not be empty holds itself; who is outside the base is never touched.
        if key != own and is_below(member, rules.base):
            yield marks.get(key, member)
