"""`/metrics`: for the operator's Prometheus, whatever host name it uses, with the token of the installation."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from kateder.core import clock
from kateder.provisioning.metrics.exposition import CONTENT_TYPE, text_of

ADDRESS = "/metrics"


class MetricsMiddleware:
    """Answers before an authority is looked for. Without KATEDER_METRICS_TOKEN there is no such address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path != ADDRESS or not settings.METRICS_TOKEN:
            return self.get_response(request)
        if not _knows(request, settings.METRICS_TOKEN):
            return HttpResponse("Show the token.\n", status=401, headers={"WWW-Authenticate": "Bearer"})
        from kateder.provisioning.metrics.figures import Figures

        return HttpResponse(text_of(Figures(now=clock.now()).all()), content_type=CONTENT_TYPE)


def _knows(request: HttpRequest, token: str) -> bool:
    scheme, _, shown = request.headers.get("Authorization", "").partition(" ")
    return scheme.lower() == "bearer" and secrets.compare_digest(shown.strip().encode(), token.encode())
