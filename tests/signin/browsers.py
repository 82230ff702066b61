"""Django's test client at an authority's own address, with the cookies and tokens of a real form."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client

from kateder.core.models import Authority

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


def browser(authority: Authority, *, host: str | None = None) -> Client:
    """A fresh browser at an authority; requests without a form's token are refused, as they are outside."""
    return Client(enforce_csrf_checks=True, headers={"host": host or f"{authority.slug}.test"})


def send(client: Client, page: str, to: str, data: dict[str, Any]) -> Any:
    """Open a page, then send its form."""
    token = TOKEN.search(client.get(page).content.decode())
    assert token, f"{page} has no form"
    return client.post(to, {**data, "csrfmiddlewaretoken": token[1]})


def is_signed_in(client: Client) -> bool:
    """Whether the browser's session is somebody's."""
    return 'action="/logga-ut"' in client.get("/logga-in").content.decode()
