"""A service that fetches by itself: choose by which API, give it its secret once, see what it would read of a class."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kateder.catalogue.models import Service
from kateder.core import audit, clock
from kateder.core.actors import Role
from kateder.core.errors import DomainError
from kateder.portal.authority.api_clients import Line, line_of, shown_once
from kateder.portal.authority.target_trial import CLASS, shown_body
from kateder.portal.doors import Asked, door
from kateder.portal.words import Words, word
from kateder.provisioning import api
from kateder.provisioning.api import Api
from kateder.register.models import Group
from kateder.trust.api import ApiClient

UNPROCESSABLE: Final = 422
FIRST: Final = Api.ONEROSTER
OFFERED: Final[Mapping[Api, tuple[str | Promise, str | Promise]]] = {
    Api.ONEROSTER: (
        _("OneRoster 1.2"),
        _("For international services: learning platforms, apps with a class register. May also return results."),
    ),
    Api.SS12000: (
        _("SS 12000"),
        _("The Swedish standard, for services that are made for Swedish schools. Only reads."),
    ),
}
KINDS: Final[Words] = {
    "organisations": _("School"), "persons": _("Person"), "groups": _("Class or group"), "duties": _("Duty"),
    "activities": _("Teaching"), "orgs": _("School"), "users": _("Person"), "classes": _("Class or group"),
    "courses": _("Course"), "enrollments": _("Who is in which class"), "academicSessions": _("Term"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choice:
    """One API in the form."""

    value: str
    label: str
    says: str
    chosen: bool


@door(Role.ADMINISTRATOR)
def new(request: Asked, service_id: UUID) -> HttpResponse:
    """The form; a POST makes the client and shows its secret, once."""
    service = get_object_or_404(Service, pk=service_id)
    wanted = _api(request.POST.get("api", "")) or FIRST
    name = request.POST.get("name", service.name).strip()
    returns = "results" in request.POST
    refusal = ""
    if request.method == "POST":
        try:
            with transaction.atomic():
                given = api.let_fetch(
                    service.pk, name=name, api=wanted, returns_results=returns, by=request.actor, now=clock.now()
                )
            return shown_once(request, given, name=name)
        except DomainError as error:
            refusal = str(error)
    context = {
        "service": service,
        "name": name,
        "choices": [Choice(one, str(label), str(says), one is wanted) for one, (label, says) in OFFERED.items()],
        "returns": returns,
        "refusal": refusal,
    }
    return render(request, "portal/authority/fetching_form.html", context, status=UNPROCESSABLE if refusal else 200)


@door(Role.ADMINISTRATOR)
def preview(request: Asked, service_id: UUID) -> HttpResponse:
    """What the service would read of one class, object for object. The look is audited."""
    service = get_object_or_404(Service, pk=service_id)
    groups = Group.objects.filter(group_type=CLASS).order_by("display_name", "pk")
    wanted = _api(request.GET.get("api", "")) or FIRST
    chosen = _chosen(request.GET.get("klass", ""))
    shown = None
    if chosen is not None:
        audit.look(
            "fetching.previewed", actor=request.actor, subject_type="group", subject_id=chosen.pk, service=service.pk
        )
        base = request.build_absolute_uri("/ims/oneroster/rostering/v1p2/")
        shown = api.preview_of(service.pk, chosen.pk, api=wanted, today=request.today, now=clock.now(), base=base)
    context = {
        "service": service,
        "groups": groups,
        "chosen": chosen,
        "choices": [Choice(one, str(label), "", one is wanted) for one, (label, _says) in OFFERED.items()],
        "preview": shown,
        "bodies": [shown_body(one, called=word(KINDS, one.resource_type)) for one in (shown.bodies if shown else ())],
    }
    return render(request, "portal/authority/fetching_preview.html", context)


def fetchers(service_id: UUID) -> list[tuple[Line, str]]:
    """The clients of a service, each with the API that it reads."""
    found = ApiClient.objects.filter(service_id=service_id).order_by("name")
    return [(line_of(one, services={}), str(OFFERED[api.api_of(one)][0])) for one in found]


def _api(text: str) -> Api | None:
    return Api(text) if text in set(Api) else None


def _chosen(text: str) -> Group | None:
    try:
        return Group.objects.filter(group_type=CLASS, pk=UUID(text)).first()
    except ValueError:
        return None
