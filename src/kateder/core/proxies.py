"""Whether a request comes from the proxy that the operator trusts: then what that proxy wrote is believed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

SOCKET: Final = "socket"
"""As `KATEDER_TRUSTED_PROXY`: whoever can open the Unix socket that we listen on, which its permissions decide."""


def is_trusted(meta: Mapping[str, Any], *, proxy: str | None) -> bool:
    """Whether a request (its WSGI variables) comes from `proxy`: an address, or `socket`.

    A peer of a Unix socket has no address; one of TCP always has.
    """
    if not proxy:
        return False
    return bool(meta.get("REMOTE_ADDR", "") == ("" if proxy == SOCKET else proxy))
