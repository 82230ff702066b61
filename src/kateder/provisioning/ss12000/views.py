"""The addresses of the API: who calls, what their profile allows, one question, one answer."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Final
from uuid import UUID

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from kateder.core import clock, db
from kateder.core.tenancy import current_authority_id
from kateder.protocols.ss12000.endpoints import AGGREGATED, ENDPOINTS, Endpoint
from kateder.provisioning.ss12000.aggregated import aggregated
from kateder.provisioning.ss12000.answers import Answer, Refused, bad, forbidden, missing
from kateder.provisioning.ss12000.deleted import deleted
from kateder.provisioning.ss12000.editions import digest_for, edition_for
from kateder.provisioning.ss12000.passing import Pass, remember
from kateder.provisioning.ss12000.profiles import Profile, profile_of
from kateder.provisioning.ss12000.reading import Reader
from kateder.provisioning.ss12000.refusals import refused
from kateder.provisioning.ss12000.writing import Writer
from kateder.register.models import Duty
from kateder.trust.api import ApiClient, NotAuthenticated, TooManyRequests, actor_of, note, who_calls

JSON: Final = "application/json"
Serve = Callable[..., Answer]


def for_clients(*methods: str) -> Callable[[Serve], Callable[..., HttpResponse]]:
    """A view for API clients: authenticated, refusals in the standard's form, what was read counted."""

    def decorator(serve: Serve) -> Callable[..., HttpResponse]:
        @csrf_exempt
        @wraps(serve)
        def view(request: HttpRequest, *args: str, **named: str) -> HttpResponse:
            try:
                if request.method not in methods:
                    raise Refused(405, "method_not_allowed", f"Use {' or '.join(methods)}.")
                client = who_calls(request)
                answer = serve(request, client, *args, **named)
            except Refused as refusal:
                response = HttpResponse(refusal.body, status=refusal.status, content_type=JSON)
                if refusal.status == 405:
                    response["Allow"] = ", ".join(methods)
                return response
            except (NotAuthenticated, TooManyRequests) as refusal:
                return refused(refusal)
            if answer.objects or answer.status == 200:
                note(client, answer.path, objects=answer.objects, protected=_looked_at(answer))
            response = HttpResponse(answer.body, status=answer.status, content_type=JSON)
            response["Cache-Control"] = "no-store"
            return response

        return view

    return decorator


def _looked_at(answer: Answer) -> set[UUID]:
    """The persons with a protected identity whom an answer tells of: each look is audited (domain rule 6)."""
    people = set(answer.protected)
    if people and answer.path == "duties":
        people = set(Duty.objects.filter(id__in=people).values_list("person_id", flat=True))
    return people | answer.embedded


def _profile(client: ApiClient, path: str) -> Profile:
    profile = profile_of(client)
    if not profile.may_read(path):
        raise forbidden()
    return profile


@for_clients("GET", "POST")
def things(request: HttpRequest, client: ApiClient, path: str) -> Answer:
    """A list of things, or a report of one."""
    endpoint = ENDPOINTS[path]
    if request.method == "POST":
        return _report(request, client, endpoint)
    profile = _profile(client, path)
    with db.cursor() as cursor:
        edition = edition_for(client.id, profile, today=clock.today())
        remember(Pass(client, edition, digest_for(profile), profile.may_read))
        return Reader(cursor, edition, clock.now()).list(endpoint, _query(request))


def _report(request: HttpRequest, client: ApiClient, endpoint: Endpoint) -> Answer:
    if not endpoint.writes:
        raise Refused(405, "method_not_allowed", "Use GET.")
    profile = profile_of(client)
    if not profile.may_write(endpoint.path):
        raise forbidden()
    today = clock.today()
    with db.cursor() as cursor:
        edition = edition_for(client.id, profile, today=today)
        actor = actor_of(client.id, current_authority_id())
        id_ = Writer(cursor, edition, actor).report(endpoint, _body(request))
        edition = edition_for(client.id, profile, today=today)
        return Reader(cursor, edition, clock.now()).one(endpoint, str(id_), "")


@for_clients("GET", "DELETE")
def thing(request: HttpRequest, client: ApiClient, path: str, id_: str) -> Answer:
    """One thing by its id, or the end of a report."""
    endpoint = ENDPOINTS[path]
    if request.method == "DELETE":
        return _remove(client, endpoint, id_)
    profile = _profile(client, path)
    with db.cursor() as cursor:
        edition = edition_for(client.id, profile, today=clock.today())
        return Reader(cursor, edition, clock.now()).one(endpoint, id_, _query(request))


def _remove(client: ApiClient, endpoint: Endpoint, id_: str) -> Answer:
    if not endpoint.removes:
        raise Refused(405, "method_not_allowed", "Use GET.")
    profile = profile_of(client)
    if not profile.may_write(endpoint.path):
        raise forbidden()
    with db.cursor() as cursor:
        edition = edition_for(client.id, profile, today=clock.today())
        Writer(cursor, edition, actor_of(client.id, current_authority_id())).remove(endpoint, id_)
    return Answer(b"", endpoint.path, status=204)


@for_clients("POST")
def lookup(request: HttpRequest, client: ApiClient, path: str) -> Answer:
    """Many things by what is known of them."""
    profile = _profile(client, path)
    endpoint = ENDPOINTS[path]
    with db.cursor() as cursor:
        edition = edition_for(client.id, profile, today=clock.today())
        return Reader(cursor, edition, clock.now()).lookup(endpoint, _query(request), _body(request))


@for_clients("GET")
def sums(request: HttpRequest, client: ApiClient) -> Answer:
    """Attendance in sums."""
    profile = _profile(client, AGGREGATED.path)
    with db.cursor() as cursor:
        edition = edition_for(client.id, profile, today=clock.today())
        return aggregated(cursor, edition, _query(request))


@for_clients("GET")
def gone(request: HttpRequest, client: ApiClient) -> Answer:
    """What is gone."""
    profile = profile_of(client)
    with db.cursor() as cursor:
        edition = edition_for(client.id, profile, today=clock.today())
        return deleted(cursor, edition, _query(request), key=profile.activities_key)


@csrf_exempt
def nothing(request: HttpRequest) -> HttpResponse:
    """An address that the standard does not have."""
    refusal = missing()
    return HttpResponse(refusal.body, status=refusal.status, content_type=JSON)


def _query(request: HttpRequest) -> str:
    return str(request.META.get("QUERY_STRING", ""))


def _body(request: HttpRequest) -> bytes:
    try:
        return request.body
    except RequestDataTooBig:
        raise bad("the body is too large", code="too_large") from None
