"""Is it the same? What may be, and a person's answer, which is remembered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext, ngettext

from kateder.core.actors import Role
from kateder.portal.doors import Asked, door
from kateder.portal.mastering.words import kind, names_of
from kateder.portal.paging import page_of
from kateder.portal.words import number
from kateder.provisioning import merging
from kateder.register.api import Entity
from kateder.sources.mastering import api as mastering
from kateder.sources.mastering.api import Pair
from kateder.sources.mastering.models import Answer, Suggestion

KINDS: Final = (Entity.PERSON, Entity.ORGANISATION, Entity.GROUP, Entity.ACTIVITY)


@dataclass(frozen=True, slots=True)
class Line:
    """Two that may be one."""

    id: UUID
    one: str
    other: str
    why: str
    source: str
    address: str


@door(Role.ADMINISTRATOR)
def alike(request: Asked) -> HttpResponse:
    """The suggestions of one kind. A POST answers those that are ticked; people are answered one at a time."""
    entity = _chosen(request)
    if request.method == "POST":
        _answer(request, entity)
        return HttpResponseRedirect(request.get_full_path())
    waiting = mastering.suggestions()
    page = page_of(request, waiting.filter(entity=entity.value).select_related("source"))
    counts = {each: waiting.filter(entity=each.value).count() for each in KINDS}
    context = {
        "kinds": [(each.value, kind(each).capitalize(), number(counts[each]), each is entity) for each in KINDS],
        "lines": _lines(request, entity, page.rows),
        "page": page,
        "in_bulk": entity is not Entity.PERSON,
    }
    return render(request, "portal/mastering/alike.html", context)


def _chosen(request: Asked) -> Entity:
    asked = request.GET.get("slag", "")
    if asked in {each.value for each in KINDS}:
        return Entity(asked)
    waiting = set(mastering.suggestions().values_list("entity", flat=True))
    return next((each for each in KINDS if each.value in waiting), Entity.PERSON)


def _answer(request: Asked, entity: Entity) -> None:
    ticked = mastering.suggestions().filter(entity=entity.value, pk__in=_ticked(request))
    if request.POST.get("answer") == Answer.DIFFERENT:
        count = mastering.refuse(ticked, actor=request.actor)
        text = ngettext("%(n)s is not asked again.", "%(n)s are not asked again.", count) % {"n": number(count)}
    else:
        pairs = [Pair(one.one_id, one.other_id) for one in ticked]
        count = merging.merge_many(entity, pairs, today=request.today, actor=request.actor)
        text = ngettext("%(n)s pair made one.", "%(n)s pairs made one.", count) % {"n": number(count)}
    messages.success(request, text)


def _ticked(request: Asked) -> list[UUID]:
    found = []
    for text in request.POST.getlist("chosen"):
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def _lines(request: Asked, entity: Entity, rows: Sequence[Suggestion]) -> list[Line]:
    ids = {root for row in rows for root in (row.one_id, row.other_id)}
    names: Mapping[UUID, str] = names_of(entity, ids, actor=request.actor, today=request.today)
    gone = gettext("no longer in the register")
    return [
        Line(
            row.pk,
            names.get(row.one_id, gone),
            names.get(row.other_id, gone),
            row.get_likeness_display(),
            row.source.name,
            f"/personer/{row.one_id}/sla-ihop/{row.other_id}/" if entity is Entity.PERSON else "",
        )
        for row in rows
    ]
