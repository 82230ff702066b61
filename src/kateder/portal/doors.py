"""The door of every page: who may come in, and what is said when something is refused.

A view is a plain function of `(request: Asked, …)`. The middleware of `signin` has set who asks and what day it is.
"""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Concatenate, Final, NoReturn, ParamSpec
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import patch_cache_control

from kateder.core import audit
from kateder.core.actors import Actor, Role
from kateder.core.errors import DomainError
from kateder.core.models import Authority, User

P = ParamSpec("P")


EVERYBODY: Final = tuple(role for role in Role if role is not Role.SYSTEM)
"""Whoever can sign in: for pages where the register says whom one may see."""


class Asked(HttpRequest):
    """A request whose sender, authority and day are known."""

    actor: Actor
    authority: Authority
    today: date
    user: User


View = Callable[Concatenate[Asked, P], HttpResponse]
Shown = Callable[Concatenate[HttpRequest, P], HttpResponse]


def door(*roles: Role) -> Callable[[View[P]], Shown[P]]:
    """Let in those who wear one of the roles; the others are sent to sign in, or refused, and that is audited.

    What a view changed before it was refused is taken back, and the person reads why on the page they came from.
    """

    def guard(view: View[P]) -> Shown[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            actor: Actor | None = getattr(request, "actor", None)
            if actor is None or actor.user_id is None:
                return _sign_in(request)
            if not actor.has(*roles):
                refuse(request, actor)
            try:
                with transaction.atomic():
                    page = view(request, *args, **kwargs)  # type: ignore[arg-type]  # the middleware has made it so
            except DomainError as refusal:
                page = _refused(request, refusal)
            # School computers are shared: the next person's back button must not find it.
            patch_cache_control(page, private=True, no_store=True)
            return page

        return guarded

    return guard


def refuse(request: HttpRequest, actor: Actor) -> NoReturn:
    """Send somebody away who may not do that, and audit it. Raises PermissionDenied."""
    audit.refuse("page.refused", actor=actor, subject_type="page", subject_id=request.path)
    raise PermissionDenied


def _sign_in(request: HttpRequest) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401)
    return HttpResponseRedirect(f"/logga-in?{urlencode({'next': request.get_full_path()})}")


def _refused(request: HttpRequest, refusal: DomainError) -> HttpResponse:
    if request.method == "POST":
        messages.error(request, str(refusal))
        return HttpResponseRedirect(request.path)
    return render(request, "portal/refused.html", {"sentence": str(refusal)}, status=403)
