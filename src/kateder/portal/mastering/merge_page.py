"""Make one of two people: choose the other, see what becomes of the accounts, and decide."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext

from kateder.core.actors import Role
from kateder.core.identifiers import search_key, sort_key
from kateder.portal.doors import Asked, door
from kateder.portal.mastering.words import attribute_word, names_of, shown
from kateder.provisioning import merging
from kateder.provisioning.merging import AtService, Keeps
from kateder.register import access
from kateder.register.api import Entity
from kateder.register.models import Person
from kateder.register.models.people import UNMARKED
from kateder.sources.mastering import api as mastering
from kateder.sources.mastering.api import Pair

MOST = 20


@dataclass(frozen=True, slots=True)
class Line:
    """One attribute of the two, side by side."""

    label: str
    one: str
    other: str

    @property
    def differs(self) -> bool:
        """Whether both say something, and not the same."""
        return bool(self.one and self.other and self.one != self.other)


@door(Role.ADMINISTRATOR)
def choose(request: Asked, person_id: UUID) -> HttpResponse:
    """Find the other one."""
    person = access.look_at(request.actor, person_id, today=request.today, purpose="merge")
    text = request.GET.get("q", "").strip()
    visible = access.visible_persons(request.actor, today=request.today).exclude(pk=person_id)
    found = list(_named(visible, text)[:MOST]) if text else []
    names = names_of(Entity.PERSON, {one.pk for one in found}, actor=request.actor, today=request.today)
    lines = [(one.pk, names[one.pk]) for one in found]
    context = {"person_id": person_id, "name": person.full_name, "q": text, "lines": lines}
    return render(request, "portal/mastering/choose.html", context)


@door(Role.ADMINISTRATOR)
def merge(request: Asked, person_id: UUID, other_id: UUID) -> HttpResponse:
    """The two side by side, and what becomes of their accounts; a POST makes one of them."""
    one = access.look_at(request.actor, person_id, today=request.today, purpose="merge")
    other = access.look_at(request.actor, other_id, today=request.today, purpose="merge")
    pair = Pair(survivor=person_id, absorbed=other_id)
    services = merging.foresee(Entity.PERSON, pair)
    if request.method == "POST":
        merging.merge(
            Entity.PERSON, pair, choices=_choices(request, services), reason=request.POST.get("reason", ""),
            today=request.today, actor=request.actor,
        )  # fmt: skip
        messages.success(request, gettext("They are one person now. It can be undone on this page."))
        return HttpResponseRedirect(f"/personer/{person_id}/uppgifter/")
    context = {
        "person_id": person_id,
        "other_id": other_id,
        "name": one.full_name,
        "other_name": other.full_name,
        "lines": _side_by_side(person_id, other_id),
        "services": services,
        "differ": bool(one.civic_no and other.civic_no and one.civic_no != other.civic_no),
    }
    return render(request, "portal/mastering/merge.html", context)


def _named(persons: QuerySet[Person], text: str) -> QuerySet[Person]:
    """Those whose name begins with the text. A protected person is reached from the person's own page only."""
    begins = Q(search_key__startswith=search_key(text)) | Q(sort_key__startswith=sort_key(text))
    in_clear = persons.filter(begins, security_marking=UNMARKED, local_protection=False)
    return in_clear.order_by("sort_key", "pk")


def _choices(request: Asked, services: list[AtService]) -> dict[UUID, Keeps]:
    chosen = {at.service_id: request.POST.get(f"keeps-{at.service_id}", "") for at in services}
    return {service: Keeps(keeps) for service, keeps in chosen.items() if keeps in set(Keeps)}


def _side_by_side(one: UUID, other: UUID) -> list[Line]:
    said = [
        {origin.attribute: shown(origin.attribute, origin.value) for origin in mastering.origins(Entity.PERSON, each)}
        for each in (one, other)
    ]
    return [
        Line(attribute_word(name), said[0].get(name, ""), said[1].get(name, ""))
        for name in mastering.attributes(Entity.PERSON)
        if name in said[0] or name in said[1]
    ]
