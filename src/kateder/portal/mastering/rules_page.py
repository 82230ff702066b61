"""Who decides about what: a matrix of attributes and sources, and what a change would do before it is made."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext, ngettext

from kateder.core.actors import Actor, Role
from kateder.portal.doors import Asked, door
from kateder.portal.mastering.words import attribute_word, kind, names_of, shown
from kateder.portal.words import number
from kateder.register.api import Entity
from kateder.sources.mastering import api as mastering
from kateder.sources.mastering.api import Effects, Policy, Say
from kateder.sources.mastering.policies import Wishes
from kateder.sources.models import Source

SHOWN: Final = (Entity.PERSON, Entity.ORGANISATION, Entity.GROUP, Entity.DUTY, Entity.ACTIVITY)
RIGHTS: Final = ("creates", "updates", "removes")
# What only makes sense together with something else, or is seldom there, would make a table that nobody reads.
UNLISTED: Final = frozenset({"person_id", "photo", "parent_activity", "calendar_events_required"})


@dataclass(frozen=True, slots=True)
class Choice:
    """One cell: the field's name and what is chosen."""

    name: str
    label: str
    chosen: str
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One entity: its attributes with a choice per source, and what each source may do with rows."""

    entity: str
    title: str
    rows: tuple[tuple[str, tuple[Choice, ...]], ...]
    rights: tuple[tuple[str, tuple[tuple[str, bool], ...]], ...]


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a change would do to one entity."""

    title: str
    line: str
    counts: tuple[tuple[str, str], ...]
    sample: tuple[tuple[str, str, str, str], ...]


@door(Role.ADMINISTRATOR)
def rules(request: Asked) -> HttpResponse:
    """The matrix. A POST shows what the choices would change, or makes them hold."""
    policy = mastering.policy()
    wishes: Wishes = {}
    if request.method == "POST":
        wishes = _wishes(request, policy)
        if "save" in request.POST:
            return _save(request, policy, wishes)
    names = dict(Source.objects.values_list("pk", "name"))
    foreseen = mastering.foresee(wishes) if wishes else {}
    context = {
        "sources": [names[source] for source in policy.order],
        "parts": [_part(entity, _wished(policy, wishes), names) for entity in SHOWN],
        "foreseen": [_foreseen(entity, effects, request) for entity, effects in foreseen.items()],
        "asked": request.method == "POST",
    }
    return render(request, "portal/mastering/rules.html", context)


def _save(request: Asked, policy: Policy, wishes: Wishes) -> HttpResponse:
    _save_rights(request, policy, actor=request.actor)
    changed = mastering.change(wishes, actor=request.actor) if wishes else 0
    text = ngettext("Saved. %(n)s row changed.", "Saved. %(n)s rows changed.", changed) % {"n": number(changed)}
    messages.success(request, text)
    return HttpResponseRedirect(request.path)


def _wishes(request: Asked, policy: Policy) -> Wishes:
    """What was chosen otherwise than it holds now."""
    found = {}
    for entity in SHOWN:
        for source in policy.order:
            for attribute in mastering.attributes(entity):
                chosen = request.POST.get(_field(source, entity, attribute))
                if chosen in set(Say) and chosen != policy.say(source, entity, attribute):
                    found[source, entity, attribute] = Say(str(chosen))
    return found


def _save_rights(request: Asked, policy: Policy, *, actor: Actor) -> None:
    for entity in SHOWN:
        for source in policy.order:
            if f"rights:{source}:{entity}" not in request.POST:
                continue
            asked = {name: f"{name}:{source}:{entity}" in request.POST for name in RIGHTS}
            now = policy.right(source, entity)
            if asked != {name: getattr(now, name) for name in RIGHTS}:
                mastering.set_right(source, entity, actor=actor, **asked)


def _wished(policy: Policy, wishes: Wishes) -> Policy:
    """The rules as they would be."""
    wished = {(source, entity.value, name): say for (source, entity, name), say in wishes.items() if say}
    return replace(policy, says={**policy.says, **wished})


def _part(entity: Entity, policy: Policy, names: Mapping[UUID, str]) -> Part:
    rows = tuple(
        (attribute_word(name), tuple(_choice(source, entity, name, policy, names) for source in policy.order))
        for name in mastering.attributes(entity)
        if name not in UNLISTED
    )
    rights = tuple(
        (
            f"{source}:{entity}",
            tuple((f"{name}:{source}:{entity}", getattr(policy.right(source, entity), name)) for name in RIGHTS),
        )
        for source in policy.order
    )
    return Part(entity.value, kind(entity).capitalize(), rows, rights)


def _choice(source: UUID, entity: Entity, name: str, policy: Policy, names: Mapping[UUID, str]) -> Choice:
    chosen = policy.say(source, entity, name)
    needed = mastering.attributes(entity)[name].needed
    says = [say for say in Say if not (needed and say is Say.IGNORED)]
    label = f"{attribute_word(name)}, {names[source]}"
    return Choice(_field(source, entity, name), label, chosen, tuple((say.value, str(say.label)) for say in says))


def _field(source: UUID, entity: Entity, attribute: str) -> str:
    return f"say:{source}:{entity}:{attribute}"


def _foreseen(entity: Entity, effects: Effects, request: Asked) -> Foreseen:
    line = ngettext("%(n)s row would change", "%(n)s rows would change", effects.rows) % {"n": number(effects.rows)}
    counts = tuple((attribute_word(name), number(count)) for name, count in effects.by_attribute.items())
    return Foreseen(
        kind(entity).capitalize(), line, counts, tuple(_sample(entity, effects, request.actor, request.today))
    )


def _sample(entity: Entity, effects: Effects, actor: Actor, today: date) -> list[tuple[str, str, str, str]]:
    ids = {one.root_id for one in effects.sample}
    names = names_of(entity, ids, actor=actor, today=today)
    hidden = gettext("Protected identity")
    return [
        (
            names.get(one.root_id, ""),
            attribute_word(one.attribute),
            *(("***", "***") if names.get(one.root_id) == hidden else _both(one.attribute, one.old, one.new)),
        )
        for one in effects.sample
    ]


def _both(attribute: str, old: object, new: object) -> tuple[str, str]:
    before, after = (shown(attribute, value) if isinstance(value, Mapping) else "" for value in (old, new))
    return before, after
