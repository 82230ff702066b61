"""Where a notification may be sent: to a public https address, so that nobody can have us knock on inner doors.

The address is judged when it is registered, and the addresses that its name leads to each time something is sent.
An installation that talks to systems in its own network allows that by a setting (`KATEDER_PRIVATE_WEBHOOKS`).
"""

from __future__ import annotations

import ipaddress
import socket
from typing import Final
from urllib.parse import urlsplit

from aiohttp import DefaultResolver
from aiohttp.abc import AbstractResolver, ResolveResult
from django.conf import settings

from kateder.core.errors import DomainError

MOST_CHARACTERS: Final = 2000
INNER_NAMES: Final = ("localhost", ".localhost", ".local", ".internal", ".home.arpa")


class BadTarget(DomainError):
    """Notifications cannot be sent there: give a public https address without user name and #."""


class InnerAddress(OSError):
    """The name leads to an address that is not on the open Internet."""


def check(target: str) -> None:
    """Judge an address that somebody wants to be notified at. Raises BadTarget."""
    try:
        parts = urlsplit(target)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        raise BadTarget from None
    odd = not target.isprintable() or not target.isascii() or " " in target or "\\" in target
    if odd or len(target) > MOST_CHARACTERS or not host or "@" in parts.netloc or parts.fragment:
        raise BadTarget
    if settings.PRIVATE_WEBHOOKS and parts.scheme in {"http", "https"}:
        return
    if parts.scheme != "https" or f".{host}".endswith(INNER_NAMES) or _is_odd_number(host) or _is_inner(host):
        raise BadTarget


def _is_inner(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    embedded = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    return not address.is_global or address.is_multicast or (embedded is not None and not embedded.is_global)


def _is_odd_number(host: str) -> bool:
    """Whether the system would read an address out of something that does not look like one (127.1, 0x7f.1)."""
    last = host.rstrip(".").rpartition(".")[2]
    is_number = last.isdigit() or last.startswith("0x")
    return is_number and not _reads(host)


def _reads(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


class PublicResolver(AbstractResolver):
    """Looks names up and leaves out what is not on the open Internet; what was looked up is what is connected to."""

    def __init__(self) -> None:
        self._resolver = DefaultResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The public addresses of a name. Raises InnerAddress when it has none."""
        found = await self._resolver.resolve(host, port, family)
        public = [one for one in found if settings.PRIVATE_WEBHOOKS or not _is_inner(one["host"])]
        if not public:
            raise InnerAddress(host)
        return public

    async def close(self) -> None:
        """Nothing is held."""
        await self._resolver.close()
