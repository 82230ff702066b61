"""Somebody else's hands at the demo provider: what happens there behind our back."""

from __future__ import annotations

import http.client
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import orjson

from kateder.protocols.matf.pinning import pinned_context
from tests.demo_provider import DemoProvider, client_identity

SCIM_JSON = "application/scim+json"
_THEIRS = client_identity(name="somebody else")


def ask(provider: DemoProvider, method: str, path: str, body: dict[str, Any] | None = None) -> int:
    """Do something at the provider that Kateder did not do; gives the status."""
    provider.know(_THEIRS, name="somebody-else")
    place = urlsplit(provider.scim)
    context = pinned_context([provider.pin], identity=_THEIRS, now=lambda: datetime.now(tz=UTC))
    connection = http.client.HTTPSConnection(place.hostname or "", place.port, context=context, timeout=10)
    payload = orjson.dumps(body) if body else None
    try:
        connection.request(method, place.path.rstrip("/") + path, payload, {"Content-Type": SCIM_JSON})
        return connection.getresponse().status
    finally:
        connection.close()
