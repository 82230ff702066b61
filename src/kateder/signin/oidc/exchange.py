"""Between Django's requests and the protocol library."""

from __future__ import annotations

import functools
from typing import Any, Final

from django.http import HttpRequest
from oauth2_provider.oauth2_backends import OAuthLibCore

ISSUER_HEADER: Final = "KATEDER_ISSUER"


def issuer(request: HttpRequest) -> str:
    """The authority's own origin; `core.middleware` has refused every host that is nobody's."""
    return request.build_absolute_uri("/").rstrip("/")


class Exchange(OAuthLibCore):  # type: ignore[misc]
    """Tells the validator which issuer this is."""

    def extract_headers(self, request: HttpRequest) -> dict[str, Any]:
        headers: dict[str, Any] = super().extract_headers(request)
        headers[ISSUER_HEADER] = issuer(request)
        return headers


@functools.cache
def exchange() -> Exchange:
    """One for the process: it holds nothing of a request."""
    return Exchange()
