"""Everything that is read of a directory: one search for each kind of thing, none for each entry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kateder.core.ldap.names import dn_key
from kateder.core.ldap.session import Entry, Session
from kateder.sources.directory.layout import Layout


@dataclass(frozen=True, slots=True)
class Tree:
    """The entries by kind; `classes` and `teaching` are keys of the groups that count as such."""

    pupils: Sequence[Entry]
    staff: Sequence[Entry]
    groups: Sequence[Entry]
    classes: frozenset[str]
    teaching: frozenset[str]
    units: Sequence[Entry] | None


def read_tree(session: Session, layout: Layout) -> Tree:
    """Search for each kind that has a base. Raises a SourceFault where a search does not come to its end."""
    return Tree(
        pupils=_every(session, layout, "pupil"),
        staff=_every(session, layout, "staff"),
        groups=_every(session, layout, "group"),
        classes=_which(session, layout, "class_filter"),
        teaching=_which(session, layout, "teaching_filter"),
        units=_every(session, layout, "unit") if layout.texts["unit_base"] else None,
    )


def _every(session: Session, layout: Layout, kind: str) -> list[Entry]:
    base = layout.texts[f"{kind}_base"]
    if not base:
        return []
    return list(session.search(base, filter_text=layout.texts[f"{kind}_filter"], attributes=layout.attributes(kind)))


def _which(session: Session, layout: Layout, name: str) -> frozenset[str]:
    base, filter_text = layout.texts["group_base"], layout.texts.get(name, "")
    if not base or not filter_text:
        return frozenset()
    return frozenset(dn_key(entry.dn) for entry in session.search(base, filter_text=filter_text, attributes=()))
