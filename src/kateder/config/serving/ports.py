"""Whether the ports and the socket are free, asked before anything is started."""

from __future__ import annotations

import socket
from collections.abc import Iterable

from kateder.config.serving import sockets
from kateder.config.serving.parts import Part
from kateder.core.errors import DomainError


class PortBusy(DomainError):
    """Port {port} on {host} is used by another program{who}. Stop it, or choose another port with {setting}."""


def check(parts: Iterable[Part]) -> None:
    """Raise PortBusy, naming the program where the system tells, unless every part could listen.

    Raises NoFolderForSocket and SocketBusy likewise.
    """
    for part in parts:
        if part.socket is not None:
            sockets.clear(part.socket)
        for port, setting in part.doors:
            _check(part.host, port, setting=setting)


def _check(host: str, port: int, *, setting: str) -> None:
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError:
            raise PortBusy(port=port, host=host, who=_who(port), setting=setting) from None


def answers(part: Part) -> bool:
    """Say whether somebody accepts connections at every door of a part."""
    if part.socket is not None:
        return sockets.answers(part.socket)
    reachable = "127.0.0.1" if part.host in {"0.0.0.0", "::"} else part.host  # noqa: S104 - compared, not bound
    try:
        for port, _ in part.doors:
            socket.create_connection((reachable, port), timeout=0.5).close()
    except OSError:
        return False
    return True


def _who(port: int) -> str:
    import psutil

    try:
        owners = {c.pid for c in psutil.net_connections("tcp") if c.laddr and c.laddr.port == port and c.pid}
        names = sorted(f"{psutil.Process(pid).name()}, process {pid}" for pid in owners)
    except psutil.Error:
        return ""
    return f" ({'; '.join(names)})" if names else ""
