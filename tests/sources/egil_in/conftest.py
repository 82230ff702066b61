"""A source that is delivered to, and a client that delivers over HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from django.test import Client
from tests.sources.conftest import GENEROUS

if TYPE_CHECKING:
    from django.http import HttpResponse

    from kateder.core.actors import Actor
    from kateder.core.models import Authority

Body = dict[str, Any]


@dataclass
class Sender:
    """A client with a token at one source's address."""

    client: Client
    host: str
    source_id: UUID
    token: str = ""
    remote: str = "127.0.0.1"

    @property
    def base(self) -> str:
        """The address that the administrator gave the sender."""
        return f"/egil/{self.source_id}/v2"

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        """One request as the reference client makes it."""
        sent = {"Accept": "application/scim+json", **headers}
        if self.token:
            sent.setdefault("Authorization", f"Bearer {self.token}")
        content = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        content_type = sent.pop("Content-Type", "application/scim+json")
        return self.client.generic(  # type: ignore[return-value]
            method, f"{self.base}/{path}", content, content_type, headers=sent, SERVER_NAME=self.host,
            REMOTE_ADDR=self.remote,
        )  # fmt: skip

    def get(self, path: str, **headers: str) -> Any:
        """The JSON at an address."""
        response = self.send("GET", path, **headers)
        assert response.status_code == 200, response.content
        return json.loads(response.content)

    def post(self, path: str, body: Body) -> Body:
        """Create something that is accepted."""
        response = self.send("POST", path, body)
        assert response.status_code == 201, response.content
        return json.loads(response.content)


Open = Callable[..., Sender]


@pytest.fixture
def open_inlet(authority: Authority, actor: Actor) -> Open:
    """Add a source that is delivered to, and give a sender with its token."""
    from kateder.core import clock
    from kateder.core.tenancy import within
    from kateder.sources import api
    from kateder.sources.egil_in import inlets

    def add(**settings: Any) -> Sender:
        with within(authority.id):
            source = api.add_source(kind="egil_in", name="Grannen", settings=settings, limits=GENEROUS, actor=actor)
            token = inlets.make_token(source.pk, actor=actor, now=clock.now())
        return Sender(Client(raise_request_exception=True), f"{authority.slug}.test", source.pk, token)

    return add


@pytest.fixture
def sender(open_inlet: Open) -> Sender:
    """A strict inlet's sender."""
    return open_inlet()
