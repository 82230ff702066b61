"""Writes and reads what was last opened."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import F

from kateder.signin.models import Arrival, Opening


def opened(person_id: UUID, *, resource_id: UUID, at: datetime) -> None:
    """A person opened a resource."""
    counted = Opening.objects.filter(person_id=person_id, resource_id=resource_id).update(
        last_opened_at=at, times=F("times") + 1
    )
    if not counted:
        Opening.objects.bulk_create(
            [Opening(person_id=person_id, resource_id=resource_id, last_opened_at=at)], ignore_conflicts=True
        )


def last_opened(person_id: UUID) -> dict[UUID, datetime]:
    """When a person last opened each resource."""
    return dict(Opening.objects.filter(person_id=person_id).values_list("resource_id", "last_opened_at"))


def signed_in_at_service(person_id: UUID, *, service_id: UUID, at: datetime) -> None:
    """A person was signed in at a service."""
    Arrival.objects.bulk_create(
        [Arrival(person_id=person_id, service_id=service_id, last_signed_in_at=at)],
        update_conflicts=True,
        unique_fields=["authority", "person", "service"],
        update_fields=["last_signed_in_at"],
    )


def last_sign_in(person_id: UUID, *, service_id: UUID) -> datetime | None:
    """When a person was last signed in at a service, or None."""
    return (
        Arrival.objects.filter(person_id=person_id, service_id=service_id)
        .values_list("last_signed_in_at", flat=True)
        .first()
    )
