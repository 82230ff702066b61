"""Federations: where their metadata is, whether it holds, who is a member."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext

from kateder.core import clock
from kateder.core.actors import Role
from kateder.core.findings import open_findings, sentence
from kateder.portal.doors import Asked, door
from kateder.portal.paging import page_of
from kateder.trust import api as trust
from kateder.trust.api import PRESETS, TAGS, Federation, NotThroughFederation

SOON: Final = timedelta(days=2)
MOST_FINDINGS: Final = 10


@door(Role.ADMINISTRATOR)
def federations(request: Asked) -> HttpResponse:
    """Every federation with its state. A POST adds one, ready or described by hand."""
    if request.method == "POST":
        return _add(request)
    now, found = clock.now(), Federation.objects.defer("raw").order_by("name")
    lines = [(one, *_state(one, now=now)) for one in found]
    known = {one.address for one in found}
    ready = [(code, one) for code, one in PRESETS.items() if one.address not in known]
    return render(request, "portal/authority/federations.html", {"lines": lines, "ready": ready})


@door(Role.ADMINISTRATOR)
def federation(request: Asked, federation_id: UUID) -> HttpResponse:
    """One federation: state, keys, what is wrong, its members with a search. A POST asks for its metadata now."""
    found = of(federation_id)
    if request.method == "POST":
        trust.fetch_soon(found.pk)
        messages.success(request, gettext("The metadata is being fetched. Look again in a moment."))
        return HttpResponseRedirect(request.path)
    now, text, tag = clock.now(), request.GET.get("q", "").strip(), request.GET.get("tagg", "")
    unusable, members = "", []
    try:
        members = trust.members(found.pk, text=text, tag=tag, now=now)
    except NotThroughFederation as refusal:
        unusable = str(refusal)
    tone, state = _state(found, now=now)
    scopes = [f"{kind}:{found.pk}" for kind in ("federation-state", "own-entity", "federation")]
    wrong = open_findings().filter(scope__in=scopes)
    page = page_of(request, members, size=25)
    context = {
        "federation": found,
        "tone": tone,
        "state": state,
        "unusable": unusable,
        "next_at": trust.next_at(found),
        "keys": trust.keys_of(found),
        "findings": [sentence(one) for one in wrong[:MOST_FINDINGS]],
        "more": max(0, wrong.count() - MOST_FINDINGS),
        "members": [_member(one) for one in page.rows],
        "page": page,
        "q": text,
        "tag": tag,
        "tags": TAGS.items(),
        "entity": trust.OwnEntity.objects.filter(federation=found).first(),
    }
    return render(request, "portal/authority/federation.html", context)


def of(federation_id: UUID) -> Federation:
    """The federation, or a 404."""
    return get_object_or_404(Federation.objects.defer("raw"), pk=federation_id)


def _add(request: Asked) -> HttpResponse:
    ready = PRESETS.get(request.POST.get("preset", ""))
    made = trust.add_federation(
        ready.name if ready else request.POST.get("name", ""),
        address=ready.address if ready else request.POST.get("address", ""),
        issuer=ready.issuer if ready else request.POST.get("issuer", ""),
        by=request.actor,
    )
    return HttpResponseRedirect(f"/federationer/{made.pk}/nycklar/")


def _state(one: Federation, *, now: datetime) -> tuple[str, str]:
    if not one.keys:
        return "warn", gettext("No key is pinned")
    if one.expires_at is None:
        return ("bad", gettext("Could not be fetched")) if one.failure else ("none", gettext("Not fetched yet"))
    if one.expires_at <= now:
        return "bad", gettext("Has ended: nobody is trusted")
    if one.failure:
        return ("bad" if one.expires_at <= now + SOON else "warn"), gettext("Holds, but cannot be renewed")
    return "ok", gettext("Holds")


def _member(one: trust.Entity) -> dict[str, object]:
    return {
        "id": one.entity_id,
        "name": one.organization or one.entity_id,
        "number": one.organization_id,
        "serves": sorted({tag for server in one.servers for tag in server.tags}),
        "calls": sorted({tag for client in one.clients for tag in client.tags}),
    }
