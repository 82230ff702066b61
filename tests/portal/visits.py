"""A browser at an authority's own address with one of the cast signed in."""

from __future__ import annotations

from django.test import Client

from kateder.core.tenancy import within
from tests.cast import Cast


def visit(cast: Cast, name: str | None) -> Client:
    """A fresh browser; `name` of the cast, or None for somebody who has not signed in."""
    client = Client(headers={"host": f"{cast.authority.slug}.test"})
    if name is not None:
        with within(cast.authority.id):
            client.force_login(cast.users[name])
    return client


def text_of(client: Client, path: str, *, status: int = 200) -> str:
    """The page at a path, as text; checks the status on the way."""
    answer = client.get(path)
    assert answer.status_code == status, (path, answer.status_code)
    return answer.content.decode()
