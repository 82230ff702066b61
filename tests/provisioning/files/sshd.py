"""A real sshd of a test's own: on a free port, known by its key, open for one key of ours."""

from __future__ import annotations

import contextlib
import getpass
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.sources.directory.slapd import free_port

SSHD = shutil.which("sshd", path="/usr/sbin:/usr/bin")
KEYGEN = shutil.which("ssh-keygen")
PRIVILEGE_SEPARATION = Path("/run/sshd")

needs_sshd = pytest.mark.skipif(
    SSHD is None or KEYGEN is None, reason="sshd is not installed (apt-get install openssh-server)"
)

_CONFIGURATION = """
ListenAddress 127.0.0.1:{port}
HostKey {folder}/host
PidFile none
UsePAM no
StrictModes no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
AuthorizedKeysFile {folder}/client.pub
Subsystem sftp internal-sftp
"""


@dataclass
class Sshd:
    """A running server; it can be stopped, given another key, and started again."""

    folder: Path
    port: int
    user: str
    _process: subprocess.Popen[bytes] | None = None

    @property
    def fingerprint(self) -> str:
        """The fingerprint of its key."""
        shown = subprocess.run([str(KEYGEN), "-lf", str(self.folder / "host.pub")], check=True, capture_output=True)
        return shown.stdout.decode().split()[1]

    @property
    def private_key(self) -> str:
        """A key that it lets in."""
        return (self.folder / "client").read_text()

    def new_host_key(self) -> None:
        """Be somebody else from the next start on."""
        for name in ("host", "host.pub"):
            (self.folder / name).unlink(missing_ok=True)
        _keygen(self.folder / "host")

    def start(self) -> None:
        """Answer."""
        command = [str(SSHD), "-D", "-e", "-f", str(self.folder / "sshd_config")]
        self._process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
            time.sleep(0.02)
        raise TimeoutError(f"sshd does not answer on {self.port}")

    def stop(self) -> None:
        """Answer no longer."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(20)
            self._process = None


@contextlib.contextmanager
def running(folder: Path) -> Iterator[Sshd]:
    """Serve until the block ends."""
    if os.geteuid() == 0:
        PRIVILEGE_SEPARATION.mkdir(exist_ok=True)  # what Debian's service would make
    folder.mkdir(parents=True)
    server = Sshd(folder, free_port(), getpass.getuser())
    for name in ("host", "client"):
        _keygen(folder / name)
    (folder / "sshd_config").write_text(_CONFIGURATION.format(port=server.port, folder=folder))
    server.start()
    try:
        yield server
    finally:
        server.stop()


@dataclass
class Wire:
    """Passes bytes on to a port, and is cut after so many of them from the client."""

    to: int
    most: int
    port: int = 0

    @contextlib.contextmanager
    def strung(self) -> Iterator[Wire]:
        """Pass on until the block ends."""
        with socket.create_server(("127.0.0.1", 0)) as server:
            self.port = server.getsockname()[1]
            thread = threading.Thread(target=self._accept, args=(server,), daemon=True)
            thread.start()
            yield self
            server.shutdown(socket.SHUT_RDWR)
        thread.join(10)

    def _accept(self, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = server.accept()
                threading.Thread(target=self._carry, args=(near,), daemon=True).start()

    def _carry(self, near: socket.socket) -> None:
        with near, socket.create_connection(("127.0.0.1", self.to)) as far:
            back = threading.Thread(target=_pass, args=(far, near, 10**12), daemon=True)
            back.start()
            _pass(near, far, self.most)
            for each in (near, far):
                with contextlib.suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
            back.join(10)


def _pass(source: socket.socket, sink: socket.socket, most: int) -> None:
    with contextlib.suppress(OSError):
        while most > 0 and (some := source.recv(min(65536, most))):
            sink.sendall(some)
            most -= len(some)


def _keygen(path: Path) -> None:
    subprocess.run([str(KEYGEN), "-q", "-t", "ed25519", "-N", "", "-f", str(path)], check=True)
