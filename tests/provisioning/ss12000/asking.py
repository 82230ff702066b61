"""A client of the SS 12000 API in a test."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.test import Client

from kateder.core.models import Authority
from tests.trust.clients_of import Calling, add

BASE = "/ss12000/v2.0"


@dataclass
class Asking:
    """Asks with a token of its own."""

    calling: Calling

    @cached_property
    def headers(self) -> dict[str, str]:
        """The authority's host, and the token."""
        return {"host": f"{self.calling.authority.slug}.test", "authorization": f"Bearer {self.calling.token()}"}

    def __call__(self, method: str, path: str, body: object = None, **query: str) -> Any:
        """Send a request below the base URL."""
        more = {} if body is None else {"data": body, "content_type": "application/json"}
        return getattr(Client(headers=self.headers), method.lower())(
            f"{BASE}/{path}", query_params=query or None, **more
        )

    def subscribe(self, *types: object, target: str = "https://client.example/hook", name: str = "Test") -> Any:
        """Subscribe to changes."""
        body = {"name": name, "target": target, "resourceTypes": list(types or ("Person",))}
        return self("POST", "subscriptions", body)


def asking(authority: Authority, name: str = "Skolverket", **more: Any) -> Asking:
    """A fresh client that sees everything, or what its profile says."""
    return Asking(add(authority, name, **{"profile": {"everything": True}, "rate": None, **more}))
