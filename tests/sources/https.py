"""A real HTTPS server on loopback, in this process, that answers as a test says and remembers what it was asked."""

from __future__ import annotations

import contextlib
import ssl
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import orjson

from kateder.protocols.matf.identity import Identity, self_signed


@dataclass(frozen=True)
class Asked:
    """One request."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Answers:
    """One answer. `cut` closes the connection in the middle of the body, where `pause` (seconds) waits."""

    body: object = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: bool = False
    pause: float = 0


Respond = Callable[[Asked], Answers]


@dataclass
class Https:
    """A running server: its address, what proves that it is it, and the requests so far."""

    address: str
    identity: Identity
    asked: list[Asked]


def identity(name: str = "127.0.0.1") -> Identity:
    now = datetime.now(UTC)
    return self_signed(
        f"{name} {now.timestamp()}",
        not_before=now - timedelta(hours=1),
        not_after=now + timedelta(days=1),
        hosts=[name],
    )


@contextlib.contextmanager
def serving(respond: Respond, *, own: Identity | None = None, clients: Identity | None = None) -> Iterator[Https]:
    """Serve until the block ends. With `clients`, only who shows that certificate is let in."""
    own = own or identity()
    asked: list[Asked] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            one = Asked(self.command, parts.path, dict(parse_qsl(parts.query)), dict(self.headers), body)
            asked.append(one)
            answers = respond(one)
            content = answers.body if isinstance(answers.body, bytes) else orjson.dumps(answers.body)
            self.send_response(answers.status)
            for name, value in {"Content-Length": str(len(content)), **answers.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            half = len(content) // 2
            self.wfile.write(content[:half])
            if answers.pause:
                time.sleep(answers.pause)
            if answers.cut:
                self.close_connection = True
            else:
                self.wfile.write(content[half:])

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer  # noqa: N815 - the library's names

        def log_message(self, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.socket = _context(own, clients).wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield Https(f"https://127.0.0.1:{server.server_address[1]}", own, asked)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _context(own: Identity, clients: Identity | None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "own.pem"
        path.write_text(own.private_key + own.certificate)
        context.load_cert_chain(path)
    if clients is not None:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(cadata=clients.certificate)
    return context
