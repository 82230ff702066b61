"""One difference between what is wanted and what is there."""

from dataclasses import dataclass
from enum import StrEnum


class Action(StrEnum):
    """What has to be done to one object for the two sides to agree."""

    CREATE = "create"
    UPDATE = "update"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Difference:
    """One object that is wanted and missing, wanted otherwise, or no longer wanted.

    `kind` is the type of the object (`person`, `StudentGroup`); `key` names it within its kind;
    the hashes are digests of its content. A creation has no old hash, a removal no new one.
    """

    action: Action
    kind: str
    key: str
    old_hash: bytes | None
    new_hash: bytes | None
