"""What one service may know of the person who signs in, today: the same answer that deliveries are made of."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from kateder.core.errors import DomainError
from kateder.core.models import User
from kateder.governance.api import NotReleasable, Released, release
from kateder.licences.api import entitlement_of
from kateder.provisioning.api import is_never_sent


class NothingReleased(DomainError):
    """You cannot be signed in at this service today."""


class NoLicence(NothingReleased):
    """You have no licence for this resource today."""


class NotAllowed(NothingReleased):
    """The school authority does not let this service know who you are."""


def released(user: User, *, service_id: UUID, today: date) -> Released:
    """Ask licences, then governance. Raises NothingReleased when either says no."""
    if user.person_id is None or not user.is_active:
        raise NoLicence
    entitled = entitlement_of(user.person_id, service_id=service_id, today=today)
    if entitled is None:
        raise NoLicence
    if is_never_sent(user.person_id, service_id=service_id):
        raise NotAllowed
    try:
        return release(entitled, today=today)
    except NotReleasable:
        raise NotAllowed from None
