"""One object as a target should have it."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What projection gives: the body in its canonical bytes, its digest, and what it refers to.

    `position` is the type's place in the sending order; `root_id` is ours and never leaves.
    """

    resource_type: str
    position: int
    released_id: UUID
    root_id: UUID
    body: bytes
    content_hash: bytes
    depends_on: frozenset[UUID]
    label: str
    """The name that the body carries, which is an alias unless the policy says otherwise."""
