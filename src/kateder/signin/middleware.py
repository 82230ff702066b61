"""Who asks, and on which day: known to every view, asked of nobody twice."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http.response import HttpResponseBase
from django.utils import translation

from kateder.core import clock
from kateder.core.models import User
from kateder.register.access import actor_for
from kateder.signin.requests import Request


class ActorMiddleware:
    """Sets `request.actor` (None for somebody who has not signed in) and `request.today`."""

    def __init__(self, get_response: Callable[[Request], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponseBase:
        today = clock.today()
        user = request.user
        request.today = today
        request.actor = actor_for(user, today=today) if isinstance(user, User) else None
        if isinstance(user, User) and user.language and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            # A new browser, or one that is shared: the account remembers.
            translation.activate(user.language)
        return self.get_response(request)
