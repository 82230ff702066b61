"""One difference between what is wanted and what is there."""

from enum import StrEnum
from typing import NamedTuple


class Action(StrEnum):
    """What has to be done to one object for the two sides to agree."""

    CREATE = "create"
    UPDATE = "update"
    REMOVE = "remove"


class Difference(NamedTuple):
    """One object that is wanted and missing, wanted otherwise, or no longer wanted.

    `kind` is the type of the object (`person`, `StudentGroup`); `key` names it within its kind;
    the hashes are digests of its content. A creation has no old hash, a removal no new one.
    A tuple, since a first import makes a hundred thousand of them.
    """

    action: Action
    kind: str
    key: str
    old_hash: bytes | None
    new_hash: bytes | None
