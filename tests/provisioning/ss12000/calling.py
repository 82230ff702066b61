"""A client of the API at an authority's own address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import orjson
from django.test import Client

from kateder.core import clock
from kateder.core.actors import Actor
from kateder.core.models import Authority
from kateder.core.tenancy import within
from kateder.trust import tokens
from kateder.trust.api import add_client
from kateder.trust.models import ApiClient

WHOLE = {"everything": True, "protected": True}


@dataclass
class Api:
    """A client of the API, with its token."""

    authority: Authority
    client: ApiClient
    token: str

    def call(self, method: str, path: str, body: object = None, **query: object) -> tuple[int, Any]:
        """The status and the parsed body."""
        response = Client().generic(
            method,
            f"/ss12000/v2.0/{path}",
            b"" if body is None else orjson.dumps(body),
            content_type="application/json",
            query_params=query,
            headers={"authorization": f"Bearer {self.token}", "host": f"{self.authority.slug}.test"},
        )
        is_json = response.headers.get("content-type") == "application/json" and response.content
        return response.status_code, orjson.loads(response.content) if is_json else None

    def get(self, path: str, **query: object) -> Any:
        """The body of what must be a good answer."""
        status, body = self.call("GET", path, **query)
        assert status == 200, body
        return body

    def ids(self, path: str, **query: object) -> list[str]:
        """The ids of a list, over all its pages."""
        page = self.get(path, **query)
        found = [thing["id"] for thing in page["data"]]
        while page.get("pageToken"):
            page = self.get(path, pageToken=page["pageToken"], **{k: v for k, v in query.items() if k == "limit"})
            found += [thing["id"] for thing in page["data"]]
        return found


NewApi = Callable[..., Api]


def new(authority: Authority, profile: dict[str, object] | None = None, **of: Any) -> Api:
    """Make a client of an authority with a profile, or of a service."""
    with within(authority.id):
        credentials = add_client(
            f"client {uuid4()}", by=Actor.system("test"), now=clock.now(), profile=profile, rate=None, **of
        )
        client = ApiClient.objects.get(id=credentials.client_id)
        return Api(authority, client, tokens.issue(client, now=clock.now()).value)
