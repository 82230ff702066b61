"""A consumer of OneRoster at an authority's own address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import orjson
from django.test import Client

from kateder.core import clock
from kateder.core.actors import Actor
from kateder.core.models import Authority
from kateder.core.tenancy import within
from kateder.protocols.oneroster.resources import CORE, ROSTER
from kateder.trust import tokens
from kateder.trust.api import add_client
from kateder.trust.models import ApiClient

ROSTERING = "/ims/oneroster/rostering/v1p2/"


@dataclass
class Consumer:
    """A client with its token."""

    authority: Authority
    client: ApiClient
    token: str

    def ask(
        self, path: str, *, method: str = "GET", body: object = None, base: str = ROSTERING, **query: object
    ) -> Any:
        """The response to a question below the service."""
        return Client().generic(
            method,
            f"{base}{path}",
            b"" if body is None else orjson.dumps(body),
            content_type="application/json",
            query_params=query,
            headers={"authorization": f"Bearer {self.token}", "host": f"{self.authority.slug}.test"},
        )

    def get(self, path: str, **query: object) -> list[dict[str, Any]]:
        """The objects of a collection, all in one page."""
        response = self.ask(path, **{"limit": 10_000, **query})
        assert response.status_code == 200, response.content
        (objects,) = response.json().values()
        assert response["X-Total-Count"] == str(len(objects))
        return list(objects)

    def ids(self, path: str, **query: object) -> list[str]:
        """Their ids."""
        return [one["sourcedId"] for one in self.get(path, **query)]

    def one(self, path: str, **query: object) -> dict[str, Any]:
        """One object."""
        response = self.ask(path, **query)
        assert response.status_code == 200, response.content
        (found,) = response.json().values()
        return dict(found)


def consumer(authority: Authority, *, scopes: Sequence[str] = (CORE, ROSTER), **of: Any) -> Consumer:
    """Make a client of an authority for a service (`service_id`), reading OneRoster."""
    with within(authority.id):
        given = add_client(
            f"consumer {uuid4()}", by=Actor.system("test"), now=clock.now(), scopes=scopes, rate=None,
            **{"profile": {"api": "oneroster"}, **of},
        )  # fmt: skip
        client = ApiClient.objects.get(id=given.client_id)
        return Consumer(authority, client, tokens.issue(client, now=clock.now()).value)
