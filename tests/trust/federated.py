"""A federation whose metadata is served on loopback, and an authority that has pinned its key."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID

from tests.protocols.matf.federating import Signer, signed

from kateder.core import clock
from kateder.core.actors import Actor
from kateder.core.models import Authority
from kateder.core.tenancy import within
from kateder.trust.federations import managing
from kateder.trust.federations.refreshing import refresh
from kateder.trust.models import Federation


class Site(ThreadingHTTPServer):
    """Answers every GET with what it has been told to."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status, self.body, self.asked = 200, b"", 0
        self.location = ""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/metadata.jws"


class _Handler(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        """Answer."""
        self.server.asked += 1
        self.send_response(self.server.status)
        if self.server.location:
            self.send_header("Location", self.server.location)
        self.send_header("Content-Length", str(len(self.server.body)))
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@contextmanager
def serving() -> Iterator[Site]:
    """A site for the time of a test."""
    with Site() as site:
        thread = threading.Thread(target=site.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield site
        site.shutdown()
        thread.join()


@dataclass
class Federated:
    """A federation as its operator sees it, and as we do."""

    authority: Authority
    site: Site
    signer: Signer
    federation_id: UUID
    actor: Actor
    entities: list[dict[str, Any]] = field(default_factory=list)
    now: datetime = field(default_factory=clock.now)

    def publish(self, *entities: dict[str, Any], **more: Any) -> str:
        """Publish these members and fetch that; gives the code of what is wrong, or nothing."""
        self.site.body = signed(self.signer, entities, **{"now": self.now, **more})
        return self.fetch()

    def fetch(self) -> str:
        """Fetch what is published."""
        return refresh(self.authority.id, self.federation_id, now=self.now)

    def inside(self) -> Any:
        """Work in the authority."""
        return within(self.authority.id)

    def row(self) -> Federation:
        """As it stands in the database."""
        with self.inside():
            return Federation.objects.get(id=self.federation_id)


def federate(authority: Authority, site: Site, *, name: str = "Provfederationen") -> Federated:
    """A federation of which the authority has pinned the key; nothing is fetched yet."""
    signer = Signer()
    with within(authority.id):
        actor = Actor.system("test")
        made = managing.add_federation(name, address="https://federation.example/metadata.jws", by=actor)
        # A name that is looked up and a certificate that the world trusts are not to be had on loopback.
        Federation.objects.filter(id=made.id).update(address=site.address, keys=[key.jwk for key in signer.keys])
    return Federated(authority, site, signer, made.id, actor)


def findings_of(federated: Federated, *, scope: str = "federation") -> Sequence[str]:
    """The rules of the open findings about it."""
    from kateder.core.findings import open_findings

    with federated.inside():
        found = open_findings().filter(scope=f"{scope}:{federated.federation_id}")
        return sorted(found.values_list("rule", flat=True))
