"""The catalogue's one door: what there is to learn from, who runs it, and changes to that."""

from uuid import UUID

from django.db.models import QuerySet

from kateder.catalogue.models import Provider, Resource, ResourceKind, Service
from kateder.core import audit, feed
from kateder.core.actors import Actor
from kateder.core.errors import DomainError
from kateder.core.feed import Entity

__all__ = [
    "NotInCatalogue",
    "ResourceNeedsService",
    "add_provider",
    "add_resource",
    "add_service",
    "change_service",
    "require",
    "resources",
    "services",
]

ON_A_SERVICE = {ResourceKind.DIGITAL, ResourceKind.HYBRID, ResourceKind.TOOL}


class ResourceNeedsService(DomainError):
    """A digital resource must be on a service: choose which one serves it."""


class NotInCatalogue(DomainError):
    """There is no such provider, service or learning resource in the catalogue."""


def require(
    *, provider_id: UUID | None = None, service_id: UUID | None = None, resource_id: UUID | None = None
) -> None:
    """Check that what is referred to is the authority's own: foreign keys do not heed row-level security.

    Raises NotInCatalogue.
    """
    asked: list[tuple[type[Provider] | type[Service] | type[Resource], UUID | None]] = [
        (Provider, provider_id),
        (Service, service_id),
        (Resource, resource_id),
    ]
    for model, root_id in asked:
        if root_id is not None and not model.objects.filter(id=root_id).exists():
            raise NotInCatalogue


def add_provider(
    name: str, *, by: Actor, organisation_number: str = "", contact: str = "", website: str = ""
) -> Provider:
    """Add a provider to the authority's catalogue."""
    provider = Provider.objects.create(
        name=name, organisation_number=organisation_number, contact=contact, website=website
    )
    audit.record("catalogue.provider_added", actor=by, subject_type="provider", subject_id=provider.id)
    return provider


def add_service(
    name: str,
    *,
    provider_id: UUID,
    slug: str,
    by: Actor,
    launch_uri: str = "",
    supports_delivery: bool = True,
) -> Service:
    """Add a service that a provider runs. It gets no data until governance has said so."""
    require(provider_id=provider_id)
    service = Service.objects.create(
        name=name,
        provider_id=provider_id,
        slug=slug,
        launch_uri=launch_uri,
        supports_delivery=supports_delivery,
    )
    audit.record("catalogue.service_added", actor=by, subject_type="service", subject_id=service.id)
    feed.append({Entity.SERVICE: [service.id]}, cause="catalogue.service_added")
    return service


def change_service(
    service_id: UUID, *, by: Actor, launch_uri: str | None = None, supports_delivery: bool | None = None
) -> Service:
    """Change where a service is launched, or whether it takes deliveries; None leaves a value as it is."""
    service = Service.objects.select_for_update().get(id=service_id)
    if launch_uri is not None:
        service.launch_uri = launch_uri
    if supports_delivery is not None:
        service.supports_delivery = supports_delivery
    service.save(update_fields=["launch_uri", "supports_delivery"])
    audit.record("catalogue.service_changed", actor=by, subject_type="service", subject_id=service.id)
    feed.append({Entity.SERVICE: [service.id]}, cause="catalogue.service_changed")
    return service


def add_resource(
    title: str,
    *,
    provider_id: UUID,
    by: Actor,
    kind: ResourceKind = ResourceKind.DIGITAL,
    service_id: UUID | None = None,
    subject_code: str = "",
    subject_name: str = "",
    years: tuple[int, int] | None = None,
    cover: str = "",
    article_number: str = "",
    target_link_uri: str = "",
) -> Resource:
    """Add a learning resource. `years` are its first and last school year, inclusive.

    Raises ResourceNeedsService when a digital resource is on no service, NotInCatalogue.
    """
    if kind in ON_A_SERVICE and service_id is None:
        raise ResourceNeedsService
    require(provider_id=provider_id, service_id=service_id)
    resource = Resource.objects.create(
        title=title,
        provider_id=provider_id,
        service_id=service_id,
        kind=kind,
        subject_code=subject_code,
        subject_name=subject_name,
        from_year=years[0] if years else None,
        to_year=years[1] if years else None,
        cover=cover,
        article_number=article_number,
        target_link_uri=target_link_uri,
    )
    audit.record("catalogue.resource_added", actor=by, subject_type="resource", subject_id=resource.id)
    feed.append({Entity.RESOURCE: [resource.id]}, cause="catalogue.resource_added")
    return resource


def services() -> QuerySet[Service]:
    """All services by name, with their provider."""
    return Service.objects.select_related("provider").order_by("name", "id")


def resources() -> QuerySet[Resource]:
    """All learning resources by title, with their service and provider."""
    return Resource.objects.select_related("service", "provider").order_by("title", "id")
