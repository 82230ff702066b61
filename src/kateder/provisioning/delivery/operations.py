"""What is to be done at a target, what it answered, and what came of it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from kateder.protocols.reconcile import Action


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One object to create, update or remove. `position` is its type's place in the sending order.

    `depends_on` are the objects it refers to, by released id: they must be at the target before it.
    """

    action: Action
    resource_type: str
    position: int
    released_id: UUID
    body: bytes = b""
    content_hash: bytes = b""
    depends_on: frozenset[UUID] = frozenset()
    remote_id: str = ""
    """What the target calls the object, where it gives names of its own and has told."""
    uncertain: bool = False
    """It may have been sent before, without an answer."""

    @property
    def phase(self) -> int:
        """Where in a run it belongs: what is referred to comes before who refers, removals come last."""
        return REMOVALS - self.position if self.action is Action.REMOVE else self.position


REMOVALS = 1000


class Kind(StrEnum):
    """What an answer means for what happens next."""

    DONE = "done"
    REFUSED = "refused"
    """This object will not do, however often it is sent."""
    AGAIN = "again"
    """It may work in a while; whether the request took effect is not known."""
    SHUT_OUT = "shut_out"
    """The target does not let us in at all, or is not the one we know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The target's answer to one operation. `code` is for logs and receipts, never the target's own words.

    `retry_after` is in seconds, when the target said so.
    """

    kind: Kind
    http_status: int | None = None
    code: str = ""
    retry_after: float | None = None
    remote_id: str = ""
    """What the target calls the object from now on, where it gives names of its own."""
    is_lost: bool = False
    """What was to be changed was not there, and could not be created either."""


WAS_THERE, WAS_MISSING, WAS_GONE = "was_there", "was_missing", "was_gone"
"""Codes of an answer that is `DONE`: what was to be created was there already, what was to be changed was missing,
what was to be removed was gone. The exchange put it right; the run says that it was so."""


class Outcome(StrEnum):
    """What came of an operation."""

    ACKNOWLEDGED = "acknowledged"
    FAILED = "failed"
    HELD_BACK = "held_back"
    """Something that it refers to is not at the target."""
    NOT_SENT = "not_sent"
    """The run stopped before its turn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of one operation, after `attempts` requests or more."""

    operation: Operation
    outcome: Outcome
    http_status: int | None = None
    code: str = ""
    attempts: int = 0
    remote_id: str = ""
    is_lost: bool = False

    @property
    def was_lost(self) -> bool:
        """Whether the target turned out to have lost the object, wherever that has led."""
        return self.is_lost or self.code == WAS_MISSING


Exchange = Callable[[Operation], Awaitable[Answer]]
