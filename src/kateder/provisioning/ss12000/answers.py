"""What is given to a client, and what it is refused with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

import orjson


@dataclass(frozen=True, slots=True)
class Answer:
    """A response: its body, and what of it the audit wants to know.

    `path` is the kind of thing that was read; `protected` are the root ids of those in it that are, or are of, a
    person with a protected identity, `embedded` those of such persons that came along in expansions and names.
    """

    body: bytes
    path: str
    status: int = 200
    objects: int = 0
    protected: Sequence[UUID] = field(default_factory=tuple)
    embedded: frozenset[UUID] = frozenset()


class Refused(Exception):
    """A request that is refused, in the standard's own form: `{"code", "message"}`."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.message = message

    @property
    def body(self) -> bytes:
        """The error as JSON."""
        return orjson.dumps({"code": self.code, "message": self.message})


def bad(message: str, *, code: str = "invalid_filter") -> Refused:
    """The question is wrong."""
    return Refused(400, code, message)


def forbidden() -> Refused:
    """The profile does not hold this kind of thing, or not for this."""
    return Refused(403, "not_authorised", "This client may not do that.")


def missing() -> Refused:
    """It is not there: not at all, or not for this client, which is the same."""
    return Refused(404, "not_found", "There is nothing here.")
