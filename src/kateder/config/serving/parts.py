"""What `kateder serve` runs, and with which settings."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from kateder.config.serving import sockets
from kateder.core import authorities


@dataclass(frozen=True)
class Part:
    """A process to keep running.

    `doors` are the ports on `host` where it answers, each with the setting that moves it; or it answers at `socket`.
    """

    name: str
    command: tuple[str, ...]
    host: str = ""
    doors: tuple[tuple[int, str], ...] = ()
    socket: Path | None = None


def parts(*, with_worker: bool = True) -> list[Part]:
    """Return the parts of this installation: the provider only where there is a demo authority."""
    chosen = [web()]
    if with_worker:
        chosen.append(Part("worker", (sys.executable, "-m", "kateder", "worker")))
    if any(authority.is_demo for authority in authorities.every()):
        chosen.append(provider())
    return chosen


def web() -> Part:
    """The web server: granian's processes, each with a few threads (a thread holds a database connection)."""
    path: Path | None = settings.SOCKET
    listening = (
        ("--host", settings.BIND, "--port", str(settings.PORT))
        if path is None
        else ("--uds", str(path), "--uds-permissions", sockets.PERMISSIONS)
    )
    command = (
        *(sys.executable, "-m", "granian", "kateder.config.wsgi:application", "--interface", "wsgi"),
        *listening,
        *("--workers", str(settings.WEB_PROCESSES), "--blocking-threads", str(settings.WEB_THREADS)),
        *("--respawn-failed-workers", "--respawn-interval", "0.5", "--workers-kill-timeout", "5"),
        *("--no-ws", "--http", "1", "--log-level", "warning"),
    )
    if path is not None:
        return Part("web", command, socket=path)
    return Part("web", command, host=settings.BIND, doors=((settings.PORT, "KATEDER_PORT"),))


def provider() -> Part:
    """The demo provider, a stranger with a store of its own."""
    command = (
        *(sys.executable, "-m", "kateder.demo.provider", "--state", str(settings.DATA_DIR / "demo-provider")),
        *("--pages-port", str(settings.DEMO_PROVIDER_PORT), "--scim-port", str(settings.DEMO_PROVIDER_SCIM_PORT)),
        *("--issuer", f"http://localhost:{settings.PORT}"),
    )
    doors = (
        (settings.DEMO_PROVIDER_PORT, "KATEDER_PROVIDER_PORT"),
        (settings.DEMO_PROVIDER_SCIM_PORT, "KATEDER_PROVIDER_SCIM_PORT"),
    )
    return Part("provider", command, host="127.0.0.1", doors=doors)
