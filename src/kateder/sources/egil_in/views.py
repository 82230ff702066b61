"""The SCIM server over HTTP (RFC 7644): who may, what is asked, one domain call, the answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from pydantic import ValidationError
from scim2_models import (
    Context,
    InvalidSyntaxException,
    NotFoundException,
    NotImplementedException,
    PayloadTooLargeException,
    SCIMException,
    ScimFilter,
    SearchRequest,
)
from scim2_models.path import Comparison

from kateder.core import clock
from kateder.protocols.scim.queries import search_of, selection_of
from kateder.protocols.scim.versions import matches
from kateder.sources.egil_in import answers, inlets, service
from kateder.sources.egil_in.activity import refuse_inactive
from kateder.sources.egil_in.callers import admitted, member_admitted
from kateder.sources.egil_in.kept import Body, Kept
from kateder.sources.egil_in.objects import Objects
from kateder.sources.models import Inlet
from kateder.trust.api import wait_for

BODY_TYPES = {"application/scim+json", "application/json"}


class MethodNotAllowed(SCIMException):
    """A method that an address does not have."""

    status = 405


class UnsupportedType(SCIMException):
    """A body in another format."""

    status = 415


@dataclass(frozen=True, slots=True)
class Call:
    """A request that has been let in."""

    request: HttpRequest
    inlet: Inlet
    objects: Objects
    id: str

    @property
    def if_match(self) -> str:
        """On which version the client builds, if it says."""
        return self.request.headers.get("If-Match", "")

    def one(self, kept: Kept, *, status: int = 200) -> HttpResponse:
        """The answer that is one resource."""
        selection = selection_of(self.objects.model, self.request.GET.dict())
        return answers.one(self.request, self.objects, kept, selection=selection, status=status)


@csrf_exempt
def serve(request: HttpRequest, source_id: UUID, rest: str) -> HttpResponse:
    """Every address below a source's."""
    try:
        return _admit(request, admitted(request, source_id), rest)
    except (SCIMException, ValidationError) as problem:
        return answers.refusal(problem)


@csrf_exempt
def serve_member(request: HttpRequest, rest: str) -> HttpResponse:
    """The same for a member of a federation, which has one address here; to anybody else 403 and nothing more."""
    inlet = member_admitted(request)
    if inlet is None:
        return HttpResponse(status=403)
    try:
        return _admit(request, inlet, rest)
    except (SCIMException, ValidationError) as problem:
        return answers.refusal(problem)


def _admit(request: HttpRequest, inlet: Inlet, rest: str) -> HttpResponse:
    seconds = wait_for(inlet.source_id, rate=service.rate_of(inlet.source.settings))
    if seconds:
        raise answers.TooManyRequests(seconds=seconds)
    inlets.note(inlet, now=clock.now(), changed=False)
    return _route(request, inlet, rest.strip("/"))


def _route(request: HttpRequest, inlet: Inlet, rest: str) -> HttpResponse:
    endpoint, _, id_ = rest.partition("/")
    if endpoint in {"ServiceProviderConfig", "Schemas", "ResourceTypes"}:
        return _discovery(request, endpoint, id_)
    kind = service.kind_at(endpoint)
    if kind is None:
        if endpoint in {"Me", "Bulk", ".search", ""}:
            raise NotImplementedException(detail=f"There is no /{endpoint} here")
        raise NotFoundException(detail=f"There is no /{endpoint} here")
    objects = Objects(inlet.source_id, kind, service.policy_of(inlet.source.settings))
    methods = _SEARCH if id_ == ".search" else _ONE if id_ else _ALL
    call = methods.get(str(request.method))
    if call is None:
        raise MethodNotAllowed(detail=f"{request.method} is not for this address")
    return call(Call(request, inlet, objects, id_))


def _discovery(request: HttpRequest, endpoint: str, id_: str) -> HttpResponse:
    if request.method != "GET":
        raise MethodNotAllowed(detail="Only GET")
    if "filter" in request.GET:
        # RFC 7644 §4: filters are refused here.
        return answers.answer({"schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "status": "403"}, status=403)
    provider = service.provider()
    if endpoint == "ServiceProviderConfig":
        if provider.config is None or id_:
            raise NotFoundException
        return answers.answer(_published(provider.config, request, endpoint))
    found = provider.schemas if endpoint == "Schemas" else provider.resource_types
    if not id_:
        bodies = [_published(one, request, f"{endpoint}/{one.id}") for one in found]
        return answers.several(bodies, total=len(bodies), start=1)
    for one in found:
        if str(one.id).casefold() == id_.casefold():
            return answers.answer(_published(one, request, f"{endpoint}/{one.id}"))
    raise NotFoundException(detail=f"There is no {endpoint}/{id_}")


def _published(described: Any, request: HttpRequest, path: str) -> Body:
    before, _, _ = request.path.partition("/v2/")
    meta = {"resourceType": type(described).__name__, "location": request.build_absolute_uri(f"{before}/v2/{path}")}
    return {**described.model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE), "meta": meta}


def _list(call: Call) -> HttpResponse:
    return _found(call, search_of(call.objects.model, call.request.GET.dict()))


def _search(call: Call) -> HttpResponse:
    model = call.objects.model
    asked = SearchRequest[model].model_validate(_body(call.request), scim_ctx=Context.SEARCH_REQUEST)  # type: ignore[valid-type]
    return _found(call, asked)


def _found(call: Call, asked: SearchRequest[Any]) -> HttpResponse:
    start = asked.start_index_0 or 0
    count = min(service.USUAL_RESULTS if asked.count is None else asked.count, service.MOST_RESULTS)
    if asked.filter is None and asked.sort_by is None:
        total, page = call.objects.page(start=start, count=count)
    else:
        matching = _matching(call.objects, asked)
        total, page = len(matching), matching[start : start + count]
    selection = asked if asked.attributes or asked.excluded_attributes else None
    bodies = [answers.body_of(call.request, call.objects, kept, selection=selection) for kept in page]
    return answers.several(bodies, total=total, start=start + 1)


def _matching(objects: Objects, asked: SearchRequest[Any]) -> list[Kept]:
    if (external_id := _asked_external_id(asked.filter)) is not None:
        return objects.named(external_id)
    kept_by_id: dict[str | None, Kept] = {}
    resources = []
    for kept in objects.every():
        resource = objects.resource(kept)
        if asked.filter is None or asked.filter.match(resource):
            kept_by_id[kept.id] = kept
            resources.append(resource)
    return [kept_by_id[resource.id] for resource in asked.sort(resources)]


def _asked_external_id(filter_: ScimFilter[Any] | None) -> str | None:
    """The `externalId` that a filter asks for and nothing else: what clients look things up by."""
    tree = None if filter_ is None else filter_.ast
    if not isinstance(tree, Comparison) or tree.op != "eq" or tree.attr_path.sub_attr or tree.attr_path.uri:
        return None
    asked = tree.attr_path.attr.casefold() == "externalid"
    return tree.value if asked and isinstance(tree.value, str) else None


def _create(call: Call) -> HttpResponse:
    overwrite = bool(call.inlet.source.settings.get("overwrite"))
    now = clock.now()
    kept, is_new = call.objects.create(_told(call), overwrite=overwrite, now=now, today=clock.today())
    inlets.note(call.inlet, now=now, changed=kept.modified == now)
    return call.one(kept, status=201 if is_new else 200)


def _get(call: Call) -> HttpResponse:
    kept = call.objects.get(call.id)
    if (known := call.request.headers.get("If-None-Match")) and matches(known, kept.version):
        response = HttpResponse(status=304)
        response["ETag"] = kept.version
        return response
    return call.one(kept)


def _replace(call: Call) -> HttpResponse:
    return _change(call, call.objects.replace)


def _patch(call: Call) -> HttpResponse:
    return _change(call, call.objects.patch)


def _change(call: Call, change: Callable[..., Kept]) -> HttpResponse:
    now = clock.now()
    kept = change(call.id, _told(call), if_match=call.if_match, now=now, today=clock.today())
    inlets.note(call.inlet, now=now, changed=kept.modified == now)
    return call.one(kept)


def _delete(call: Call) -> HttpResponse:
    call.objects.remove(call.id, if_match=call.if_match)
    inlets.note(call.inlet, now=clock.now(), changed=True)
    return answers.answer(None, status=204)


def _told(call: Call) -> Any:
    given = _body(call.request)
    refuse_inactive(call.objects.kind, given)
    return given


def _body(request: HttpRequest) -> Any:
    """The request's JSON. Raises a SCIMException."""
    if (request.content_type or "").casefold() not in BODY_TYPES:
        raise UnsupportedType(detail="Send application/scim+json")
    try:
        return orjson.loads(request.body)
    except RequestDataTooBig:
        raise PayloadTooLargeException from None
    except orjson.JSONDecodeError:
        raise InvalidSyntaxException(detail="The body is not JSON") from None


_ALL: dict[str, Callable[[Call], HttpResponse]] = {"GET": _list, "POST": _create}
_ONE: dict[str, Callable[[Call], HttpResponse]] = {
    "GET": _get, "PUT": _replace, "PATCH": _patch, "DELETE": _delete,
}  # fmt: skip
_SEARCH: dict[str, Callable[[Call], HttpResponse]] = {"POST": _search}
