"""How resources, lists and refusals look on the wire."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from scim2_models import Context, ListResponse, ResponseParameters, SCIMException

from kateder.protocols.egil.types import ResourceType
from kateder.protocols.scim.problems import Problem, error_of
from kateder.sources.egil_in.kept import Kept
from kateder.sources.egil_in.objects import Objects

CONTENT_TYPE = "application/scim+json"
LIST = str(ListResponse.__schema__)


class TooManyRequests(SCIMException):
    """A sender that is faster than it may be."""

    status = 429

    def __init__(self, *, seconds: int) -> None:
        super().__init__(detail=f"Too many requests. Wait for {seconds} s and go on.")
        self.seconds = seconds


def answer(body: Mapping[str, Any] | None, *, status: int = 200) -> HttpResponse:
    """A body as SCIM's JSON; none where there is nothing to say."""
    content = b"" if body is None else orjson.dumps(body)
    response = HttpResponse(content, status=status, content_type=CONTENT_TYPE)
    if body is None:
        del response["Content-Type"]
    return response


def refusal(problem: Problem) -> HttpResponse:
    """An error message with its status."""
    error = error_of(problem)
    response = answer(error.model_dump(), status=error.status or 400)
    if isinstance(problem, TooManyRequests):
        response["Retry-After"] = str(problem.seconds)
    if error.status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="EGIL"'
    return response


def one(
    request: HttpRequest, objects: Objects, kept: Kept, *, selection: ResponseParameters[Any] | None, status: int = 200
) -> HttpResponse:
    """One resource, with its version and, where it is new, its address."""
    response = answer(body_of(request, objects, kept, selection=selection), status=status)
    response["ETag"] = kept.version
    response["Location" if status == 201 else "Content-Location"] = location(request, objects.kind, kept.id)
    return response


def several(bodies: Iterable[Mapping[str, Any]], *, total: int, start: int) -> HttpResponse:
    """A page of a list (RFC 7644 §3.4.2.4)."""
    resources = list(bodies)
    paging = {"totalResults": total, "startIndex": start, "itemsPerPage": len(resources)}
    return answer({"schemas": [LIST], **paging, "Resources": resources})


def body_of(
    request: HttpRequest, objects: Objects, kept: Kept, *, selection: ResponseParameters[Any] | None
) -> Mapping[str, Any]:
    """A resource with `id` and `meta`; only what was asked for, where something was."""
    address = location(request, objects.kind, kept.id)
    if selection is None:
        meta = {
            "resourceType": objects.kind.value,
            "created": kept.created.isoformat(),
            "lastModified": kept.modified.isoformat(),
            "location": address,
            "version": kept.version,
        }
        return {**kept.body, "id": kept.id, "meta": meta}
    resource = objects.resource(kept)
    if resource.meta is not None:
        resource.meta.location = address
    return resource.model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE, response_parameters=selection)


def location(request: HttpRequest, kind: ResourceType, id_: str) -> str:
    """A resource's address."""
    before, _, _ = request.path.partition("/v2/")
    return request.build_absolute_uri(f"{before}/v2/{kind.endpoint}/{id_}")
