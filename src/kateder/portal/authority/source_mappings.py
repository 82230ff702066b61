"""What a source's mapping was: who changed what when, and the way back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext

from kateder.core.actors import Role
from kateder.core.models import User
from kateder.portal.authority.source_form import address_of
from kateder.portal.doors import Asked, door
from kateder.sources import api
from kateder.sources.models import MappingVersion, Source, Standing


@dataclass(frozen=True, slots=True)
class Version:
    """One mapping: what is other than in the one before, as lines after + or -."""

    number: int
    at: datetime
    who: str
    lines: Sequence[str]
    is_now: bool

    @property
    def added(self) -> int:
        """How many lines came."""
        return sum(line.startswith("+") for line in self.lines)

    @property
    def removed(self) -> int:
        """How many lines went."""
        return sum(line.startswith("-") for line in self.lines)


@door(Role.ADMINISTRATOR)
def mappings(request: Asked, source_id: UUID) -> HttpResponse:
    """The mappings of a source, the newest first. A POST goes back to one, and tries it."""
    source = get_object_or_404(Source.objects.exclude(standing=Standing.REMOVED), pk=source_id)
    if request.method == "POST":
        return _back(request, source)
    context = {"source": source, "versions": _versions(api.mapping_history(source.pk))}
    return render(request, "portal/authority/source_mappings.html", context)


def _back(request: Asked, source: Source) -> HttpResponse:
    number = request.POST.get("number", "")
    if not number.isdecimal() or len(number) > 6:
        raise Http404
    try:
        text = api.mapping_version(source.pk, int(number)).text
    except api.NoSuchMapping:
        raise Http404 from None
    api.change_settings(source.pk, settings={"mapping": text}, actor=request.actor)
    api.request_trial(source.pk)
    return HttpResponseRedirect(address_of(source.pk, "prova/"))


def _versions(found: Sequence[MappingVersion]) -> list[Version]:
    users = {f"user:{key}": name for key, name in User.objects.values_list("pk", "display_name")}
    before = [*(one.text for one in found[1:]), ""]
    return [
        Version(
            number=one.number,
            at=one.changed_at,
            who=_who(one.changed_by, users),
            lines=api.mapping_difference(earlier, one.text),
            is_now=place == 0,
        )
        for place, (one, earlier) in enumerate(zip(found, before, strict=False))
    ]


def _who(label: str, users: Mapping[str, str]) -> str:
    if not label:
        return gettext("not known")
    return users.get(
        label, gettext("the command line") if label.startswith("system:") else gettext("somebody who has left")
    )
