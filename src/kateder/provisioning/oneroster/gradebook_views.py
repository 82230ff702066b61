"""The addresses of the gradebook service: read back, put, post and delete what a service says of its pupils."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, TypeVar

import orjson
from django.core.exceptions import RequestDataTooBig
from django.db import transaction
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt

from kateder.core import clock, db
from kateder.protocols.oneroster.gradebook import BadData
from kateder.protocols.oneroster.questions import read
from kateder.protocols.oneroster.resources import (
    CATEGORIES,
    DELETE_GRADES,
    GRADEBOOK,
    GRADES,
    GRADES_CORE,
    LINE_ITEMS,
    POST_GRADES,
    PUT_GRADES,
    RESULTS,
    SCORE_SCALES,
    Resource,
)
from kateder.protocols.oneroster.status import Minor
from kateder.provisioning.oneroster.gradebook import Bases, Full, Gradebook
from kateder.provisioning.oneroster.views import JSON, ROSTERING_AT, Refused, View, answered, caller, page, single
from kateder.provisioning.ss12000.editions import edition_for
from kateder.provisioning.ss12000.profiles import profile_of
from kateder.trust.api import note

Told = TypeVar("Told")
GRADEBOOK_AT: Final = "ims/oneroster/gradebook/v1p2/"
MOST_BYTES: Final = 2**20
MOST_AT_ONCE: Final = 1000


@dataclass(frozen=True, slots=True)
class Gate:
    """An address of the gradebook: what it is about, what the ids in it are of, and what may be done there."""

    address: str
    about: Resource
    within: tuple[str, ...] = ()
    reads: frozenset[str] = frozenset()
    posts: bool = False
    is_one: bool = False


_ALL: Final = frozenset({GRADES_CORE, GRADES})
_BOOK: Final = tuple(GRADEBOOK.values())
GATES: Final = (
    *(Gate(one.name, one, reads=_ALL) for one in _BOOK),
    *(Gate(f"{one.name}/{{id}}", one, reads=_ALL, is_one=True) for one in _BOOK),
    Gate("classes/{id}/categories", CATEGORIES, ("class",), frozenset({GRADES})),
    Gate("classes/{id}/lineItems", LINE_ITEMS, ("class",), frozenset({GRADES}), posts=True),
    Gate("classes/{id}/lineItems/{id}/results", RESULTS, ("class", "lineItem"), frozenset({GRADES})),
    Gate("classes/{id}/results", RESULTS, ("class",), frozenset({GRADES})),
    Gate("classes/{id}/scoreScales", SCORE_SCALES, ("class",), frozenset({GRADES})),
    Gate("classes/{id}/students/{id}/results", RESULTS, ("class", "student"), frozenset({GRADES})),
    Gate("classes/{id}/academicSessions/{id}/results", RESULTS, ("class", "academicSession"), posts=True),
    Gate("lineItems/{id}/results", RESULTS, ("lineItem",), posts=True),
    Gate("schools/{id}/lineItems", LINE_ITEMS, ("school",), posts=True),
    Gate("schools/{id}/scoreScales", SCORE_SCALES, ("school",), frozenset({GRADES})),
)  # fmt: skip


def view_of(gate: Gate) -> View:
    """A view of one address."""

    @csrf_exempt
    def view(request: HttpRequest, **ids: str) -> HttpResponse:
        return answered(partial(_answer, gate=gate, ids=tuple(ids.values())), request)

    return view


def _answer(request: HttpRequest, *, gate: Gate, ids: tuple[str, ...]) -> HttpResponse:
    method = "GET" if request.method == "HEAD" else request.method or ""
    allowed = [name for name, serves in _METHODS.items() if serves(gate)]
    if method not in allowed:
        raise Refused(405, Minor.INVALID_DATA, f"Only {', '.join(allowed)}.", {"Allow": ", ".join(allowed)})
    return _SERVED[method](request, gate, ids)


def _get(request: HttpRequest, gate: Gate, ids: tuple[str, ...]) -> HttpResponse:
    question = read(str(request.META.get("QUERY_STRING", "")), gate.about, is_one=gate.is_one)
    with db.cursor() as cursor:
        book = _opened(request, cursor, gate.reads)
        if gate.is_one:
            found = book.one(gate.about, ids[0], question)
        else:
            found = book.many(gate.about, question, within=dict(zip(gate.within, ids, strict=True)))
    note(book.client, f"oneroster/{gate.about.name}", objects=len(found.objects), protected=found.protected)
    return single(found, gate.about.single) if gate.is_one else page(request, found, question, gate.about.name)


def _put(request: HttpRequest, gate: Gate, ids: tuple[str, ...]) -> HttpResponse:
    with db.cursor() as cursor:
        book = _opened(request, cursor, frozenset({PUT_GRADES}))
        _taking(lambda: book.put(gate.about, ids[0], _body(request).get(gate.about.single)))
    return HttpResponse(status=201)


def _post(request: HttpRequest, gate: Gate, ids: tuple[str, ...]) -> HttpResponse:
    with db.cursor() as cursor:
        book = _opened(request, cursor, frozenset({POST_GRADES}))
        given = _body(request).get(gate.about.name)
        if not isinstance(given, list) or not 0 < len(given) <= MOST_AT_ONCE:
            raise Refused(422, Minor.INVALID_DATA, f"{gate.about.name}: not a list of 1 to {MOST_AT_ONCE}")
        within = dict(zip(gate.within, ids, strict=True))
        pairs = _taking(lambda: book.post(gate.about, given, within=within))
    told = [{"suppliedSourcedId": ours, "allocatedSourcedId": new} for ours, new in pairs.items()]
    return HttpResponse(orjson.dumps({"sourcedIdPairs": told}), status=201, content_type=JSON)


def _delete(request: HttpRequest, gate: Gate, ids: tuple[str, ...]) -> HttpResponse:
    with db.cursor() as cursor:
        _opened(request, cursor, frozenset({DELETE_GRADES})).remove(gate.about, ids[0])
    return HttpResponse(status=204)


_METHODS: Final[Mapping[str, Callable[[Gate], bool]]] = {
    "GET": lambda gate: bool(gate.reads),
    "PUT": lambda gate: gate.is_one,
    "POST": lambda gate: gate.posts,
    "DELETE": lambda gate: gate.is_one,
}
_SERVED: Final[Mapping[str, Callable[[HttpRequest, Gate, tuple[str, ...]], HttpResponse]]] = {
    "GET": _get,
    "PUT": _put,
    "POST": _post,
    "DELETE": _delete,
}


def _opened(request: HttpRequest, cursor: Any, scopes: frozenset[str]) -> Gradebook:
    client = caller(request, scopes)
    edition = edition_for(client.id, profile_of(client), today=clock.today())
    bases = Bases(request.build_absolute_uri(f"/{ROSTERING_AT}"), request.build_absolute_uri(f"/{GRADEBOOK_AT}"))
    return Gradebook(cursor, client, edition, bases, clock.now())


def _taking(take: Callable[[], Told]) -> Told:
    """Take what was sent; nothing of it is kept when any of it is wrong."""
    try:
        with transaction.atomic():
            return take()
    except BadData as error:
        raise Refused(422, Minor.INVALID_DATA, str(error)) from None
    except Full:
        raise Refused(422, Minor.INVALID_DATA, "There are as many as there may be. Delete some first.") from None


def _body(request: HttpRequest) -> dict[str, Any]:
    try:
        if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES or len(request.body) > MOST_BYTES:
            raise RequestDataTooBig
        found = orjson.loads(request.body)
    except RequestDataTooBig:
        raise Refused(413, Minor.INVALID_DATA, f"The body is larger than {MOST_BYTES} bytes.") from None
    except (ValueError, UnreadablePostError):
        raise Refused(400, Minor.INVALID_DATA, "The body is not JSON.") from None
    if not isinstance(found, dict):
        raise Refused(422, Minor.INVALID_DATA, "The body is not an object.")
    return found


VIEWS: Final[dict[str, View]] = {gate.address: view_of(gate) for gate in GATES}
