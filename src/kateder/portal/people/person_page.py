"""One person: what is on the shelf, and what services have been told."""

from datetime import date
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render

from kateder.core.actors import Role
from kateder.licences.api import resources_for
from kateder.portal.books import books_of
from kateder.portal.doors import EVERYBODY, Asked, door
from kateder.portal.people.told import told
from kateder.register import access
from kateder.register.api import enrolments_of, groups_of
from kateder.signin.api import last_opened


@door(*EVERYBODY)
def person_page(request: Asked, person_id: UUID) -> HttpResponse:
    """A person whom one may see, oneself included; a look at a protected one is noted."""
    person = access.look_at(request.actor, person_id, today=request.today, purpose="person")
    items = resources_for(person_id, today=request.today)
    context = {
        "person_id": person_id,
        "name": person.full_name,
        "line": _line(person_id, today=request.today),
        "is_protected": person.is_protected(request.today) and person_id != request.actor.person_id,
        "books": books_of(items, person_id=person_id, opened=last_opened(person_id)),
        "shows_why": request.actor.has(Role.ADMINISTRATOR, Role.PRINCIPAL, Role.TEACHER),
        "shows_past": request.actor.has(Role.ADMINISTRATOR, Role.PRINCIPAL, Role.SCHOOL_OFFICE),
        "shows_origins": request.actor.has(Role.ADMINISTRATOR, Role.PRINCIPAL),
        "decides_never": request.actor.has(Role.ADMINISTRATOR),
        "services": told(person_id, today=request.today),
        "lists_people": request.actor.has(
            Role.ADMINISTRATOR, Role.PRINCIPAL, Role.SCHOOL_OFFICE, Role.TEACHER, Role.GUARDIAN
        ),
    }
    return render(request, "portal/people/person.html", context)


def _line(person_id: UUID, *, today: date) -> str:
    units = [one.enroled_at.display_name for one in enrolments_of(person_id, today=today)]
    groups = groups_of(person_id, today=today).filter(group_type="Klass").values_list("display_name", flat=True)
    return " · ".join(dict.fromkeys([*units, *groups]))
