"""The provider signs in only who the issuer vouches for, and shows what it was given."""

import asyncio
import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import aiohttp
import pytest
from aiohttp import web
from joserfc import jwt
from joserfc.jwk import RSAKey
from tests.demo_provider import DemoProvider, demo_provider

SUBJECT = "2b3a480f-7e91-5a5d-8c06-1d2f3b4a5c55"
KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})


class Issuer:
    """A small issuer whose tokens and answers a test can bend."""

    def __init__(self) -> None:
        self.url = ""
        self.claims: dict[str, Any] = {}
        self.header: dict[str, Any] = {"alg": "RS256", "kid": "one"}
        self.answer: dict[str, str] = {}
        self.about = SUBJECT
        self.asked: dict[str, str] = {}

    def application(self) -> web.Application:
        application = web.Application()
        application.add_routes(
            [
                web.get("/.well-known/openid-configuration", self.configuration),
                web.get("/jwks", self.jwks),
                web.post("/token", self.token),
                web.get("/userinfo", self.userinfo),
            ]
        )
        return application

    async def configuration(self, request: web.Request) -> web.Response:
        ends = {
            "authorization_endpoint": "authorize",
            "token_endpoint": "token",
            "userinfo_endpoint": "userinfo",
        }
        return web.json_response(
            {"issuer": self.url, "jwks_uri": f"{self.url}/jwks"}
            | {name: f"{self.url}/{path}" for name, path in ends.items()}
        )

    async def jwks(self, request: web.Request) -> web.Response:
        return web.json_response({"keys": [KEY.as_dict(private=False)]})

    async def token(self, request: web.Request) -> web.Response:
        form = await request.post()
        verifier = str(form["code_verifier"]).encode()
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier).digest()).rstrip(b"=").decode()
        basic = "Basic " + base64.b64encode(b"client:secret").decode()
        if challenge != self.asked["code_challenge"] or request.headers["Authorization"] != basic:
            return web.json_response({"error": "invalid_grant"}, status=400)
        now = int(time.time())
        claims = {
            "iss": self.url,
            "aud": "client",
            "sub": SUBJECT,
            "nonce": self.asked["nonce"],
            "iat": now,
            "exp": now + 300,
            **self.claims,
        }
        token = self._forged(claims) if self.header["alg"] == "HS256" else self._signed(claims)
        return web.json_response({"access_token": "at", "token_type": "Bearer", "id_token": token})

    def _signed(self, claims: dict[str, Any]) -> str:
        return jwt.encode(self.header, claims, KEY, algorithms=["RS256", "none"])

    def _forged(self, claims: dict[str, Any]) -> str:
        """Sign with the public key as if it were a secret (RS/HS confusion)."""
        parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (self.header, claims)]
        seal = hmac.digest(KEY.as_pem(private=False), b".".join(parts), "sha256")
        return b".".join([*parts, base64.urlsafe_b64encode(seal).rstrip(b"=")]).decode()

    async def userinfo(self, request: web.Request) -> web.Response:
        return web.json_response({"sub": self.about, "display_name": "Kvick Ekorre 7"})


@pytest.fixture
async def issuer() -> AsyncIterator[Issuer]:
    opened = Issuer()
    runner = web.AppRunner(opened.application())
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    opened.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield opened
    await runner.cleanup()


@pytest.fixture
async def provider(issuer: Issuer, tmp_path: Path) -> AsyncIterator[DemoProvider]:
    state = tmp_path / "provider"
    state.mkdir()
    (state / "oidc.json").write_text(json.dumps({"client_id": "client", "client_secret": "secret"}))
    account = {"externalId": SUBJECT, "displayName": "Kvick Ekorre 7", "userName": "x"}
    entry = {"door": "scim", "method": "POST", "target": "/Users", "body": json.dumps(account), "status": 201}
    (state / "log.jsonl").write_text(json.dumps(entry) + "\n")
    with demo_provider(state, issuer=issuer.url) as running:
        yield running
        await asyncio.sleep(0.05)


@pytest.fixture
async def browser() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        yield session


async def begin(browser: aiohttp.ClientSession, provider: DemoProvider, issuer: Issuer, **query: str) -> int:
    asked = {"iss": issuer.url, "target_link_uri": f"{provider.pages}/resurs/tal-i-skogen"} | query
    async with browser.get(f"{provider.pages}/start", params=asked, allow_redirects=False) as response:
        issuer.asked = dict(parse_qsl(urlsplit(response.headers.get("Location", "")).query))
        return response.status


async def finish(browser: aiohttp.ClientSession, provider: DemoProvider, issuer: Issuer) -> tuple[int, str]:
    answer = {"state": issuer.asked["state"], "iss": issuer.url, "code": secrets.token_hex(8)} | issuer.answer
    given = {name: value for name, value in answer.items() if value}
    async with browser.get(f"{provider.pages}/callback", params=given) as response:
        return response.status, await response.text()


async def test_a_pupil_reaches_the_resource_and_sees_what_is_known(
    browser: aiohttp.ClientSession, provider: DemoProvider, issuer: Issuer
) -> None:
    assert await begin(browser, provider, issuer) == 302
    assert issuer.asked["code_challenge_method"] == "S256"
    assert issuer.asked["redirect_uri"] == f"{provider.pages}/callback"
    status, page = await finish(browser, provider, issuer)
    assert (status, "Kvick Ekorre 7" in page, "Tal i skogen" in page) == (200, True, True)
    async with browser.get(f"{provider.pages}/allt") as response:
        page = await response.text()
    for given in ("id_token", "Skolan skickade", "larlund_session", "User-Agent"):
        assert given in page


@pytest.mark.parametrize(
    ("claims", "header", "answer", "about"),
    [
        ({"nonce": "another"}, {}, {}, SUBJECT),
        ({"aud": "other client"}, {}, {}, SUBJECT),
        ({"iss": "https://other"}, {}, {}, SUBJECT),
        ({"exp": 1}, {}, {}, SUBJECT),
        ({"azp": "other client"}, {}, {}, SUBJECT),
        ({}, {"alg": "none"}, {}, SUBJECT),
        ({}, {"alg": "HS256"}, {}, SUBJECT),
        ({}, {"kid": "two"}, {}, SUBJECT),
        ({}, {}, {"iss": ""}, SUBJECT),
        ({}, {}, {"iss": "https://other"}, SUBJECT),
        ({}, {}, {"state": "another"}, SUBJECT),
        ({}, {}, {"error": "access_denied"}, SUBJECT),
        ({}, {}, {}, "somebody-else"),
    ],
)
async def test_a_bent_answer_signs_nobody_in(
    browser: aiohttp.ClientSession,
    provider: DemoProvider,
    issuer: Issuer,
    claims: dict[str, Any],
    header: dict[str, Any],
    answer: dict[str, str],
    about: str,
) -> None:
    issuer.claims, issuer.answer, issuer.about = claims, answer, about
    issuer.header = issuer.header | header
    await begin(browser, provider, issuer)
    status, _ = await finish(browser, provider, issuer)
    assert status == 403
    async with browser.get(f"{provider.pages}/allt") as response:
        assert response.url.path == "/"


async def test_who_has_no_account_is_told_so(
    browser: aiohttp.ClientSession, provider: DemoProvider, issuer: Issuer
) -> None:
    issuer.claims, issuer.about = {"sub": "unknown"}, "unknown"
    await begin(browser, provider, issuer)
    status, page = await finish(browser, provider, issuer)
    assert (status, "inget konto" in page) == (403, True)


async def test_an_answer_is_used_once_and_only_in_the_browser_that_asked(
    browser: aiohttp.ClientSession, provider: DemoProvider, issuer: Issuer
) -> None:
    await begin(browser, provider, issuer)
    async with aiohttp.ClientSession() as other:
        assert (await finish(other, provider, issuer))[0] == 403
    assert (await finish(browser, provider, issuer))[0] == 200
    assert (await finish(browser, provider, issuer))[0] == 403


@pytest.mark.parametrize(
    "query",
    [{"iss": "https://other"}, {"target_link_uri": "https://evil.example/"}, {"target_link_uri": "//evil"}],
)
async def test_a_launch_from_or_to_somewhere_else_is_refused(
    browser: aiohttp.ClientSession, provider: DemoProvider, issuer: Issuer, query: dict[str, str]
) -> None:
    assert await begin(browser, provider, issuer, **query) == 400
