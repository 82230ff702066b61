"""Changes to entries, with the fence around them: nothing is written that is not below the base."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import ldap3
from ldap3.core import results

from kateder.core.ldap.names import is_below, parts
from kateder.core.ldap.session import Session
from kateder.provisioning.delivery.operations import Answer, Kind

Changes = Mapping[str, Sequence[tuple[str, Sequence[str]]]]
"""By attribute what is done to it, in order: `ldap3.MODIFY_…` and values."""

DONE: Final = Answer(kind=Kind.DONE)
_AGAIN: Final = frozenset(
    {
        results.RESULT_OPERATIONS_ERROR,
        results.RESULT_TIME_LIMIT_EXCEEDED,
        results.RESULT_ADMIN_LIMIT_EXCEEDED,
        results.RESULT_BUSY,
        results.RESULT_UNAVAILABLE,
        results.RESULT_OTHER,
        # It was there a moment ago, or was not: whoever looks again sees what is true now.
        results.RESULT_NO_SUCH_OBJECT,
        results.RESULT_NO_SUCH_ATTRIBUTE,
        results.RESULT_ATTRIBUTE_OR_VALUE_EXISTS,
    }
)
_NAMES: Final[Mapping[int, str]] = {
    results.RESULT_ENTRY_ALREADY_EXISTS: "refused_name_taken",
    results.RESULT_INSUFFICIENT_ACCESS_RIGHTS: "refused_no_right",
    results.RESULT_REFERRAL: "refused_elsewhere",
    results.RESULT_CONSTRAINT_VIOLATION: "refused_constraint",
    results.RESULT_OBJECT_CLASS_VIOLATION: "refused_schema",
    results.RESULT_UNDEFINED_ATTRIBUTE_TYPE: "refused_schema",
    results.RESULT_INVALID_ATTRIBUTE_SYNTAX: "refused_value",
    results.RESULT_UNWILLING_TO_PERFORM: "refused_unwilling",
}


class NotDone(Exception):
    """The directory answered otherwise than with success."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.code)
        self.answer = answer


class BehindTheFence(AssertionError):
    """A change was about to leave the base: a fault of ours, never of the directory."""


class Writer:
    """Writes below one base and nowhere else."""

    def __init__(self, session: Session, *, base: str) -> None:
        self._session = session
        self._base = base

    def add(self, dn: str, *, classes: Sequence[str], attributes: Mapping[str, Sequence[str]]) -> None:
        """Make an entry. Raises NotDone or DirectoryUnreachable."""
        given: dict[str, Any] = {name: list(values) for name, values in attributes.items() if values}
        self._change(dn, lambda connection: connection.add(dn, list(classes), given))

    def modify(self, dn: str, changes: Changes) -> None:
        """Change attributes, all of them or none. Raises NotDone or DirectoryUnreachable."""
        given = {name: [(action, list(values)) for action, values in steps] for name, steps in changes.items()}
        if given:
            self._change(dn, lambda connection: connection.modify(dn, given))

    def move(self, dn: str, *, rdn: str, to: str = "") -> None:
        """Rename an entry, and put it below another one where `to` says so. Raises NotDone or DirectoryUnreachable."""
        if to:
            self._fence(to, or_itself=True)
        superior = {"new_superior": to} if to else {}
        self._change(dn, lambda connection: connection.modify_dn(dn, rdn, **superior))

    def _change(self, dn: str, request: Any) -> None:
        self._fence(dn)
        code = self._session.change(request)
        if code != results.RESULT_SUCCESS:
            raise NotDone(answer_of(code))

    def _fence(self, dn: str, *, or_itself: bool = False) -> None:
        if not is_below(dn, self._base) and not (or_itself and parts(dn) == parts(self._base)):
            raise BehindTheFence


def answer_of(code: int) -> Answer:
    """What a result code (RFC 4511 §A) means for what happens next."""
    if code in _AGAIN:
        return Answer(kind=Kind.AGAIN, code=f"ldap_{code}")
    return Answer(kind=Kind.REFUSED, code=_NAMES.get(code, f"refused_ldap_{code}"))


def replaced(values: Sequence[str]) -> list[tuple[str, Sequence[str]]]:
    """The change that lets an attribute hold exactly these values, none included."""
    return [(ldap3.MODIFY_REPLACE, values)]
