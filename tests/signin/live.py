"""Kateder on a real port at http://localhost, for browsers and relying parties."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import psycopg
from django.core.wsgi import get_wsgi_application
from django.db import connections

from kateder.core import authorities
from kateder.core.models import Authority

HOST = "localhost"


class _Server(ThreadingMixIn, WSGIServer):
    """Answers several requests at once, as a browser sends them."""

    daemon_threads = True

    def process_request_thread(self, *args: Any) -> None:
        try:
            super().process_request_thread(*args)
        finally:
            connections.close_all()


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@contextmanager
def serving() -> Iterator[str]:
    """Serve on a free port of loopback; gives the origin."""
    with make_server("127.0.0.1", 0, get_wsgi_application(), _Server, _Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://{HOST}:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def authority_at_localhost(owner: psycopg.Connection[tuple[object, ...]], *, slug: str) -> Authority:
    """An authority that answers at localhost; whoever answered there before does no more."""
    owner.execute("DELETE FROM core_authorityhost WHERE host = %s", [HOST])
    return authorities.create(name="Björkvikens kommun", slug=slug, hosts=[HOST])
