"""The gate of every SS 12000 endpoint: who calls, by which profile, and how a refusal is said."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt

from kateder.core.errors import DomainError
from kateder.provisioning.ss12000.profiles import Profile, profile_of
from kateder.provisioning.ss12000.refusals import BadRequest, TooLarge, error, refused
from kateder.trust.api import ApiClient, who_calls

MOST_BYTES: Final = 64 * 1024


class Call(NamedTuple):
    """A request whose sender is known."""

    request: HttpRequest
    client: ApiClient
    profile: Profile


Endpoint = Callable[..., HttpResponse]
View = Callable[..., HttpResponse]


def gate(**by_method: Endpoint) -> View:
    """A view: `gate(GET=…, POST=…)`. Each endpoint is a function of a Call and what the address holds.

    Whoever is not known, asks too fast or asks for what cannot be, gets the standard's Error.
    """

    @csrf_exempt
    def view(request: HttpRequest, **address: object) -> HttpResponse:
        try:
            client = who_calls(request)
            endpoint = by_method.get(request.method or "")
            if endpoint is None:
                return _not_allowed(sorted(by_method))
            return endpoint(Call(request, client, profile_of(client)), **address)
        except DomainError as refusal:
            return refused(refusal)

    return view


def body_of(request: HttpRequest) -> dict[str, Any]:
    """The JSON object that was sent. Raises BadRequest or TooLarge."""
    try:
        if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
            raise TooLarge(most=MOST_BYTES)
        raw = request.body
        found = json.loads(raw)
    except (ValueError, RecursionError, UnreadablePostError):
        raise BadRequest(what="the body is not JSON") from None
    except RequestDataTooBig:
        raise TooLarge(most=MOST_BYTES) from None
    if len(raw) > MOST_BYTES:
        raise TooLarge(most=MOST_BYTES)
    if not isinstance(found, dict):
        raise BadRequest(what="the body is not an object")
    return found


def _not_allowed(methods: list[str]) -> HttpResponse:
    response = error(405, code="MethodNotAllowed", message=f"Only {', '.join(methods)}.")
    response["Allow"] = ", ".join(methods)
    return response
