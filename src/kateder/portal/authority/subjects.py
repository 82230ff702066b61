"""What plans and findings are about, by id: sources, delivery targets, services, licences."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from kateder.catalogue.models import Service
from kateder.licences.models import Lot
from kateder.provisioning.models import Target
from kateder.sources.models import Source


@dataclass(frozen=True, slots=True)
class Subject:
    """A thing with a name and a page of its own."""

    name: str
    address: str


def subjects() -> Mapping[UUID, Subject]:
    """Everything an authority has few of; some hundred at most."""
    found = {service.pk: Subject(service.name, f"/tjanster/{service.pk}/") for service in Service.objects.all()}
    targets = Target.objects.select_related("service")
    found |= {target.pk: Subject(target.service.name, f"/tjanster/{target.service.pk}/") for target in targets}
    found |= {source.pk: Subject(source.name, f"/kallor/{source.pk}/") for source in Source.objects.all()}
    found |= {lot.pk: Subject(lot.number, f"/licenser/{lot.pk}/") for lot in Lot.objects.all()}
    return found
