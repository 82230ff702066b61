"""The list of people that the one who looks may see."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render

from kateder.core import audit
from kateder.core.actors import Actor, Role
from kateder.portal.doors import Asked, door
from kateder.portal.paging import page_of
from kateder.portal.search import named
from kateder.register import access
from kateder.register.models import Person


@dataclass(frozen=True, slots=True)
class Line:
    """One person in the list."""

    id: UUID
    name: str
    born: str


@door(Role.ADMINISTRATOR, Role.PRINCIPAL, Role.SCHOOL_OFFICE, Role.TEACHER, Role.GUARDIAN)
def people(request: Asked) -> HttpResponse:
    """Everybody whom the one who asks may see, found by the beginning of a name."""
    text = request.GET.get("q", "").strip()
    found = named(access.visible_persons(request.actor, today=request.today), text=text, actor=request.actor)
    page = page_of(request, found)
    lines = [_line(person, request.actor, request) for person in page.rows]
    # A guardian's children need no search.
    is_long = request.actor.has(Role.ADMINISTRATOR, Role.PRINCIPAL, Role.SCHOOL_OFFICE, Role.TEACHER)
    context = {"q": text, "page": page, "lines": lines, "is_long": is_long}
    context["runs_school"] = request.actor.has(Role.ADMINISTRATOR, Role.PRINCIPAL, Role.SCHOOL_OFFICE)
    context["finds_removed"] = request.actor.has(Role.ADMINISTRATOR)
    return render(request, "portal/people/people.html", context)


def _line(person: Person, actor: Actor, request: Asked) -> Line:
    hidden = person.is_protected(request.today)
    if hidden and person.pk != actor.person_id and not access.hides_name(person, actor, today=request.today):
        # Read in clear in a list, it is a look like any other (domain rule 6).
        audit.look("person.protected_seen", actor=actor, subject_type="person", subject_id=person.pk, purpose="people")
    born = f"{person.birth_date:%Y}" if person.birth_date and not hidden else ""
    return Line(person.pk, access.shown_name(person, actor, today=request.today), born)
