"""The demo provider as a process: found when it runs, otherwise started for as long as it is needed."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from kateder.core.errors import DomainError

START_SECONDS = 30.0


class ProviderDoesNotStart(DomainError):
    """The provider of the demo does not start. Is another program using port {pages_port} or {scim_port}?"""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the provider answers, and the pin of its key."""

    pages: str
    scim: str
    pin: str


@contextmanager
def running(state: Path, *, issuer: str, pages_port: int, scim_port: int) -> Iterator[Address]:
    """Give the address of a running provider; one that was started here is stopped afterwards.

    Raises ProviderDoesNotStart.
    """
    found = _answering(state)
    if found is not None:
        yield found
        return
    (state / "provider.json").unlink(missing_ok=True)
    command = [sys.executable, "-m", "kateder.demo.provider", "--state", str(state), "--issuer", issuer]
    ports = ["--pages-port", str(pages_port), "--scim-port", str(scim_port)]
    with subprocess.Popen([*command, *ports]) as process:
        try:
            yield _wait(state, process=process, pages_port=pages_port, scim_port=scim_port)
        finally:
            process.terminate()


def _wait(state: Path, *, process: subprocess.Popen[bytes], pages_port: int, scim_port: int) -> Address:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if (found := _answering(state)) is not None:
            return found
        time.sleep(0.05)
    raise ProviderDoesNotStart(pages_port=pages_port, scim_port=scim_port)


def _answering(state: Path) -> Address | None:
    """Return the address that the provider has written down, if somebody answers there."""
    try:
        told = json.loads((state / "provider.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    address = Address(pages=told["pages"], scim=told["scim"], pin=told["pin"])
    place = urlsplit(address.scim)
    try:
        socket.create_connection((str(place.hostname), int(place.port or 443)), timeout=1).close()
    except OSError:
        return None
    return address
