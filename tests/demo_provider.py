"""The demo provider as a process, for tests that need somebody to deliver to or to launch at."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from kateder.demo.provider.log import Entry, read_log
from kateder.demo.provider.settings import Settings
from kateder.demo.provider.store import Store, read_store
from kateder.protocols.matf.identity import Identity, self_signed

START_SECONDS = 20


def client_identity(*, days: int = 2, name: str = "kateder test") -> Identity:
    """Give a client key with a certificate that is valid from yesterday for some days."""
    yesterday = datetime.now(tz=UTC) - timedelta(days=1)
    return self_signed(name, not_before=yesterday, not_after=yesterday + timedelta(days=days))


class DemoProvider:
    """One provider process; it can be killed and started again on its state."""

    def __init__(self, state: Path, *, issuer: str = "http://localhost:8000") -> None:
        self.settings = Settings(state=state, issuer=issuer, pages_port=0, scim_port=0)
        self._process: subprocess.Popen[bytes] | None = None
        self.pages = self.scim = self.pin = ""
        self._since = 0

    def start(self) -> None:
        """Start it, on the ports it had before if it ran before, and wait until both doors are open.

        While it was away somebody else may have been given one of its ports for a moment: it waits for it.
        """
        self.settings.address_file.unlink(missing_ok=True)
        ports = [self.pages.rpartition(":")[2] or "0", self.scim.rpartition(":")[2] or "0"]
        self._process = self._begin(ports)
        deadline = time.monotonic() + START_SECONDS
        while not self.settings.address_file.exists():
            if time.monotonic() > deadline:
                raise RuntimeError(f"the demo provider did not start: {self._process.poll()}")
            if self._process.poll() is not None:
                time.sleep(0.2)
                self._process = self._begin(ports)
            time.sleep(0.02)
        address = json.loads(self.settings.address_file.read_text())
        self.pages, self.scim, self.pin = address["pages"], address["scim"], address["pin"]

    def _begin(self, ports: list[str]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [
                *(sys.executable, "-m", "kateder.demo.provider", "--issuer", self.settings.issuer),
                *("--state", str(self.settings.state), "--pages-port", ports[0], "--scim-port", ports[1]),
            ],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        )

    def kill(self) -> None:
        """Kill it as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to stop."""
        self._end(signal.SIGTERM)

    def know(self, client: Identity, *, name: str = "kateder") -> None:
        """Let a client in; a running provider notices at once."""
        self.settings.clients_folder.mkdir(parents=True, exist_ok=True)
        (self.settings.clients_folder / f"{name}.pem").write_text(client.certificate)

    def order(self, *rules: dict[str, Any], latency_ms: int = 0) -> None:
        """Order it to misbehave, see `kateder.demo.provider.orders`; without rules it behaves."""
        whole = self.settings.orders_file.with_suffix(".new")
        whole.write_text(json.dumps({"latency_ms": latency_ms, "rules": list(rules)}))
        whole.replace(self.settings.orders_file)

    def store(self) -> Store:
        """Give what it holds, read from its log."""
        return read_store(self.settings.log_file, start=self._since)

    def begin_anew(self) -> None:
        """Look from now on only at what comes from now on, and have it behave: several tests share one process."""
        self.order()
        self._since = self.settings.log_file.stat().st_size

    def everything(self) -> bytes:
        """Give every byte it was given."""
        return self.settings.log_file.read_bytes()[self._since :]

    def given(self, door: str = "scim") -> list[Entry]:
        """Give everything that came in by a door."""
        return [entry for entry in read_log(self.settings.log_file, start=self._since) if entry.door == door]

    def _end(self, number: signal.Signals) -> None:
        if self._process and self._process.poll() is None:
            self._process.send_signal(number)
            self._process.wait(timeout=10)
        self._process = None


@contextmanager
def demo_provider(
    state: Path, *, client: Identity | None = None, issuer: str = "http://localhost:8000"
) -> Iterator[DemoProvider]:
    """Run a provider that knows `client`, for the time of a test."""
    provider = DemoProvider(state, issuer=issuer)
    if client:
        provider.know(client)
    provider.start()
    try:
        yield provider
    finally:
        provider.stop()
