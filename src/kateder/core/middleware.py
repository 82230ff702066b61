"""The authority first: found from the host name, then one transaction around all the rest."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase

from kateder.core import authorities
from kateder.core.health import health
from kateder.core.tenancy import within

HEALTH = "/halsa"


class AuthorityMiddleware:
    """Runs sessions, sign-in, view and rendering within the authority; rolls back on a server error."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path == HEALTH:
            return health(request)
        if request.path.startswith(settings.STATIC_URL):
            # What exists has been served before us.
            return HttpResponse("No such file.\n", status=404, content_type="text/plain")
        host = _name(request)
        if _is_loopback(host):
            # Passkeys refuse an IP address, and cookies must have one home.
            port = request.META.get("SERVER_PORT", "")
            return HttpResponsePermanentRedirect(f"http://localhost:{port}{request.get_full_path()}")
        authority = authorities.by_host(host)
        if authority is None:
            return _unknown()
        request.authority = authority  # type: ignore[attr-defined]
        with within(authority.id):
            response = self.get_response(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)
        return response


def _name(request: HttpRequest) -> str:
    host = request.get_host()
    return host.rsplit(":", 1)[0].strip("[]").lower() if not host.endswith("]") else host.strip("[]")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _unknown() -> HttpResponse:
    return HttpResponse("No authority answers at this address.\n", status=404, content_type="text/plain")
