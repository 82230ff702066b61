"""One operation on an account: make it or adopt it, bring it to what it should be, disable it. Never delete it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from kateder.core.ldap.names import escaped, is_named, own_name, parent, parts
from kateder.core.ldap.session import Session
from kateder.provisioning.delivery.operations import Answer, Kind
from kateder.provisioning.directory.entries import CONTROL, LEFT, OFF, Found, adoptable, find
from kateder.provisioning.directory.rules import Rules, dn_of
from kateder.provisioning.directory.writing import DONE, NotDone, Writer, replaced

DISABLED_BIT: Final = 0x2
NEW_ACCOUNT: Final = 0x202
"""A normal account that is disabled: without a password Active Directory enables none, and we set none."""

Changes = dict[str, Sequence[tuple[str, Sequence[str]]]]


class Accounts:
    """Accounts in one directory, over one connection."""

    def __init__(self, session: Session, rules: Rules) -> None:
        self._session = session
        self._rules = rules
        self._writer = Writer(session, base=rules.base)

    def write(self, released_id: UUID, body: Mapping[str, Any]) -> Answer:
        """Let the account be as the body says. Raises Ambiguous, Taken, NotDone or a DirectoryFault."""
        found = find(self._session, self._rules, self._rules.people, released_id, more=self._more)
        if found is None:
            found = adoptable(self._session, self._rules, self._adopted_by(body), more=self._more)
            if found is None:
                return self._make(released_id, body)
        self._bring(found, released_id, body)
        return DONE

    def remove(self, released_id: UUID) -> Answer:
        """Disable the account, and move it away where that is wanted. Raises as `write`."""
        rules = self._rules
        found = find(self._session, rules, rules.people, released_id, more=self._more)
        if found is None:
            return Answer(kind=Kind.DONE, code="was_gone")
        if not found.state:
            changes = {} if self._is_disabled(found) else self._switch(found, on=False)
            state = OFF if changes else LEFT
            self._writer.modify(found.entry.dn, changes | {rules.people.mark: replaced([f"{state}{released_id}"])})
        if rules.disabled_base and parts(parent(found.entry.dn)) != parts(rules.disabled_base):
            return self._move(found, to=rules.disabled_base)
        return DONE

    @property
    def _more(self) -> Sequence[str]:
        return [CONTROL] if self._rules.is_active_directory else [one for one in self._rules.disabled[:1] if one]

    def _adopted_by(self, body: Mapping[str, Any]) -> list[str]:
        return self._rules.people.texts_of(self._rules.adopt, body) if self._rules.adopt else []

    def _make(self, released_id: UUID, body: Mapping[str, Any]) -> Answer:
        people = self._rules.people
        rdn = people.rdn(body)
        if not rdn[1]:
            return Answer(kind=Kind.REFUSED, code="refused_no_name")
        attributes = people.wanted(body) | {people.mark: [str(released_id)], rdn[0]: [rdn[1]]}
        if self._rules.is_active_directory:
            attributes[CONTROL] = [str(NEW_ACCOUNT)]
        self._writer.add(dn_of(rdn, base=self._rules.home_of(body)), classes=people.classes, attributes=attributes)
        return DONE

    def _bring(self, found: Found, released_id: UUID, body: Mapping[str, Any]) -> None:
        people = self._rules.people
        changes: Changes = {name: replaced(values) for name, values in found.otherwise(people.wanted(body)).items()}
        if found.texts(people.mark) != [str(released_id)]:
            changes[people.mark] = replaced([str(released_id)])
        if found.state == OFF:
            changes |= self._switch(found, on=True)
        self._writer.modify(found.entry.dn, changes)
        self._place(found, body)

    def _place(self, found: Found, body: Mapping[str, Any]) -> None:
        """Rename the entry where what its name is made of has changed; fetch it back from the disabled ones."""
        rules = self._rules
        attribute, value = rules.people.rdn(body)
        above = parent(found.entry.dn)
        comes_back = bool(found.state and rules.disabled_base) and parts(above) == parts(rules.disabled_base)
        stays = not rules.renames or not value or is_named(found.entry.dn, attribute=attribute, value=value)
        if comes_back or not stays:
            rdn = own_name(found.entry.dn) if stays else f"{attribute}={escaped(value)}"
            self._writer.move(found.entry.dn, rdn=rdn, to=rules.home_of(body) if comes_back else "")

    def _move(self, found: Found, *, to: str) -> Answer:
        try:
            self._writer.move(found.entry.dn, rdn=own_name(found.entry.dn), to=to)
        except NotDone as refusal:
            if refusal.answer.kind is not Kind.REFUSED:
                raise
            # Somebody of the same name is there already: it is disabled, and stays where it is.
            return Answer(kind=Kind.DONE, code="not_moved")
        return DONE

    def _is_disabled(self, found: Found) -> bool:
        if self._rules.is_active_directory:
            return bool(_control(found) & DISABLED_BIT)
        attribute, value = self._rules.disabled
        return bool(attribute) and value in found.texts(attribute)

    def _switch(self, found: Found, *, on: bool) -> Changes:
        if self._rules.is_active_directory:
            control = _control(found)
            return {CONTROL: replaced([str(control & ~DISABLED_BIT if on else control | DISABLED_BIT)])}
        attribute, value = self._rules.disabled
        return {attribute: replaced([] if on else [value])} if attribute else {}


def _control(found: Found) -> int:
    return int(next(iter(found.texts(CONTROL)), "512"))
