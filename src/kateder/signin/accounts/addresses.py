"""From which address somebody tries."""

from __future__ import annotations

from django.conf import settings

from kateder.signin.requests import Request


def address_of(request: Request) -> str:
    """The browser's address. Behind the trusted proxy it is what that proxy wrote last; what a browser wrote itself
    stands before it, and is not believed.
    """
    direct = str(request.META.get("REMOTE_ADDR", ""))
    forwarded = request.headers.get("X-Forwarded-For", "")
    if settings.TRUSTED_PROXY and direct == settings.TRUSTED_PROXY and forwarded:
        return forwarded.rsplit(",", 1)[-1].strip()
    return direct
