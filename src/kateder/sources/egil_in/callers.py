"""Who may deliver to a source: the bearer of its token, the holder of a pinned key, a member of a federation."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from scim2_models import UnauthorizedException

from kateder.core import audit, clock
from kateder.core.actors import Actor
from kateder.sources.egil_in import inlets
from kateder.sources.egil_in.pins import pins_of
from kateder.sources.models import Inlet, Source, Standing
from kateder.trust.api import members_calling
from kateder.trust.certificates import pin_of_caller

TAG: Final = "egilv1"
"""What a client in a federation must be tagged with to deliver here."""


def admitted(request: HttpRequest, source_id: UUID) -> Inlet:
    """The inlet, if the caller may use it. Raises UnauthorizedException, the same whether the source exists or not."""
    sources = Source.objects.exclude(standing__in=[Standing.LEAVING, Standing.REMOVED])
    source = sources.filter(pk=source_id, kind=inlets.KIND).first()
    if source is not None:
        inlet = Inlet.objects.filter(source=source).select_related("source").first()
        if inlet is not None and _bears_token(request, inlet):
            return inlet
        if _holds_key(request, source):
            return inlet or Inlet.objects.get_or_create(source=source)[0]
        # Looked at and refused: told even though the request changes nothing.
        audit.refuse("source.inlet", actor=Actor.system("EGIL"), subject_type="source", subject_id=source_id)
    raise UnauthorizedException(detail="A valid token or client certificate is needed")


def member_admitted(request: HttpRequest) -> Inlet | None:
    """The inlet of the member of a federation that calls, if it has one here; a refusal is audited."""
    for member in members_calling(request, tag=TAG):
        sources = Source.objects.exclude(standing__in=[Standing.LEAVING, Standing.REMOVED])
        named = {"settings__federation": member.federation, "settings__member": member.entity_id}
        source = sources.filter(kind=inlets.KIND, **named).order_by("pk").first()
        if source is not None:
            return Inlet.objects.select_related("source").get_or_create(source=source)[0]
    audit.refuse("source.member", actor=Actor.system("EGIL"), subject_type="authority", subject_id=TAG)
    return None


def _bears_token(request: HttpRequest, inlet: Inlet) -> bool:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return scheme.casefold() == "bearer" and inlets.knows(inlet, token.strip())


def _holds_key(request: HttpRequest, source: Source) -> bool:
    pin = pin_of_caller(request.META, form=settings.CLIENT_CERTIFICATE, proxy=settings.TRUSTED_PROXY, now=clock.now())
    return pin is not None and pin in pins_of(source.settings)
