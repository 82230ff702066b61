"""The service and its target that a page is about, and the pages that belong together."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext

from kateder.core.actors import Role
from kateder.portal.doors import Asked
from kateder.provisioning.models import Target


@dataclass(frozen=True, slots=True)
class Tab:
    """One of the pages about a service's accounts."""

    title: str
    address: str
    is_here: bool


def target_at(service_id: UUID) -> Target:
    """The target of a service, or 404: nothing is delivered to it."""
    return get_object_or_404(Target.objects.select_related("service"), service=service_id)


def tabs(request: Asked, target: Target) -> list[Tab]:
    """The pages that whoever asks may open."""
    base = f"/tjanster/{target.service_id}/"
    pages = [(gettext("Accounts"), f"{base}konton/"), (gettext("Removals"), f"{base}borttagningar/")]
    if request.actor.has(Role.ADMINISTRATOR):
        pages.append((gettext("Upkeep"), f"{base}skotsel/"))
    return [Tab(title, address, request.path == address) for title, address in pages]
