"""An API client of a test, and how it fetches its token."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.test import Client, RequestFactory

from kateder.core import clock
from kateder.core.actors import Actor
from kateder.core.models import Authority
from kateder.core.tenancy import within
from kateder.trust import api as trust
from kateder.trust.models import ApiClient


@dataclass(frozen=True)
class Calling:
    """A client of an authority with its secret."""

    authority: Authority
    id: str
    secret: str

    @property
    def row(self) -> ApiClient:
        """Its row; inside `within`."""
        return ApiClient.objects.get(id=self.id)

    def ask(self, *, basic: bool = True, path: str = "/oauth/token", **form: str) -> Any:
        """Ask the token endpoint."""
        form = {"grant_type": "client_credentials", **form}
        headers = {"host": f"{self.authority.slug}.test"}
        if basic:
            headers["authorization"] = basic_of(self.id, self.secret)
        else:
            form = {"client_id": self.id, "client_secret": self.secret, **form}
        return post(path, form, headers)

    def token(self) -> str:
        """A fresh access token."""
        return str(self.ask().json()["access_token"])


def add(authority: Authority, name: str = "Skolverket", **more: Any) -> Calling:
    """Add a client to an authority."""
    with within(authority.id):
        given = trust.add_client(name, by=Actor.system("test"), now=clock.now(), **more)
    return Calling(authority, str(given.client_id), given.client_secret)


def basic_of(client_id: str, secret: str) -> str:
    """The header of HTTP Basic."""
    return "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()


def post(path: str, form: dict[str, str], headers: dict[str, str]) -> Any:
    """Post a form as a machine does."""
    return Client().post(path, urlencode(form), content_type="application/x-www-form-urlencoded", headers=headers)


def request_with(authorization: str) -> HttpRequest:
    """A request that shows something."""
    return RequestFactory().get("/x", headers={"authorization": authorization})
