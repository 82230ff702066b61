"""Whether the ports are free, asked before anything is started."""

from __future__ import annotations

import socket

from kateder.core.errors import DomainError


class PortBusy(DomainError):
    """Port {port} on {host} is used by another program{who}. Stop it, or choose another port with {setting}."""


def check(host: str, port: int, *, setting: str) -> None:
    """Raise PortBusy, naming the program where the system tells, unless we could listen there."""
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError:
            raise PortBusy(port=port, host=host, who=_who(port), setting=setting) from None


def answers(host: str, port: int) -> bool:
    """Say whether somebody accepts connections there."""
    reachable = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 - compared, not bound
    try:
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
