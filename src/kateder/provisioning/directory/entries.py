"""Finding what is ours in a directory, by a mark that we write and nobody else does.

The mark is the released id. A disabled account carries `off:` before it, or `left:` where somebody else had disabled
it before we did: whoever comes back is enabled again only if it was us.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final
from uuid import UUID

from ldap3.utils.conv import escape_filter_chars

from kateder.core.ldap.names import is_below
from kateder.core.ldap.session import Entry, Session
from kateder.provisioning.directory.rules import Kind, Rules

OFF: Final = "off:"
LEFT: Final = "left:"
CONTROL: Final = "userAccountControl"
MEMBER: Final = "member"
AT_ONCE: Final = 50
"""Members that are asked for in one search."""


class Ambiguous(Exception):
    """More than one entry carries the mark, or the value by which an account would be adopted."""


class Taken(Exception):
    """The account that would be adopted carries somebody else's mark."""


@dataclass(frozen=True, slots=True)
class Found:
    """An entry that is ours, and how its mark begins: nothing, `off:` or `left:`."""

    entry: Entry
    state: str

    def texts(self, attribute: str) -> list[str]:
        """The values of an attribute as texts."""
        return texts_in(self.entry, attribute)

    def otherwise(self, wanted: Mapping[str, Sequence[str]]) -> dict[str, Sequence[str]]:
        """The attributes that are not as they should be, as they should be. The order of values is nothing."""
        return {name: values for name, values in wanted.items() if sorted(self.texts(name)) != sorted(values)}


def texts_in(entry: Entry, attribute: str) -> list[str]:
    """The values of an entry's attribute as texts."""
    return [bytes(raw).decode(errors="replace") for raw in entry.values.get(attribute.lower(), ())]


def find(session: Session, rules: Rules, kind: Kind, released_id: UUID, *, more: Sequence[str] = ()) -> Found | None:
    """The entry with a mark, anywhere below the base. Raises Ambiguous."""
    marks = "".join(f"({kind.mark}={state}{released_id})" for state in ("", OFF, LEFT))
    entry = _one(session, rules, f"(|{marks})", asked(kind, more))
    return Found(entry, _state(entry, kind)) if entry else None


def adoptable(session: Session, rules: Rules, values: Sequence[str], *, more: Sequence[str] = ()) -> Found | None:
    """The account that has one of these values and no mark of ours. Raises Ambiguous or Taken."""
    if rules.adopt is None or not values:
        return None
    tests = "".join(f"({rules.adopt.attribute}={escape_filter_chars(value)})" for value in values)
    entry = _one(session, rules, f"(|{tests})", asked(rules.people, more))
    if entry is None:
        return None
    if entry.values.get(rules.people.mark.lower()):
        raise Taken
    return Found(entry, "")


def asked(kind: Kind, more: Sequence[str]) -> list[str]:
    """The attributes that are read: those that are written, and no others."""
    return list(dict.fromkeys([kind.mark, kind.name.attribute, *(one.attribute for one in kind.attributes), *more]))


def names_of(session: Session, rules: Rules, ids: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The DN of each of these accounts that there is, some at a time."""
    left, mark = iter(ids), rules.people.mark
    while some := list(islice(left, AT_ONCE)):
        tests = "".join(f"({mark}={each})" for each in some)
        for entry in session.search(rules.base, filter_text=f"(|{tests})", attributes=[mark]):
            if is_below(entry.dn, rules.base):
                for raw in entry.values.get(mark.lower(), ()):
                    yield bytes(raw).decode(errors="replace").lower(), entry.dn


def every(session: Session, rules: Rules, kind: Kind, *, more: Sequence[str] = ()) -> Iterator[tuple[UUID, Entry]]:
    """Every entry of a kind that carries our mark and is in use, by its released id, with what is written there."""
    attributes = [*asked(kind, more), "objectClass"]
    for entry in session.search(rules.base, filter_text=f"({kind.mark}=*)", attributes=attributes):
        if not is_below(entry.dn, rules.base) or not _is_of(entry, kind):
            continue
        for raw in entry.values.get(kind.mark.lower(), ()):
            try:
                yield UUID(bytes(raw).decode()), entry
            except ValueError:
                continue  # somebody else's use of the attribute, or an account that is disabled


def _is_of(entry: Entry, kind: Kind) -> bool:
    classes = {bytes(raw).decode(errors="replace").lower() for raw in entry.values.get("objectclass", ())}
    return kind.classes[-1].lower() in classes


def _one(session: Session, rules: Rules, filter_text: str, attributes: Sequence[str]) -> Entry | None:
    found = [
        entry
        for entry in session.search(rules.base, filter_text=filter_text, attributes=attributes)
        if is_below(entry.dn, rules.base)
    ]
    if len(found) > 1:
        raise Ambiguous
    return found[0] if found else None


def _state(entry: Entry, kind: Kind) -> str:
    values: Mapping[str, Sequence[bytes]] = entry.values
    for raw in values.get(kind.mark.lower(), ()):
        text = bytes(raw).decode(errors="replace")
        return next((state for state in (OFF, LEFT) if text.startswith(state)), "")
    return ""
