"""OpenID Connect as a relying party: authorisation code with PKCE (S256), nothing else accepted."""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import aiohttp
import orjson
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from yarl import URL

from kateder.demo.provider.log import Entry, Log, headers_of, text_of
from kateder.demo.provider.settings import Settings

ALGORITHMS = ["RS256", "ES256", "EdDSA"]
SKEW = 60  # seconds


class SignInFailed(Exception):
    """The sign-in cannot be trusted, or did not happen; the message says why."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A sign-in under way: kept with the browser's session, used once."""

    state: str
    nonce: str
    verifier: str
    target: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who came: the claims of the ID token together with those of the userinfo endpoint."""

    subject: str
    claims: dict[str, Any]


class RelyingParty:
    """Signs people in through one issuer."""

    def __init__(self, settings: Settings, *, http: aiohttp.ClientSession, log: Log) -> None:
        self._settings = settings
        self._http = http
        self._log = log
        self._configuration: dict[str, Any] = {}
        self._keys: KeySet | None = None

    async def begin(self, *, redirect_uri: str, target: str) -> tuple[str, Pending]:
        """Give the address to send the browser to, and what to remember until it comes back."""
        configuration = await self._discover()
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        pending = Pending(state, nonce, verifier, target)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(pending.verifier.encode()).digest())
        query = {
            "response_type": "code",
            "client_id": self._client()[0],
            "redirect_uri": redirect_uri,
            "scope": "openid",
            "state": pending.state,
            "nonce": pending.nonce,
            "code_challenge": challenge.rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        return f"{configuration['authorization_endpoint']}?{urlencode(query)}", pending

    async def finish(self, answer: Mapping[str, str], *, pending: Pending, redirect_uri: str, trace: str) -> SignedIn:
        """Check the answer the browser brought (RFC 9207 too), fetch the tokens and check them.

        `trace` marks in the log what we are given here. Raises SignInFailed.
        """
        configuration = await self._discover()
        if not secrets.compare_digest(answer.get("state", ""), pending.state):
            raise SignInFailed("state is not the one we sent")
        if answer.get("iss", "") != self._settings.issuer:
            raise SignInFailed("the answer is not from our issuer")
        if "error" in answer:
            raise SignInFailed(f"the issuer said {answer['error']}")
        tokens = await self._fetch(
            "POST",
            configuration["token_endpoint"],
            data={
                "grant_type": "authorization_code",
                "code": answer.get("code", ""),
                "redirect_uri": redirect_uri,
                "code_verifier": pending.verifier,
            },
            auth=aiohttp.BasicAuth(*self._client()),
            trace=trace,
        )
        claims = await self._verify(str(tokens.get("id_token", "")), nonce=pending.nonce)
        about = await self._fetch(
            "GET",
            configuration["userinfo_endpoint"],
            headers={"Authorization": f"Bearer {tokens.get('access_token', '')}"},
            trace=trace,
        )
        if about.get("sub") != claims["sub"]:
            raise SignInFailed("userinfo is about somebody else")
        return SignedIn(subject=str(claims["sub"]), claims=claims | about)

    async def _verify(self, token: str, *, nonce: str) -> dict[str, Any]:
        client_id = self._client()[0]
        rules = jwt.JWTClaimsRegistry(
            leeway=SKEW,
            iss={"essential": True, "value": self._settings.issuer},
            aud={"essential": True, "value": client_id},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        try:
            try:
                decoded = jwt.decode(token, await self._key_set(), algorithms=ALGORITHMS)
            except (JoseError, ValueError):
                # The issuer may have changed keys since we read them: once more with fresh ones.
                self._keys = None
                decoded = jwt.decode(token, await self._key_set(), algorithms=ALGORITHMS)
            rules.validate(decoded.claims)
        except (JoseError, ValueError) as fault:
            raise SignInFailed(f"the ID token does not hold: {type(fault).__name__}") from fault
        if decoded.claims.get("azp", client_id) != client_id:
            raise SignInFailed("the ID token was issued to somebody else")
        return dict(decoded.claims)

    async def _discover(self) -> dict[str, Any]:
        if not self._configuration:
            address = f"{self._settings.issuer.rstrip('/')}/.well-known/openid-configuration"
            found = await self._fetch("GET", address)
            if found.get("issuer") != self._settings.issuer:
                raise SignInFailed("the issuer gives another name for itself")
            self._configuration = found
        return self._configuration

    async def _key_set(self) -> KeySet:
        if self._keys is None:
            keys = await self._fetch("GET", (await self._discover())["jwks_uri"])
            self._keys = KeySet.import_key_set({"keys": keys.get("keys", [])})
        return self._keys

    def _client(self) -> tuple[str, str]:
        try:
            registered = orjson.loads(self._settings.oidc_file.read_bytes())
            return registered["client_id"], registered["client_secret"]
        except (OSError, KeyError, orjson.JSONDecodeError) as fault:
            raise SignInFailed("we are not registered at the issuer") from fault

    async def _fetch(self, method: str, address: str, *, trace: str = "", **options: Any) -> dict[str, Any]:
        # Everything the issuer hands us is logged as given, tokens included: that is what the demo is for.
        try:
            async with self._http.request(
                method, URL(address, encoded=True), allow_redirects=False, **options
            ) as response:
                raw = await response.read()
        except (aiohttp.ClientError, TimeoutError) as fault:
            raise SignInFailed("the issuer does not answer") from fault
        self._log.append(
            Entry(
                door="tokens",
                method=method,
                target=address,
                headers=headers_of(response.headers.items()),
                body=text_of(raw),
                status=response.status,
                session=trace,
            )
        )
        try:
            document = orjson.loads(raw)
        except orjson.JSONDecodeError as fault:
            raise SignInFailed(f"the issuer answered {response.status} without JSON") from fault
        if response.status != 200 or not isinstance(document, dict):
            raise SignInFailed(f"the issuer answered {response.status}")
        return document
