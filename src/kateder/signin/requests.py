"""What a view finds on its request, for the type checker."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from kateder.core.actors import Actor
from kateder.core.models import Authority, User


class Request(HttpRequest):
    """A request that has passed the middleware of `core` and `signin`."""

    authority: Authority
    actor: Actor | None
    """Who asks; None for somebody who has not signed in."""
    today: date
    """The authority's day."""


def acting(request: Request) -> Actor:
    """Who asks, where a sign-in is needed. Raises PermissionDenied."""
    if request.actor is None:
        raise PermissionDenied
    return request.actor


def account_of(request: Request) -> User:
    """The account that is signed in. Raises PermissionDenied."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
