"""The first page: what it is depends on who comes."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from kateder.core.actors import Actor, Role
from kateder.portal.shelf.views import shelf

FIRST_PAGES = (
    (Role.ADMINISTRATOR, "/oversikt/"),
    (Role.OFFICER, "/datafloden/"),
    (Role.PRINCIPAL, "/klasser/"),
    (Role.SCHOOL_OFFICE, "/fynd/lista/"),
    (Role.GUARDIAN, "/personer/"),
)


def front(request: HttpRequest) -> HttpResponse:
    """Who has not signed in is told where they are; pupils and teachers get the shelf, others their work."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        return render(request, "portal/welcome.html")
    if actor.has(Role.PUPIL, Role.TEACHER):
        return shelf(request)
    for role, address in FIRST_PAGES:
        if actor.has(role):
            return HttpResponseRedirect(address)
    return render(request, "portal/nothing.html")
