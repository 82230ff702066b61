"""A service's way out: choose its kind, fill in its settings, try the door, then let it begin."""

from collections.abc import Mapping, Sequence
from typing import Final, TypedDict
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext

from kateder.catalogue.models import Service
from kateder.core.actors import Role
from kateder.core.errors import DomainError
from kateder.core.setup import Field
from kateder.portal import fields
from kateder.portal.doors import Asked, door
from kateder.provisioning import api
from kateder.provisioning.api import Target, TargetState, UnknownWay, Way
from kateder.trust.api import Federation

UNPROCESSABLE: Final = 422
SHARE: Final = 5  # per cent


class Place(TypedDict, total=False):
    """Where a server is and how it is known: a member of a federation, or an address with pins."""

    through: api.Through
    base_uri: str
    pins: Sequence[str]


@door(Role.ADMINISTRATOR)
def kinds(request: Asked, service_id: UUID) -> HttpResponse:
    """Every way out, for a service that has none yet."""
    service = get_object_or_404(Service, pk=service_id)
    if Target.objects.filter(service=service).exists():
        return HttpResponseRedirect(address_of(service_id))
    offered = sorted(api.ways_offered(), key=lambda one: str(one.label).casefold())
    return render(request, "portal/authority/target_kinds.html", {"service": service, "kinds": offered})


@door(Role.ADMINISTRATOR)
def new(request: Asked, service_id: UUID, kind: str) -> HttpResponse:
    """The form of a new way out. It is added paused, and its door is tried at once."""
    service, way = get_object_or_404(Service, pk=service_id), _way(kind)
    if request.method != "POST":
        return _form(request, service, way, {})
    given = fields.posted(way.fields, request.POST)
    try:
        api.require_permitted(given, fields=way.fields)
        target = api.add_target(
            service.pk,
            kind=way.kind,
            **_place(request),
            settings=given,
            by=request.actor,
        )
        api.set_state(target.pk, TargetState.PAUSED, by=request.actor)
    except DomainError as refusal:
        return _form(request, service, way, given, refusal=str(refusal))
    api.request_trial(target.pk)
    return HttpResponseRedirect(address_of(service_id, "prova/"))


@door(Role.ADMINISTRATOR)
def change(request: Asked, service_id: UUID) -> HttpResponse:
    """A target's settings and limits. A POST changes them, pauses it or lets it go on."""
    target = there(service_id)
    if request.method != "POST":
        return _form(request, target.service, api.way_of(target.kind), api.shown_settings(target), target=target)
    wanted = request.POST.get("do", "save")
    if wanted in {"pause", "resume"}:
        state = TargetState.PAUSED if wanted == "pause" else TargetState.ACTIVE
        api.set_state(target.pk, state, by=request.actor)
        return HttpResponseRedirect(request.path)
    if wanted == "limits":
        return _change_limits(request, target)
    return _change_settings(request, target)


def there(service_id: UUID) -> Target:
    """The service's target, or a 404."""
    return get_object_or_404(Target.objects.select_related("service", "keypair"), service_id=service_id)


def address_of(service_id: UUID, page: str = "") -> str:
    """Where a page about a service's way out is."""
    return f"/tjanster/{service_id}/leveranssatt/{page}"


def _change_settings(request: Asked, target: Target) -> HttpResponse:
    way = api.way_of(target.kind)
    given = fields.posted(way.fields, request.POST)
    try:
        api.require_permitted(given, fields=way.fields, before=api.shown_settings(target))
        place = _place(request) if way.is_pinned else Place()
        api.change_target(target.pk, settings=given, by=request.actor, **place)
    except DomainError as refusal:
        return _form(request, target.service, way, given, target=target, refusal=str(refusal))
    api.request_trial(target.pk)
    return HttpResponseRedirect(address_of(target.service_id, "prova/"))


def _place(request: Asked) -> Place:
    federation = request.POST.get("federation", "")
    if federation:
        found = next((one for one in _federations() if str(one.pk) == federation), None)
        if found is None:
            raise Http404
        given = {name: request.POST.get(name, "").strip() for name in ("entity_id", "tag")}
        return {"through": api.Through(found.pk, given["entity_id"], given["tag"])}
    return {"base_uri": request.POST.get("base_uri", "").strip(), "pins": request.POST.get("pins", "").split()}


def _federations() -> list[Federation]:
    return list(Federation.objects.defer("raw").order_by("name"))


def _member(target: Target | None, sent: Mapping[str, str]) -> dict[str, str]:
    if sent:
        return {name: sent.get(name, "") for name in ("federation", "entity_id", "tag")}
    if target is None or target.federation_id is None:
        return {"federation": "", "entity_id": "", "tag": "egilv1"}
    return {"federation": str(target.federation_id), "entity_id": target.entity_id, "tag": target.tag}


def _change_limits(request: Asked, target: Target) -> HttpResponse:
    try:
        share, count = float(request.POST.get("share", "").replace(",", ".")), int(request.POST.get("count", ""))
        limits = {**target.limits, "max_share": round(share / 100, 4), "max_count": count}
        api.change_target(target.pk, limits=limits, by=request.actor)
    except ValueError:
        messages.error(request, gettext("The numbers of the form cannot be used."))
        return HttpResponseRedirect(request.path)
    messages.success(request, gettext("Saved."))
    return HttpResponseRedirect(request.path)


def _way(kind: str) -> Way:
    try:
        return api.way_of(kind)
    except UnknownWay:
        raise Http404 from None


def _places(_field: Field) -> Sequence[str]:
    """The folders to choose from where a field asks for one."""
    return api.folder_choices()


def _form(
    request: Asked,
    service: Service,
    way: Way,
    values: Mapping[str, object],
    *,
    target: Target | None = None,
    refusal: str = "",
) -> HttpResponse:
    sent: QueryDict | dict[str, str] = request.POST if refusal else {}
    limits = target.limits if target else {}
    context = {
        "service": service,
        "way": way,
        "target": target,
        "is_paused": target is not None and target.state == TargetState.PAUSED,
        "entries": fields.entries(way.fields, values, is_new=target is None, places=_places),
        "federations": _federations(),
        "member": _member(target, sent),
        "base_uri": sent.get("base_uri", target.base_uri if target else ""),
        "pins": sent.get("pins", "\n".join(target.pins) if target else ""),
        "share": f"{float(limits.get('max_share', SHARE / 100)) * 100:g}",
        "count": int(limits.get("max_count", 20)),
        "refusal": refusal,
    }
    return render(request, "portal/authority/target_form.html", context, status=UNPROCESSABLE if refusal else 200)
