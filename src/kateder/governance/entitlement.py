"""Who should have an account: the value that `release` demands.

The type lives here and is made only in `licences`, so that nobody's data is released because
somebody forgot to ask whether the person has a licence. A test reads every import of `mint`.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID


class Holder(StrEnum):
    """In which role a person has a resource."""

    PUPIL = "pupil"
    TEACHER = "teacher"


class CauseKind(StrEnum):
    """Through what an assignment reached the person."""

    PERSON = "person"
    GROUP = "group"
    UNIT = "unit"
    YEAR = "year"
    TEACHING = "teaching"
    GRACE = "grace"


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a person is entitled: one assignment of one lot, or of one free resource."""

    kind: CauseKind
    subject_id: UUID
    """The person, group or organisation that was assigned to; in a grace period the person."""
    lot_id: UUID | None
    resource_id: UUID | None


_MINTED: Final = object()


@dataclass(frozen=True, slots=True)
class Entitled:
    """A person who should have an account at a service on the day it was asked for."""

    service_id: UUID
    person_id: UUID
    role: Holder
    causes: tuple[Cause, ...]
    minted: object = None

    def __post_init__(self) -> None:
        if self.minted is not _MINTED:
            raise TypeError("Entitled is made by licences.api, through entitlement.mint")


def mint(service_id: UUID, *, person_id: UUID, role: Holder, causes: tuple[Cause, ...]) -> Entitled:
    """Make an `Entitled`. Called by `licences` alone, once it has found a seat or a free resource."""
    return Entitled(service_id, person_id, role, causes, _MINTED)
