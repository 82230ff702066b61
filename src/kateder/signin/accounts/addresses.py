"""From which address somebody tries."""

from __future__ import annotations

from django.conf import settings

from kateder.core.proxies import is_trusted
from kateder.signin.requests import Request


def address_of(request: Request) -> str:
    """The browser's address. Behind the trusted proxy it is what that proxy wrote last; what a browser wrote itself
    stands before it, and is not believed.
    """
    direct = str(request.META.get("REMOTE_ADDR", ""))
    forwarded = request.headers.get("X-Forwarded-For", "")
    if forwarded and is_trusted(request.META, proxy=settings.TRUSTED_PROXY):
        return forwarded.rsplit(",", 1)[-1].strip()
    return direct
