"""The keys of an authorisation server, from a real server on loopback."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from tests.trust.issuing import Server

from kateder.trust import jwks

GOOD = Server().public


class Handler(BaseHTTPRequestHandler):
    """Answers what its server says."""

    status = 200
    body = b""

    def do_GET(self) -> None:
        """Answer."""
        self.send_response(self.status)
        if self.status == 302:
            self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@pytest.fixture
def address() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/jwks"
        server.shutdown()
        thread.join()


def test_usable_keys_of_a_set_are_taken(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Handler, "body", json.dumps({"keys": [GOOD, {"kty": "RSA", "kid": "r"}]}).encode())
    assert [key["kid"] for key in jwks.fetch(address)] == ["k1"]


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (500, b"", "http_500"),
        (302, json.dumps({"keys": [GOOD]}).encode(), "http_302"),
        (200, b"<html>", "not_json"),
        (200, b"[" * 100_000, "not_json"),
        (200, b"[]", "no_usable_key"),
        (200, b'{"keys": {}}', "no_usable_key"),
        (200, b'{"keys": [{"kty": "oct", "k": "AAAA", "kid": "s"}]}', "no_usable_key"),
        (200, b" " * (jwks.MOST_BYTES + 1), "too_large"),
    ],
)
def test_what_is_no_key_set_is_refused_and_says_why(
    address: str, monkeypatch: pytest.MonkeyPatch, status: int, body: bytes, code: str
) -> None:
    monkeypatch.setattr(Handler, "status", status)
    monkeypatch.setattr(Handler, "body", body)
    with pytest.raises(jwks.CannotFetch) as refused:
        jwks.fetch(address)
    assert refused.value.code == code


def test_server_that_cannot_be_reached_is_said_so() -> None:
    with pytest.raises(jwks.CannotFetch, match="ConnectError"):
        jwks.fetch("http://127.0.0.1:9/jwks")
