"""Choosing who to be, in a demonstration: refused unless the database was made as one and the setting is on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from kateder.core import clock
from kateder.core.actors import Actor, Role
from kateder.core.models import User
from kateder.register.access import actor_for
from kateder.signin.onward import go_on, next_address
from kateder.signin.requests import Request
from kateder.signin.session_facts import sign_in

MOST: Final = 60
ROLES: Final = (
    (Role.PUPIL, _("Pupil")),
    (Role.TEACHER, _("Teacher")),
    (Role.PRINCIPAL, _("Principal")),
    (Role.GUARDIAN, _("Guardian")),
    (Role.ADMINISTRATOR, _("Administrator")),
    (Role.OFFICER, _("Data protection officer")),
)


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody to be."""

    user_id: UUID
    name: str
    roles: tuple[str | Promise, ...]


def is_open(request: Request) -> bool:
    """Whether one may choose here: both the database and the setting say demonstration."""
    return bool(settings.DEMO_CHOOSER and request.authority.is_demo)


def choices(request: Request) -> list[Choice]:
    """The accounts to choose among, in the order of the roles; none outside a demonstration."""
    if not is_open(request):
        return []
    today = clock.today()
    accounts = User.objects.filter(is_active=True).order_by("created_at")[:MOST]
    people = [(user, actor_for(user, today=today)) for user in accounts]
    people.sort(key=lambda pair: (_rank(pair[1]), pair[0].display_name))
    return [Choice(user.id, user.display_name, _titles(actor)) for user, actor in people]


@require_POST
def choose(request: Request) -> HttpResponse:
    """Become one of the accounts."""
    if not is_open(request):
        raise PermissionDenied
    try:
        user = User.objects.get(id=request.POST.get("user", ""), is_active=True)
    except (User.DoesNotExist, ValidationError):
        raise Http404 from None
    sign_in(request, user, how="chosen in a demonstration")
    return go_on(request, next_address(request, request.POST.get("next", "")))


def _rank(actor: Actor) -> int:
    return next((place for place, (role, _title) in enumerate(ROLES) if actor.has(role)), len(ROLES))


def _titles(actor: Actor) -> tuple[str | Promise, ...]:
    return tuple(title for role, title in ROLES if actor.has(role))
