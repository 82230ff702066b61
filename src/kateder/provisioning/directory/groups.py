"""One operation on a group: its attributes, and its members as what is added and what is taken away."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final
from uuid import UUID

import ldap3

from kateder.core.ldap.names import dn_key, is_below
from kateder.core.ldap.session import Session
from kateder.provisioning.delivery.operations import Answer, Kind
from kateder.provisioning.directory.entries import MEMBER, OFF, Found, find, names_of
from kateder.provisioning.directory.rules import Kind as EntryKind
from kateder.provisioning.directory.rules import Rules, dn_of
from kateder.provisioning.directory.writing import DONE, Writer, replaced

AT_ONCE: Final = 500
"""Members that one request adds or takes away."""
NEEDS_MEMBER: Final = frozenset({"groupofnames", "groupofuniquenames"})
"""Object classes that allow no group without members (RFC 4519 §3.5): it is then its own."""
MISSING: Final = "refused_member_missing"


class Groups:
    """Groups in one directory, over one connection. Members from outside the base are never touched."""

    def __init__(self, session: Session, rules: Rules, kind: EntryKind) -> None:
        self._session = session
        self._rules = rules
        self._kind = kind
        self._writer = Writer(session, base=rules.base)

    def write(self, released_id: UUID, body: Mapping[str, Any]) -> Answer:
        """Let the group be as the body says. Raises Ambiguous, NotDone or a DirectoryFault."""
        ids = [str(member) for member in body.get("members", ())]
        named = dict(names_of(self._session, self._rules, ids))
        found = find(self._session, self._rules, self._kind, released_id, more=[MEMBER])
        if found is None:
            self._make(released_id, body, list(named.values()))
        else:
            self._bring(found, released_id, body)
            self._fill(found.entry.dn, found.texts(MEMBER), named.values())
        return DONE if len(named) == len(ids) else Answer(kind=Kind.REFUSED, code=MISSING)

    def remove(self, released_id: UUID) -> Answer:
        """Take our members out of the group; the group itself stays. Raises as `write`."""
        found = find(self._session, self._rules, self._kind, released_id, more=[MEMBER])
        if found is None:
            return Answer(kind=Kind.DONE, code="was_gone")
        self._fill(found.entry.dn, found.texts(MEMBER), ())
        if not found.state:
            self._writer.modify(found.entry.dn, {self._kind.mark: replaced([f"{OFF}{released_id}"])})
        return DONE

    def _make(self, released_id: UUID, body: Mapping[str, Any], members: Sequence[str]) -> None:
        kind = self._kind
        rdn = kind.rdn(body)
        dn = dn_of(rdn, base=kind.base)
        attributes = kind.wanted(body) | {kind.mark: [str(released_id)], rdn[0]: [rdn[1]]}
        first = list(members[:AT_ONCE]) or ([dn] if self._needs_member else [])
        self._writer.add(dn, classes=kind.classes, attributes=attributes | {MEMBER: first})
        self._change(dn, ldap3.MODIFY_ADD, members[AT_ONCE:])

    def _bring(self, found: Found, released_id: UUID, body: Mapping[str, Any]) -> None:
        kind = self._kind
        changes = {name: replaced(values) for name, values in found.otherwise(kind.wanted(body)).items()}
        if found.texts(kind.mark) != [str(released_id)]:
            changes[kind.mark] = replaced([str(released_id)])
        self._writer.modify(found.entry.dn, changes)

    def _fill(self, dn: str, current: Iterable[str], wanted: Collection[str]) -> None:
        there = {dn_key(member): member for member in current}
        should = {dn_key(member): member for member in wanted}
        if not should and self._needs_member:
            should = {dn_key(dn): dn}
        gone = [member for key, member in there.items() if key not in should and is_below(member, self._rules.base)]
        # First those who come: a group that may not be empty never is.
        self._change(dn, ldap3.MODIFY_ADD, [member for key, member in should.items() if key not in there])
        self._change(dn, ldap3.MODIFY_DELETE, gone)

    def _change(self, dn: str, action: str, members: Sequence[str]) -> None:
        for some in _some(members):
            self._writer.modify(dn, {MEMBER: [(action, some)]})

    @property
    def _needs_member(self) -> bool:
        return not NEEDS_MEMBER.isdisjoint(one.lower() for one in self._kind.classes)


def _some(members: Sequence[str]) -> Iterator[list[str]]:
    left = iter(members)
    while some := list(islice(left, AT_ONCE)):
        yield some
