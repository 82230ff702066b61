"""One difference between what a target should have and what it has acknowledged, and where such are kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from kateder.governance.api import Cause
from kateder.protocols.reconcile import Action, Difference
from kateder.provisioning.delivery.operations import Operation, Result

Key = tuple[str, UUID]
"""Type and released id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The operation that removes one difference, and whose it is."""

    operation: Operation
    root_id: UUID | None
    old_hash: bytes | None = None
    """Of what the target has acknowledged."""
    label: str = ""
    sanctioned: bool = False
    """An approved plan said so before; a run that was killed goes on without asking again."""
    uncertain: bool = False
    """An intent stands from before: nobody knows what the target holds."""
    urgent: bool = False
    causes: tuple[Cause, ...] = ()
    """Why the person should have an account."""

    @property
    def key(self) -> Key:
        """Type and released id."""
        return self.operation.resource_type, self.operation.released_id

    @property
    def new_hash(self) -> bytes | None:
        """Of what the target should hold; None: nothing."""
        return None if self.operation.action is Action.REMOVE else self.operation.content_hash

    @property
    def difference(self) -> Difference:
        """What limits are about."""
        one = self.operation
        return Difference(one.action, one.resource_type, str(one.released_id), self.old_hash, self.new_hash)


def key_of(result: Result) -> Key:
    """Give the key of the step that a result is about."""
    return result.operation.resource_type, result.operation.released_id


def in_sending_order(step: Step) -> tuple[int, int]:
    """What steps are sorted by; whole numbers, which are compared much faster than ids."""
    return step.operation.phase, step.operation.released_id.int


class Kept(Protocol):
    """Where the steps of a plan are kept while it is made."""

    def extend(self, steps: Iterable[Step]) -> None:
        """Take more steps, in any order; they may be made as they are asked for."""

    def differences(self) -> Iterator[tuple[Difference, bool]]:
        """Give the difference of each, and whether it is sanctioned."""

    def in_order(self) -> Sequence[Step]:
        """Give them all in sending order."""


class InMemory:
    """Steps in a list."""

    def __init__(self, steps: Iterable[Step] = ()) -> None:
        self._steps = list(steps)

    def extend(self, steps: Iterable[Step]) -> None:
        """Take more steps."""
        self._steps.extend(steps)

    def differences(self) -> Iterator[tuple[Difference, bool]]:
        """Give the difference of each, and whether it is sanctioned."""
        return ((step.difference, step.sanctioned) for step in self._steps)

    def in_order(self) -> Sequence[Step]:
        """Give them all in sending order."""
        self._steps.sort(key=in_sending_order)
        return self._steps
