"""The addresses of the rostering service: who calls, what their scopes and profile allow, one question, one answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

import orjson
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from kateder.core import clock, db
from kateder.protocols.oneroster.questions import BadFilter, BadSelection, Question, read
from kateder.protocols.oneroster.resources import ROUTES, Route
from kateder.protocols.oneroster.status import Minor, failure
from kateder.provisioning.oneroster.reading import Found, Missing, Reader
from kateder.provisioning.ss12000.editions import edition_for
from kateder.provisioning.ss12000.profiles import Api, profile_of
from kateder.trust.api import ApiClient, NotAuthenticated, TooManyRequests, note, note_refusal, who_calls

ROSTERING_AT: Final = "ims/oneroster/rostering/v1p2/"
JSON: Final = "application/json"
View = Callable[..., HttpResponse]


class Refused(Exception):
    """A request that is refused, in the standard's own form."""

    def __init__(self, status: int, minor: Minor, description: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(minor)
        self.status, self.minor, self.description, self.headers = status, minor, description, headers or {}


def refusal(status: int, minor: Minor, description: str) -> HttpResponse:
    """The answer to a request that is refused."""
    return HttpResponse(orjson.dumps(failure(minor, description)), status=status, content_type=JSON)


def answered(serve: Callable[[HttpRequest], HttpResponse], request: HttpRequest) -> HttpResponse:
    """Answer, with every refusal in the standard's form; nothing is kept on the way."""
    try:
        response = serve(request)
    except Refused as error:
        response = refusal(error.status, error.minor, error.description)
        for name, value in error.headers.items():
            response[name] = value
    except BadFilter as error:
        response = refusal(400, Minor.INVALID_FILTER, str(error))
    except BadSelection as error:
        response = refusal(400, Minor.INVALID_SELECTION, str(error))
    except Missing:
        response = refusal(404, Minor.UNKNOWN, "Unknown Object")
    except NotAuthenticated as error:
        response = refusal(401, Minor.UNAUTHORISED, str(error))
        response["WWW-Authenticate"] = error.challenge
    except TooManyRequests as error:
        response = refusal(429, Minor.BUSY, str(error))
        response["Retry-After"] = str(error.seconds)
    response["Cache-Control"] = "no-store"
    return response


def caller(request: HttpRequest, scopes: frozenset[str]) -> ApiClient:
    """The client that calls, for a service and with one of these scopes. Raises Refused and what `who_calls` does."""
    client = who_calls(request)
    profile = profile_of(client)
    if profile.api is not Api.ONEROSTER:
        note_refusal("not_oneroster", client_id=client.id)
        raise Refused(403, Minor.FORBIDDEN, "This client may not use OneRoster.")
    if not client.granted & scopes:
        note_refusal("scope", client_id=client.id)
        raise Refused(403, Minor.FORBIDDEN, "The access token has not the scope for this.")
    return client


def view_of(route: Route) -> View:
    """A view of one address."""

    @csrf_exempt
    def view(request: HttpRequest, **ids: str) -> HttpResponse:
        return answered(partial(_read, route=route, ids=tuple(ids.values())), request)

    return view


def _read(request: HttpRequest, *, route: Route, ids: tuple[str, ...]) -> HttpResponse:
    if request.method not in {"GET", "HEAD"}:
        raise Refused(405, Minor.INVALID_DATA, "Only GET.", {"Allow": "GET"})
    client = caller(request, route.scopes)
    question = read(str(request.META.get("QUERY_STRING", "")), route.gives, is_one=route.is_one)
    keys = tuple(map(known_id, ids))
    with db.cursor() as cursor:
        edition = edition_for(client.id, profile_of(client), today=clock.today())
        reader = Reader(cursor, edition, request.build_absolute_uri(f"/{ROSTERING_AT}"), clock.now())
        found = reader.one(route, keys[0], question) if route.is_one else reader.many(route, keys, question)
    note(client, f"oneroster/{route.gives.name}", objects=len(found.objects), protected=found.protected)
    return single(found, route.gives.single) if route.is_one else page(request, found, question, route.gives.name)


def known_id(text: str) -> UUID:
    """An id of ours; any other is of nothing that is here. Raises Missing."""
    try:
        return UUID(text)
    except ValueError:
        raise Missing from None


def single(found: Found, name: str) -> HttpResponse:
    """One object in its envelope."""
    return HttpResponse(b'{"%s":%s}' % (name.encode(), found.objects[0]), content_type=JSON)


def page(request: HttpRequest, found: Found, question: Question, name: str) -> HttpResponse:
    """A page of objects, with how many there are and where the other pages are (1.2 §3.2, RFC 8288)."""
    body = b'{"%s":[%s]}' % (name.encode(), b",".join(found.objects))
    response = HttpResponse(body, content_type=JSON)
    response["X-Total-Count"] = str(found.total)
    links = ", ".join(f'<{address}>; rel="{rel}"' for rel, address in _links(request, found.total, question))
    if links:
        response["Link"] = links
    return response


def _links(request: HttpRequest, total: int, question: Question) -> list[tuple[str, str]]:
    limit, offset = question.limit, question.offset
    if total <= limit and offset == 0:
        return []
    last = max(0, (total - 1) // limit * limit)
    offsets = {"first": 0, "last": last}
    if offset + limit < total:
        offsets["next"] = offset + limit
    if offset > 0:
        offsets["prev"] = max(0, offset - limit)
    more = [pair for pair in parse_qsl(request.META.get("QUERY_STRING", "")) if pair[0] not in {"limit", "offset"}]
    return [
        (rel, request.build_absolute_uri(f"{request.path}?{urlencode([('limit', limit), ('offset', at), *more])}"))
        for rel, at in offsets.items()
    ]


@csrf_exempt
def nothing(request: HttpRequest) -> HttpResponse:
    """An address that the standard does not have."""
    return refusal(404, Minor.UNKNOWN, "Unknown Object")


VIEWS: Final[dict[str, View]] = {address: view_of(route) for address, route in ROUTES.items()}
