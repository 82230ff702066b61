"""What each service has been told about one person, value by value."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext

from kateder.catalogue.models import Service
from kateder.governance.api import Withheld, release_many, subject_of
from kateder.licences.api import entitlement_of
from kateder.provisioning.models import TargetObject


@dataclass(frozen=True, slots=True)
class Sent:
    """One object as the service has it. `values` are (path, value)."""

    what: str
    at: datetime | None
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Told:
    """All that one service knows of the person."""

    name: str
    line: str
    sent: tuple[Sent, ...]


def told(person_id: UUID, *, today: date) -> list[Told]:
    """The services that know of the person, by name; a service that was never told of them is left out."""
    found = []
    for service in Service.objects.order_by("name", "pk"):
        subject = subject_of(service.pk, person_id, today=today)
        if subject is None:
            continue
        sent = tuple(_sent(service, person_id, today))
        line = gettext("as %(subject)s") % {"subject": str(subject)}
        found.append(Told(service.name, line, sent))
    return found


def _sent(service: Service, person_id: UUID, today: date) -> Iterator[Sent]:
    entitled = entitlement_of(person_id, service_id=service.pk, today=today)
    if entitled is None:
        return
    (outcome,) = release_many(service.pk, [entitled], today=today)
    if isinstance(outcome, Withheld):
        return
    at = TargetObject.objects.filter(target__service=service, root_id=person_id).values_list(
        "acknowledged_at", flat=True
    )
    yield Sent(gettext("The account"), at.first(), tuple(_flat({"id": outcome.subject, **outcome.fields})))


def _flat(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Every value of a body with its path: name.familyName, groups[0].display."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flat(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from _flat(inner, f"{path}[{index}]")
    else:
        yield path, str(value)
