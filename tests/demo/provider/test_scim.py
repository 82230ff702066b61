"""The SCIM door answers as a strict EGIL server, remembers through kills, and misbehaves when ordered."""

import asyncio
import json
import ssl
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from tests.demo_provider import DemoProvider, client_identity, demo_provider

from kateder.protocols.matf.identity import Identity
from kateder.protocols.matf.pinning import pinned_context

RECORDED = Path(__file__).parents[2] / "fixtures" / "egil"
OURS = client_identity()
SCIM = {"Content-Type": "application/scim+json"}


def recorded(name: str) -> dict[str, Any]:
    body: dict[str, Any] = json.loads((RECORDED / f"{name}.json").read_text())
    return body


@pytest.fixture
def provider(tmp_path: Path) -> Iterator[DemoProvider]:
    with demo_provider(tmp_path / "provider", client=OURS) as running:
        yield running


@pytest.fixture(autouse=True)
async def _let_connections_close() -> AsyncIterator[None]:
    # TLS says goodbye in the background; the loop must live until it has.
    yield
    await asyncio.sleep(0.05)


def context(provider: DemoProvider, client: Identity | None = OURS) -> ssl.SSLContext:
    return pinned_context([provider.pin], identity=client, now=lambda: datetime.now(tz=UTC))


@pytest.fixture
async def session(provider: DemoProvider) -> AsyncIterator[aiohttp.ClientSession]:
    connector = aiohttp.TCPConnector(ssl=context(provider), force_close=True)
    async with aiohttp.ClientSession(provider.scim, connector=connector, headers=SCIM) as opened:
        yield opened


async def send(session: aiohttp.ClientSession, method: str, path: str, body: object = None) -> int:
    data = None if body is None else json.dumps(body)
    async with session.request(method, path, data=data) as response:
        await response.read()
        return response.status


ORGANISATION = recorded("organisation")
AT = f"/Organisations/{ORGANISATION['externalId']}"


async def test_a_resource_lives_from_post_to_delete(session: aiohttp.ClientSession) -> None:
    changed = ORGANISATION | {"displayName": "Kommunen igen"}
    assert await send(session, "POST", "/Organisations", ORGANISATION) == 201
    assert await send(session, "PUT", AT, changed) == 200
    async with session.get(AT) as response:
        assert (await response.json(content_type=None))["displayName"] == "Kommunen igen"
    assert await send(session, "DELETE", AT) == 204
    assert await send(session, "GET", AT) == 404


async def test_it_answers_as_a_strict_server(session: aiohttp.ClientSession) -> None:
    assert await send(session, "PUT", AT, ORGANISATION) == 404
    assert await send(session, "DELETE", AT) == 404
    assert await send(session, "POST", "/Organisations", ORGANISATION) == 201
    assert await send(session, "POST", "/Organisations", ORGANISATION) == 409
    assert await send(session, "PUT", f"{AT[:-1]}2", ORGANISATION) == 400
    assert await send(session, "POST", "/Organisations", {**ORGANISATION, "id": "1"}) == 400
    assert await send(session, "POST", "/Nothing", ORGANISATION) == 404
    assert await send(session, "PATCH", AT, {}) == 501
    assert await send(session, "POST", "/SchoolUnits", recorded("school_unit")) == 400


async def test_a_dangling_reference_is_refused_until_its_target_is_there(
    session: aiohttp.ClientSession,
) -> None:
    unit = recorded("school_unit")
    assert await send(session, "POST", "/Organisations", ORGANISATION) == 201
    assert await send(session, "POST", "/SchoolUnits", unit) == 400
    assert await send(session, "POST", "/SchoolUnitGroups", recorded("school_unit_group")) == 201
    assert await send(session, "POST", "/SchoolUnits", unit) == 201


async def test_other_content_types_are_refused(provider: DemoProvider) -> None:
    async with (
        aiohttp.ClientSession(provider.scim) as plain,
        plain.post("/Organisations", json=ORGANISATION, ssl=context(provider)) as response,
    ):
        assert response.status == 415


async def test_a_client_without_certificate_gets_401(provider: DemoProvider) -> None:
    async with (
        aiohttp.ClientSession(provider.scim, headers=SCIM) as stranger,
        stranger.get("/Users", ssl=context(provider, client=None)) as response,
    ):
        assert response.status == 401
    assert provider.store().resources["Users"] == {}


@pytest.mark.parametrize(
    ("client", "known"),
    [(client_identity(name="other"), False), (client_identity(name="old", days=0), True)],
    ids=["unknown", "expired"],
)
async def test_an_unknown_or_expired_client_gets_nothing(provider: DemoProvider, client: Identity, known: bool) -> None:
    if known:
        provider.know(client, name="old")
    with pytest.raises(aiohttp.ClientError):
        async with aiohttp.ClientSession(provider.scim) as stranger:
            await stranger.get("/Users", ssl=context(provider, client=client))
    assert provider.given() == []


async def test_a_client_that_is_no_longer_known_gets_403(
    provider: DemoProvider, session: aiohttp.ClientSession
) -> None:
    assert await send(session, "GET", "/Users") == 200
    (provider.settings.clients_folder / "kateder.pem").unlink()
    assert await send(session, "GET", "/Users") == 403


async def test_what_was_answered_survives_a_kill(provider: DemoProvider, session: aiohttp.ClientSession) -> None:
    assert await send(session, "POST", "/Organisations", ORGANISATION) == 201
    provider.kill()
    with provider.settings.log_file.open("a") as log:
        log.write('{"door": "scim", "meth')
    provider.start()
    assert await send(session, "POST", "/Organisations", ORGANISATION) == 409
    assert list(provider.store().resources["Organisations"].values()) == [ORGANISATION]


async def test_it_keeps_every_header_and_byte_it_was_given(
    provider: DemoProvider, session: aiohttp.ClientSession
) -> None:
    async with session.post("/Organisations", data=b"\xff{", headers={"X-Secret": "abc"}) as response:
        assert response.status == 400
    (entry,) = provider.given()
    assert ["X-Secret", "abc"] in entry.headers
    assert entry.body == "base64:/3s="


async def test_it_fails_as_often_as_ordered_and_then_behaves(
    provider: DemoProvider, session: aiohttp.ClientSession
) -> None:
    provider.order({"match": "POST /Org", "do": "answer", "status": 429, "retry_after": "7", "times": 1})
    async with session.post("/Organisations", data=json.dumps(ORGANISATION)) as response:
        assert (response.status, response.headers["Retry-After"]) == (429, "7")
    assert await send(session, "GET", "/Users") == 200
    assert await send(session, "POST", "/Organisations", ORGANISATION) == 201


@pytest.mark.parametrize(("do", "kept"), [("drop_before", 0), ("drop_after", 1)])
async def test_a_dropped_connection_comes_before_or_after_the_work(
    provider: DemoProvider, session: aiohttp.ClientSession, do: str, kept: int
) -> None:
    provider.order({"do": do, "times": 1})
    with pytest.raises(aiohttp.ClientError):
        await send(session, "POST", "/Organisations", ORGANISATION)
    assert len(provider.store().resources["Organisations"]) == kept


async def test_it_hangs_and_is_slow_when_ordered(provider: DemoProvider, session: aiohttp.ClientSession) -> None:
    provider.order({"match": "GET /Users", "do": "hang"}, latency_ms=150)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.5):
            await send(session, "GET", "/Users")
    began = time.monotonic()
    assert await send(session, "GET", "/Activities") == 200
    assert time.monotonic() - began >= 0.15


async def test_orders_come_by_the_pages_too_but_never_from_a_form(provider: DemoProvider) -> None:
    async with aiohttp.ClientSession(provider.pages) as pages:
        async with pages.post("/_orders", json={"rules": [{"do": "hang"}]}) as response:
            assert response.status == 204
        assert json.loads(provider.settings.orders_file.read_text()) == {"rules": [{"do": "hang"}]}
        async with pages.post("/_orders", json={"rules": [{"undo": 1}]}) as response:
            assert response.status == 400
        async with pages.post("/_orders", data={"rules": "x"}) as response:
            assert response.status == 415
