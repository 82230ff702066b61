"""Our OpenAPI documents, where a consumer of OneRoster 1.2 looks for them."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from kateder.protocols.oneroster.openapi import Operation, document
from kateder.protocols.oneroster.resources import DELETE_GRADES, POST_GRADES, PUT_GRADES, ROUTES
from kateder.provisioning.oneroster.gradebook_views import GATES, GRADEBOOK_AT
from kateder.provisioning.oneroster.views import ROSTERING_AT


@require_GET
def rostering(request: HttpRequest) -> HttpResponse:
    """Pupils and classes, for anybody: it says what can be asked, and nothing of what is there."""
    reads = (Operation(one.address, "GET", one.gives, one.scopes, one.is_one) for one in ROUTES.values())
    return _told(request, reads, title="OneRoster 1.2 Rostering", at=ROSTERING_AT)


@require_GET
def gradebook(request: HttpRequest) -> HttpResponse:
    """Results, likewise."""
    return _told(request, _of_gradebook(), title="OneRoster 1.2 Gradebook", at=GRADEBOOK_AT)


def _of_gradebook() -> Iterator[Operation]:
    for gate in GATES:
        if gate.reads:
            yield Operation(gate.address, "GET", gate.about, gate.reads, gate.is_one)
        if gate.posts:
            yield Operation(gate.address, "POST", gate.about, frozenset({POST_GRADES}))
        if gate.is_one:
            yield Operation(gate.address, "PUT", gate.about, frozenset({PUT_GRADES}), is_one=True)
            yield Operation(gate.address, "DELETE", gate.about, frozenset({DELETE_GRADES}), is_one=True)


def _told(request: HttpRequest, operations: Iterator[Operation], *, title: str, at: str) -> HttpResponse:
    base, token = request.build_absolute_uri(f"/{at}"), request.build_absolute_uri("/oauth/token")
    response = JsonResponse(document(operations, title=title, base_url=base, token_url=token))
    response["Cache-Control"] = "public, max-age=3600"
    return response
