"""Our OpenAPI document, at the API itself and for a file."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from kateder.protocols.ss12000.openapi import document

BASE: Final = "/ss12000/v2.0"
TOKEN: Final = "/oauth/token"  # noqa: S105 - an address


def described(site: str) -> dict[str, Any]:
    """The document of a Kateder that answers at a site, such as https://kateder.example.se."""
    site = site.rstrip("/")
    return document(base_url=f"{site}{BASE}", token_url=f"{site}{TOKEN}")


@require_GET
def openapi(request: HttpRequest) -> HttpResponse:
    """The document, for anybody: it says what can be asked, and nothing of what is there."""
    response = JsonResponse(described(request.build_absolute_uri("/")), json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = "public, max-age=3600"
    return response
