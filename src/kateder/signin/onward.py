"""Where to after signing in, choosing or opening: only to ourselves, or to a service's registered address."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from kateder.signin.requests import Request


def next_address(request: Request, wanted: str) -> str:
    """`wanted` when it is one of our own addresses, else the first page: nobody is sent elsewhere by a link."""
    allowed = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    plain = wanted.isprintable()  # a line break would end the header that carries it
    return wanted if allowed and plain and urlsplit(wanted).path.startswith("/") else "/"


def go_on(request: Request, address: str) -> HttpResponse:
    """Answer a form by going on to an address, possibly a service's.

    Not a redirect: the policy that forms stay here (`form-action 'self'`) follows redirects in Chromium.
    """
    response = render(request, "signin/onward.html", {"address": address})
    response["Refresh"] = f"0;url={address}"
    response["Cache-Control"] = "no-store"
    return response
