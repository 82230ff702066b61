"""Who acts: a person in one or several roles, or the system itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from kateder.core.tenancy import current_authority_id


class Role(StrEnum):
    """A hat. One person may wear several (domain rule 3)."""

    PUPIL = "pupil"
    TEACHER = "teacher"
    PRINCIPAL = "principal"
    SCHOOL_OFFICE = "school_office"
    GUARDIAN = "guardian"
    ADMINISTRATOR = "administrator"
    OFFICER = "officer"
    SYSTEM = "system"


@dataclass(frozen=True)
class Actor:
    """Who does something. `label` names a system part or a user id in audit, never a person's name."""

    authority_id: UUID
    user_id: UUID | None
    person_id: UUID | None
    roles: frozenset[Role]
    label: str

    @classmethod
    def system(cls, label: str) -> Actor:
        """The system itself, in the current authority."""
        return cls(current_authority_id(), None, None, frozenset({Role.SYSTEM}), f"system:{label}")

    def has(self, *roles: Role) -> bool:
        """Whether any of the roles is worn."""
        return not self.roles.isdisjoint(roles)

    def as_only(self, role: Role) -> Actor:
        """The same person with one hat on."""
        return replace(self, roles=self.roles & {role})
