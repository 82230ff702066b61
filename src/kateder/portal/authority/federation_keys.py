"""The keys of a federation: pasted, their thumbprints compared with what its operator says elsewhere, then pinned."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext

from kateder.core.actors import Role
from kateder.core.errors import DomainError
from kateder.portal.authority.federations import of
from kateder.portal.doors import Asked, door
from kateder.trust import api as trust
from kateder.trust.api import PRESETS, Federation


@door(Role.ADMINISTRATOR)
def keys(request: Asked, federation_id: UUID) -> HttpResponse:
    """The pinned keys. A POST shows the keys of a set, pins those that are ticked, or lets one go."""
    found = of(federation_id)
    if request.method != "POST":
        return _page(request, found)
    if request.POST.get("do") == "unpin":
        trust.unpin_key(found.pk, request.POST.get("kid", ""), by=request.actor)
        messages.success(request, gettext("The key is let go. What only it has signed is trusted no more."))
        return HttpResponseRedirect(request.path)
    text, compared = request.POST.get("jwks", ""), request.POST.getlist("thumbprint")
    try:
        offered = trust.offered(text)
        if request.POST.get("do") == "pin" and compared:
            with transaction.atomic():
                trust.pin_keys(found.pk, text, thumbprints=compared, by=request.actor)
            messages.success(request, gettext("Pinned. The metadata is being fetched."))
            return HttpResponseRedirect(f"/federationer/{found.pk}/")
    except DomainError as refusal:
        return _page(request, found, text=text, refusal=str(refusal))
    return _page(request, found, text=text, offered=offered)


def _page(
    request: Asked,
    found: Federation,
    *,
    text: str = "",
    offered: tuple[trust.SigningKey, ...] = (),
    refusal: str = "",
) -> HttpResponse:
    said = next((one.kid for one in PRESETS.values() if one.address == found.address), "")
    context = {
        "federation": found,
        "pinned": trust.keys_of(found),
        "offered": [(one, one.kid == said) for one in offered],
        "said": said,
        "text": text,
        "refusal": refusal,
    }
    return render(request, "portal/authority/federation_keys.html", context, status=422 if refusal else 200)
