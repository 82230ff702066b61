"""What each service has been told about one person, value by value."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.utils.translation import gettext

from kateder.catalogue.models import Service
from kateder.governance.api import Withheld, release_many, subject_of
from kateder.licences.api import entitlement_of
from kateder.portal.words import KINDS, word
from kateder.provisioning.api import receipts, sent_for
from kateder.provisioning.models import Receipt

UNTOLD: Final = frozenset({"schemas"})
"""The protocol's own words say nothing of a person."""

FIRST: Final = "User"
"""The account itself stands before the groups and schools around it."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One thing as the service has it. `values` are (path, value); `at` when the service confirmed it."""

    what: str
    at: datetime | None
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Told:
    """All that one service knows of the person, and the receipts for what it has confirmed."""

    name: str
    line: str
    sent: tuple[Sent, ...]
    receipts: tuple[Receipt, ...]


def told(person_id: UUID, *, today: date) -> list[Told]:
    """The services that know of the person, by name; a service that was never told of them is left out."""
    found = []
    for service in Service.objects.order_by("name", "pk"):
        subject = subject_of(service.pk, person_id, today=today)
        if subject is None:
            continue
        sent = (*_delivered(service, person_id, today), *_at_sign_in(service, person_id, today))
        confirmed = tuple(receipts(service_id=service.pk, person_id=person_id)[:10])
        found.append(Told(service.name, gettext("as %(subject)s") % {"subject": str(subject)}, sent, confirmed))
    return found


def _delivered(service: Service, person_id: UUID, today: date) -> Iterator[Sent]:
    for one in sorted(sent_for(person_id, service.pk, today=today), key=lambda one: one.resource_type != FIRST):
        if one.acknowledged_at is None:
            continue
        body = {key: value for key, value in one.body.items() if key not in UNTOLD}
        what = word(KINDS, one.resource_type)
        yield Sent(what[:1].upper() + what[1:], one.acknowledged_at, tuple(_flat(body)))


def _at_sign_in(service: Service, person_id: UUID, today: date) -> Iterator[Sent]:
    entitled = entitlement_of(person_id, service_id=service.pk, today=today)
    if entitled is None:
        return
    (outcome,) = release_many(service.pk, [entitled], today=today)
    if not isinstance(outcome, Withheld):
        yield Sent(gettext("At sign-in"), None, tuple(_flat({"sub": outcome.subject, **outcome.fields})))


def _flat(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Every value of a body with its path: name.familyName, groups[0].display."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            # An extension's name ends in what it extends: urn:…:1.0:User.
            name = str(key).rpartition(":")[2]
            yield from _flat(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from _flat(inner, f"{path}[{index}]")
    else:
        yield path, str(value)
