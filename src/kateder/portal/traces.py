"""What was opened and when, as the pages ask for it."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID


def last_opened(person_id: UUID) -> Mapping[UUID, datetime]:
    """When a person last opened each resource."""
    return {}


def last_sign_in(person_id: UUID, *, service_id: UUID) -> datetime | None:
    """When a person was last signed in at a service, or None."""
    return None


def opened(resource_id: UUID, *, people: Collection[UUID]) -> Mapping[UUID, datetime]:
    """When each of some people last opened a resource."""
    return {}
