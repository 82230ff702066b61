"""Add an API client, and choose what one may see."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext

from kateder.catalogue.models import Service
from kateder.core import clock
from kateder.core.actors import Role
from kateder.core.errors import DomainError
from kateder.portal.authority.api_clients import chosen, shown_once
from kateder.portal.authority.api_words import PEOPLE, THINGS
from kateder.portal.authority.attribute_words import ATTRIBUTES, attributes_of
from kateder.portal.doors import Asked, door
from kateder.portal.words import word
from kateder.provisioning.api import PRESETS, Api, People, api_of, profile_of, read_profile
from kateder.register.models import Organisation
from kateder.trust import api as trust
from kateder.trust.api import ApiClient

OWN: Final = "own"
SERVICE: Final = "service:"
FASTEST: Final = 100_000


class RateIsNoNumber(DomainError):
    """Write the number of requests a second as a whole number, or leave it empty."""


@dataclass(frozen=True, slots=True)
class Filled:
    """What stands in the form. `sees` is a ready profile's code, `service:<id>`, or `own`."""

    name: str = ""
    sees: str = "skolverket"
    rate: str = "50"
    things: frozenset[str] = frozenset()
    attributes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    units: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset(map(str, People))
    protected: bool = False

    @classmethod
    def of(cls, sent: QueryDict) -> "Filled":
        """What somebody has sent."""
        return cls(
            name=sent.get("name", "").strip(),
            sees=sent.get("sees", OWN),
            rate=sent.get("rate", "").strip(),
            things=frozenset(sent.getlist("things")) & THINGS.keys(),
            attributes={
                path: frozenset(sent.getlist(f"attributes-{path}")) & frozenset(attributes_of(path)) for path in THINGS
            },
            units=frozenset(sent.getlist("units")),
            people=frozenset(sent.getlist("people")),
            protected="protected" in sent,
        )

    @classmethod
    def now(cls, client: ApiClient) -> "Filled":
        """What a client sees today."""
        rate = "" if client.rate is None else str(client.rate)
        if client.service_id is not None:
            return cls(client.name, f"{SERVICE}{client.service_id}", rate)
        ready = next((code for code, preset in PRESETS.items() if dict(preset.profile) == client.profile), OWN)
        profile = profile_of(client)
        return cls(
            client.name,
            ready,
            rate,
            profile.entities,
            profile.attributes,
            frozenset(map(str, profile.units or ())),
            frozenset(map(str, profile.people)),
            profile.protected,
        )

    def choice(self) -> tuple[UUID | None, dict[str, Any]]:
        """The service or the profile that was chosen. Raises BadProfile."""
        if self.sees.startswith(SERVICE):
            return chosen(Service.objects.all(), self.sees.removeprefix(SERVICE)).pk, {}
        profile = dict(PRESETS[self.sees].profile) if self.sees in PRESETS else self._own()
        read_profile(profile)
        return None, profile

    def _own(self) -> dict[str, Any]:
        return {
            "entities": sorted(self.things),
            "attributes": {
                path: sorted(names) for path, names in self.attributes.items() if names and path in self.things
            },
            "people": sorted(self.people),
            "protected": self.protected,
            **({"units": sorted(self.units)} if self.units else {}),
        }

    def fastest(self) -> int | None:
        """How many requests a second; None for as many as it wants. Raises RateIsNoNumber."""
        if not self.rate:
            return None
        if not self.rate.isascii() or not self.rate.isdigit() or not 0 < int(self.rate[:9]) <= FASTEST:
            raise RateIsNoNumber
        return int(self.rate)


@door(Role.ADMINISTRATOR)
def new_client(request: Asked) -> HttpResponse:
    """Show the form; a POST adds the client and shows its secret, once."""
    if request.method != "POST":
        return _form(request, Filled())
    filled = Filled.of(request.POST)
    try:
        with transaction.atomic():
            service_id, profile = filled.choice()
            given = trust.add_client(
                filled.name, by=request.actor, now=clock.now(), service_id=service_id, profile=profile,
                rate=filled.fastest(),
            )  # fmt: skip
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return _form(request, filled, status=422)
    return shown_once(request, given, name=filled.name)


@door(Role.ADMINISTRATOR)
def change_client(request: Asked, client_id: UUID) -> HttpResponse:
    """Choose anew what a client sees, and how fast it may ask."""
    client = get_object_or_404(ApiClient, pk=client_id)
    if request.method != "POST":
        return _form(request, Filled.now(client), client=client)
    filled = Filled.of(request.POST)
    try:
        with transaction.atomic():
            service_id, profile = filled.choice()
            # What a service reads by, and whether it returns results, stays; for anything else there is SS 12000.
            keeps = service_id is not None and api_of(client) is Api.ONEROSTER
            trust.change_client(
                client.pk, by=request.actor, service_id=service_id, rate=filled.fastest(),
                profile=client.profile if keeps else profile, scopes=client.scopes if keeps else (),
            )  # fmt: skip
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return _form(request, filled, client=client, status=422)
    messages.success(request, gettext("Saved. It sees this from its next question on."))
    return HttpResponseRedirect(f"/api-klienter/{client.pk}/")


def _form(request: Asked, filled: Filled, *, client: ApiClient | None = None, status: int = 200) -> HttpResponse:
    ready = [(code, preset.label) for code, preset in PRESETS.items()]
    services = [(f"{SERVICE}{one.pk}", one.name) for one in Service.objects.order_by("name")]
    units = Organisation.objects.filter(organisation_type="Skolenhet").order_by("display_name")
    context = {
        "client": client,
        "filled": filled,
        "ready": ready,
        "services": services,
        "own": OWN,
        "things": [
            (path, label, path in filled.things, _attributes(path, filled.attributes.get(path, frozenset())))
            for path, label in THINGS.items()
        ],
        "people": [(code, label, code in filled.people) for code, label in PEOPLE.items()],
        "units": [(str(one.pk), one.display_name, str(one.pk) in filled.units) for one in units],
    }
    return render(request, "portal/authority/api_client_form.html", context, status=status)


def _attributes(path: str, chosen: frozenset[str]) -> list[tuple[str, str, bool]]:
    """The attributes of a kind of thing: name, what it is called, whether it is ticked."""
    return [(name, word(ATTRIBUTES, name), name in chosen) for name in attributes_of(path)]
