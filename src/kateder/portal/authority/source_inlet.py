"""Where a source is delivered to: its address, its token, how much has come."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from kateder.core import clock
from kateder.core.actors import Role
from kateder.portal.doors import Asked, door
from kateder.portal.words import number
from kateder.sources.api import EGIL_IN, inlet_of, make_inlet_token
from kateder.sources.models import Source, Standing


@door(Role.ADMINISTRATOR)
def inlet(request: Asked, source_id: UUID) -> HttpResponse:
    """A source's address. A POST makes a token, which this one answer shows and nothing keeps."""
    listed = Source.objects.exclude(standing=Standing.REMOVED)
    source = get_object_or_404(listed, pk=source_id, kind=EGIL_IN)
    token = make_inlet_token(source.pk, actor=request.actor, now=clock.now()) if request.method == "POST" else ""
    found = inlet_of(source)
    context = {
        "source": source,
        "is_draft": source.standing == Standing.DRAFT,
        "address": request.build_absolute_uri(found.path),
        "inlet": found,
        "arrived": [(endpoint, number(count)) for endpoint, count in found.counts.items()],
        "token": token,
    }
    return render(request, "portal/authority/source_inlet.html", context)
