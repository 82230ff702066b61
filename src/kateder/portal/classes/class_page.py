"""One class: who can open what, under which name the service knows each, and why somebody cannot get in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext

from kateder.catalogue.models import Resource
from kateder.core.actors import Role
from kateder.governance.api import aliases_of
from kateder.licences.api import ShelfItem, resources_for_people
from kateder.portal.books import Book, book
from kateder.portal.classes.listing import lines_of
from kateder.portal.classes.noting import note_protected
from kateder.portal.doors import Asked, door
from kateder.portal.traces import opened
from kateder.provisioning.api import Account, account_states, has_results
from kateder.register import access
from kateder.register.api import members
from kateder.register.models import Person

Shelves = Mapping[UUID, Sequence[ShelfItem]]
Accounts = Mapping[UUID | None, Mapping[UUID, Account]]
"""By service, then by person; a printed resource has no service and no accounts."""


@dataclass(frozen=True, slots=True)
class Tab:
    """One resource of the class, and how many can open it."""

    id: UUID
    title: str
    ready: int
    total: int


@dataclass(frozen=True, slots=True)
class Row:
    """One pupil and the chosen resource."""

    name: str
    released_name: str
    tone: str
    state: str
    opened_at: datetime | None
    why: str


@door(Role.TEACHER, Role.PRINCIPAL, Role.SCHOOL_OFFICE, Role.ADMINISTRATOR)
def class_page(request: Asked, group_id: UUID) -> HttpResponse:
    """The pupils of one of one's own classes with the resource chosen by `?resurs=`."""
    visible = access.groups_in_charge(request.actor, today=request.today).select_related("organisation")
    group = get_object_or_404(visible, pk=group_id)
    people = _in_order(members(group_id, today=request.today), request)
    note_protected(request, people, purpose=f"class:{group_id}")
    shelves = resources_for_people([person.pk for person in people], today=request.today)
    resources = _resources(shelves)
    chosen = _chosen(request, resources)
    held = _accounts(resources, people)
    context = {
        "group": lines_of([group], today=request.today)[0],
        "address": f"/klasser/{group_id}/dela-ut/",
        "tabs": [_tab(resource, shelves, people, held) for resource in resources],
        "chosen": chosen,
        "rows": _rows(people, shelves, chosen, held, request=request),
        "may_hand_out": request.actor.has(Role.TEACHER, Role.PRINCIPAL, Role.ADMINISTRATOR),
        "shows_past": request.actor.has(Role.PRINCIPAL, Role.SCHOOL_OFFICE, Role.ADMINISTRATOR),
        "shows_results": has_results(group_id) and _teaches(request, group_id),
        "has_aliases": chosen is not None and chosen.service_id is not None,
    }
    return render(request, "portal/classes/class.html", context)


def _teaches(request: Asked, group_id: UUID) -> bool:
    return access.groups_of_own(request.actor, today=request.today).filter(pk=group_id).exists()


def _in_order(people: Iterable[Person], request: Asked) -> list[Person]:
    """By name, but those last whose name is not shown."""
    return sorted(people, key=lambda person: access.hides_name(person, request.actor, today=request.today))


def _resources(shelves: Shelves) -> list[Resource]:
    found = {item.resource.pk: item.resource for shelf in shelves.values() for item in shelf}
    return sorted(found.values(), key=lambda resource: (resource.title, resource.pk))


def _chosen(request: Asked, resources: Sequence[Resource]) -> Resource | None:
    wanted = request.GET.get("resurs", "")
    return next((one for one in resources if str(one.pk) == wanted), next(iter(resources), None))


def _tab(resource: Resource, shelves: Shelves, people: Sequence[Person], held: Accounts) -> Tab:
    books = (_book(person.pk, resource, shelves, held) for person in people)
    ready = sum(1 for one in books if one is not None and one.tone in {"ok", "none"})
    return Tab(resource.pk, resource.title, ready, len(people))


def _rows(
    people: Sequence[Person], shelves: Shelves, chosen: Resource | None, held: Accounts, *, request: Asked
) -> list[Row]:
    ids = [person.pk for person in people]
    aliases = aliases_of(chosen.service_id, people=ids) if chosen and chosen.service_id else {}
    openings = opened(chosen.pk, people=ids) if chosen else {}
    return [
        _row(person, chosen, shelves, held, aliases.get(person.pk, ""), openings.get(person.pk), request)
        for person in people
    ]


def _row(
    person: Person,
    chosen: Resource | None,
    shelves: Shelves,
    held: Accounts,
    alias: str,
    opened_at: datetime | None,
    request: Asked,
) -> Row:
    name = access.shown_name(person, request.actor, today=request.today)
    found = _book(person.pk, chosen, shelves, held) if chosen else None
    if found is None:
        return Row(name, alias, "none", gettext("Does not have it"), opened_at, _why(person, chosen))
    state = found.state or gettext("Can open")
    return Row(name, alias, found.tone, state, opened_at, "" if found.tone == "ok" else _why(person, chosen))


def _why(person: Person, resource: Resource | None) -> str:
    return f"/varfor/{person.pk}/{resource.pk}/" if resource else ""


def _book(person_id: UUID, resource: Resource, shelves: Shelves, held: Accounts) -> Book | None:
    item = next((one for one in shelves.get(person_id, ()) if one.resource.pk == resource.pk), None)
    account = held.get(resource.service_id, {}).get(person_id, Account.NOT_NEEDED)
    return book(item, account=account) if item else None


def _accounts(resources: Sequence[Resource], people: Sequence[Person]) -> Accounts:
    ids = [person.pk for person in people]
    found: dict[UUID | None, Mapping[UUID, Account]] = {}
    for service_id in {resource.service_id for resource in resources if resource.service_id}:
        states = account_states(service_id, ids)
        found[service_id] = {person_id: account.state for person_id, account in states.items()}
    return found
