"""A client's webhook on loopback, and changes of the register that it may hear of."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID

from kateder.core import db
from kateder.core.actors import Actor
from kateder.register.api import Action, Entity, apply, open_changes
from kateder.register.api import add as add_change


class Hook:
    """What was received, and what is answered."""

    def __init__(self) -> None:
        self.received: list[Any] = []
        self.status = 200
        self.location = ""
        self.target = ""


@contextmanager
def hook() -> Iterator[Hook]:
    """Listen on a free port."""
    own = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            own.received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(own.status)
            if own.location:
                self.send_header("Location", own.location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        own.target = f"http://127.0.0.1:{server.server_port}/hook"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield own
        finally:
            server.shutdown()
            thread.join()


def change(entity: Entity, action: Action, root_id: UUID, **values: object) -> None:
    """Change one thing in the register, as an import would; inside `within`."""
    with db.cursor() as cursor:
        open_changes(cursor)
        add_change(cursor, entity, action=action, root_id=root_id, values=values)
    apply(cause="test", actor=Actor.system("test"))
