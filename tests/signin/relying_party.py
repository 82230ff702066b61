"""A strict relying party over the test client: sends what a test tells it to, verifies with joserfc."""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.test import Client
from joserfc import jwt
from joserfc.jwk import KeySet

from kateder.core.models import Authority, User
from kateder.core.tenancy import within
from kateder.signin.api import Credentials
from kateder.signin.session_facts import BACKEND
from tests.signin.browsers import browser


def signed_in(authority: Authority, user: User, *, at: int | None = None, host: str | None = None) -> Client:
    """A browser in which somebody has signed in, `at` seconds since the epoch."""
    client = browser(authority, host=host)
    with within(authority.id):
        client.force_login(user, backend=BACKEND)
        session = client.session
        session["signed_in_at"] = at if at is not None else int(time.time())
        session.save()
    return client


@dataclass
class RelyingParty:
    """One client at one authority."""

    authority: Authority
    credentials: Credentials
    callback: str
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))
    state: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(16))

    @property
    def issuer(self) -> str:
        """Who we trust."""
        return f"http://{self.authority.slug}.test"

    @property
    def challenge(self) -> str:
        """S256 of the verifier (RFC 7636 §4.2)."""
        return base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()

    def ask(self, client: Client, **changes: Any) -> Any:
        """Send the browser to the provider; a change of None leaves a parameter out."""
        query = {
            "response_type": "code",
            "client_id": self.credentials.client_id,
            "redirect_uri": self.callback,
            "scope": "openid",
            "state": self.state,
            "nonce": self.nonce,
            "code_challenge": self.challenge,
            "code_challenge_method": "S256",
        } | changes
        return client.get("/oidc/authorize", {name: value for name, value in query.items() if value is not None})

    def code(self, client: Client, **changes: Any) -> str:
        """The code that the browser brings back."""
        response = self.ask(client, **changes)
        assert response.status_code == 302, response.content
        assert response["Location"].startswith(f"{self.callback}?")
        answer = answered(response)
        assert answer["state"] == self.state
        assert answer["iss"] == self.issuer
        return answer["code"]

    def exchange(self, code: str, **changes: Any) -> Any:
        """Exchange the code, as the service's own server does: no browser, no cookie."""
        secret = changes.pop("secret", self.credentials.client_secret)
        name = changes.pop("name", self.credentials.client_id)
        authorization = base64.b64encode(f"{name}:{secret}".encode()).decode()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.callback,
            "code_verifier": self.verifier,
        } | changes
        return browser(self.authority).post(
            "/oidc/token",
            {name: value for name, value in form.items() if value is not None},
            headers={"authorization": f"Basic {authorization}"},
        )

    def tokens(self, client: Client, **changes: Any) -> dict[str, Any]:
        """Ask and exchange."""
        response = self.exchange(self.code(client, **changes))
        assert response.status_code == 200, response.content
        return dict(response.json())

    def userinfo(self, bearer: str, **query: str) -> Any:
        """Read the claims again."""
        return browser(self.authority).get(
            "/oidc/userinfo", query, headers={"authorization": f"Bearer {bearer}"} if bearer else {}
        )

    def keys(self) -> KeySet:
        """The provider's published keys."""
        return KeySet.import_key_set(browser(self.authority).get("/oidc/jwks").json())

    def verify(self, id_token: str) -> dict[str, Any]:
        """OpenID Connect Core §3.1.3.7."""
        decoded = jwt.decode(id_token, self.keys(), algorithms=["RS256"])
        jwt.JWTClaimsRegistry(
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": self.credentials.client_id},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
            nonce={"essential": True, "value": self.nonce},
        ).validate(decoded.claims)
        return dict(decoded.claims)

    def who(self, client: Client, **changes: Any) -> dict[str, Any]:
        """Sign in and give the verified claims."""
        return self.verify(self.tokens(client, **changes)["id_token"])


def answered(response: Any) -> dict[str, str]:
    """The parameters with which the browser comes back."""
    return {name: values[0] for name, values in parse_qs(urlsplit(response["Location"]).query).items()}


def refused(response: Any, *, error: str = "invalid_grant", status: int = 400) -> bool:
    """Whether the token endpoint refused with this error."""
    return (response.status_code, response.json()["error"]) == (status, error)
