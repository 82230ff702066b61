"""The proxies that operators are given configurations for, as processes: those very configurations, other places."""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from kateder.config.serving.sockets import PERMISSIONS, answers
from kateder.core.proxies import SOCKET
from kateder.protocols.matf.identity import Identity, self_signed
from kateder.protocols.matf.pinning import load_identity

CONFIGURATIONS = Path(__file__).parent.parent.parent / "docs" / "proxies"
START_SECONDS = 20
HOST = "egil.bjorkviken.se"
MODULES = ("mpm_event", "authz_core", "ssl", "headers", "proxy", "proxy_http", "socache_shmcb")


def server_identity(host: str = "127.0.0.1") -> Identity:
    now = datetime.now(UTC)
    return self_signed("proxy", not_before=now - timedelta(days=1), not_after=now + timedelta(days=1), hosts=[host])


@dataclass(frozen=True)
class Proxy:
    """A kind of proxy: its program, the file that operators are given, and the form in which it forwards."""

    name: str
    program: str
    file: str
    form: str

    @property
    def is_here(self) -> bool:
        """Whether the program is installed."""
        return shutil.which(self.program, path=f"{os.environ.get('PATH', '')}:/usr/sbin") is not None

    def command(self, folder: Path, configuration: str) -> list[str]:
        """What to run, in the foreground, with the configuration made whole."""
        path = folder / self.file
        path.write_text(_WHOLE[self.name](folder, configuration))
        program = str(shutil.which(self.program, path=f"{os.environ.get('PATH', '')}:/usr/sbin"))
        return {
            "nginx": [
                program,
                "-c",
                str(path),
                "-p",
                str(folder),
                "-e",
                str(folder / "error.log"),
                "-g",
                "daemon off;",
            ],
            "haproxy": [program, "-f", str(path), "-db"],
            "apache": [program, "-f", str(path), "-DFOREGROUND"],
        }[self.name]


PROXIES = (
    Proxy("nginx", "nginx", "nginx.conf", "x-ssl-cert"),
    Proxy("haproxy", "haproxy", "haproxy.cfg", "client-cert"),
    Proxy("apache", "apache2", "apache.conf", "x-ssl-cert"),
)


def _of_nginx(folder: Path, configuration: str) -> str:
    temporary = "".join(
        f"{name}_temp_path {folder}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return (
        f"worker_processes 1;\npid {folder}/nginx.pid;\nevents {{}}\n"
        f"http {{\naccess_log off;\n{temporary}{configuration}\n}}\n"
    )


def _of_apache(folder: Path, configuration: str) -> str:
    loaded = "".join(f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n" for name in MODULES)
    user = "User www-data\nGroup www-data\n" if os.geteuid() == 0 else ""
    port = configuration.partition("<VirtualHost ")[2].partition(">")[0]
    return (
        f"{loaded}{user}ServerName localhost\nListen {port}\nPidFile {folder}/apache.pid\nDefaultRuntimeDir {folder}\n"
        f"ErrorLog {folder}/error.log\nStartServers 1\n{configuration}"
    )


_WHOLE = {"nginx": _of_nginx, "haproxy": lambda _folder, configuration: configuration, "apache": _of_apache}


@contextmanager
def before(application: str, proxy: Proxy, folder: Path, own: Identity) -> Iterator[str]:
    """Run a proxy before an application at host:port, or at the path of a socket; gives its own host:port."""
    port = free_port()
    (folder / "server.pem").write_text(own.certificate)
    (folder / "server.key").write_text(own.private_key)
    (folder / "server-and-key.pem").write_text(own.certificate + own.private_key)
    configuration = (CONFIGURATIONS / proxy.file).read_text()
    if application.startswith("/"):
        configuration = over_socket(configuration)
    for published, here in (
        ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
        ("bind :443", f"bind 127.0.0.1:{port}"),
        ("<VirtualHost *:443>", f"<VirtualHost 127.0.0.1:{port}>"),
        ("/run/kateder/web.sock", application),
        ("127.0.0.1:8000", application),
        ("/etc/kateder/tls", str(folder)),
    ):
        configuration = configuration.replace(published, here)
    with _running(proxy.command(folder, configuration), lambda: _listens(port)):
        yield f"127.0.0.1:{port}"


def over_socket(configuration: str) -> str:
    """A published configuration with the line for the socket in the place of the one before it."""
    lines: list[str] = []
    for line in configuration.splitlines():
        if "/run/kateder/web.sock" in line and "KATEDER_" not in line:
            lines[-1] = line.replace("# ", "", 1)
        else:
            lines.append(line)
    return "\n".join([*lines, ""])


@contextmanager
def echo_at_socket(form: str, path: Path) -> Iterator[str]:
    """The same at a Unix socket, with the options that Kateder gives; gives its path."""
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--uds", str(path)),
        *("--uds-permissions", PERMISSIONS, "--workers", "1", "--no-ws", "--http", "1", "tests.trust.echo:application"),
    ]
    with _running(command, lambda: answers(path), **_echoing(form, SOCKET)):
        # Apache's processes have a user of their own here.
        path.chmod(0o666)
        yield str(path)


@contextmanager
def echo(form: str, *, proxy: str = "127.0.0.1") -> Iterator[str]:
    """Run `tests.trust.echo` under granian; gives its host:port."""
    port = free_port()
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
        *("--workers", "1", "--no-ws", "tests.trust.echo:application"),
    ]
    with _running(command, lambda: _listens(port), **_echoing(form, proxy)):
        yield f"127.0.0.1:{port}"


def _echoing(form: str, proxy: str) -> dict[str, str]:
    path = os.pathsep.join(one for one in sys.path if one)
    return {"ECHO_FORM": form, "ECHO_PROXY": proxy, "PYTHONPATH": path}


def free_port() -> int:
    """A port of loopback that nobody listens on just now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def _running(command: list[str], answers: Callable[[], bool], **variables: str) -> Iterator[None]:
    process = subprocess.Popen(
        command, env={**os.environ, **variables}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        deadline = time.monotonic() + START_SECONDS
        while not answers():
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{command[0]} did not start: {process.poll()}")
            time.sleep(0.02)
        yield
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def connection(
    address: str, *, shown: Identity | None = None, source: str = "127.0.0.1", is_tls: bool = True
) -> http.client.HTTPConnection:
    """A connection that stays open, with a client certificate where one is shown."""
    host, _, port = address.partition(":")
    if not is_tls:
        return http.client.HTTPConnection(host, int(port), timeout=10, source_address=(source, 0))
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if shown is not None:
        load_identity(context, shown)
    return http.client.HTTPSConnection(host, int(port), timeout=10, context=context)


def ask(
    through: http.client.HTTPConnection,
    path: str = "/egil/x",
    *,
    headers: Mapping[str, str] | None = None,
    repeated: tuple[tuple[str, str], ...] = (),
    host: str = HOST,
) -> tuple[int, bytes]:
    """One GET on a connection that stays open, with headers of which a name may come twice; gives status and body."""
    through.putrequest("GET", path, skip_host=True)
    through.putheader("Host", host)
    for name, value in (*(headers or {}).items(), *repeated):
        through.putheader(name, value)
    through.endheaders()
    response = through.getresponse()
    return response.status, response.read()


def ask_once(through: http.client.HTTPConnection, path: str = "/egil/x", **options: Any) -> tuple[int, bytes]:
    """The same, and the connection is closed."""
    with closing(through):
        return ask(through, path, **options)
