"""A server is known by its key; an impostor gets no byte of HTTP (RFC 9932)."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest

from kateder.protocols.matf.identity import Identity, self_signed
from kateder.protocols.matf.pinning import (
    CertificateDatesError,
    PinMismatchError,
    load_identity,
    pinned_context,
)

NOW = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)


def identity(*, days: int = 365, start: datetime = NOW) -> Identity:
    return self_signed("test 2026", not_before=start, not_after=start + timedelta(days=days))


def now() -> datetime:
    return NOW + timedelta(days=30)


class Listener:
    """A TLS server that counts the bytes of application data it is given."""

    def __init__(self) -> None:
        self.received = 0
        self.url = ""
        self.client: dict[str, object] | None = None

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.client = writer.get_extra_info("peercert")
        self.received += len(await reader.read(4096))
        writer.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
        writer.close()


@asynccontextmanager
async def listening(own: Identity, *, client: Identity | None = None) -> AsyncIterator[Listener]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    load_identity(context, own)
    if client:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(cadata=client.certificate)
    listener = Listener()
    server = await asyncio.start_server(listener.answer, "127.0.0.1", 0, ssl=context)
    port = server.sockets[0].getsockname()[1]
    listener.url = f"https://127.0.0.1:{port}/"
    async with server:
        yield listener


async def get(url: str, context: ssl.SSLContext) -> int:
    async with aiohttp.ClientSession() as session, session.get(url, ssl=context) as response:
        return response.status


async def test_the_pinned_server_is_spoken_to() -> None:
    own = identity()
    async with listening(own) as listener:
        assert await get(listener.url, pinned_context([own.pin], identity=None, now=now)) == 204


async def test_an_impostor_gets_no_byte() -> None:
    async with listening(identity()) as listener:
        context = pinned_context([identity().pin], identity=None, now=now)
        with pytest.raises(aiohttp.ClientConnectorCertificateError) as refusal:
            await get(listener.url, context)
        assert isinstance(refusal.value.certificate_error, PinMismatchError)
        assert listener.received == 0


async def test_two_pins_are_accepted_while_a_server_changes_key() -> None:
    old, new = identity(), identity()
    for own in (old, new):
        async with listening(own) as listener:
            assert await get(listener.url, pinned_context([old.pin, new.pin], identity=None, now=now)) == 204


@pytest.mark.parametrize(
    "own",
    [identity(days=10), identity(start=NOW + timedelta(days=60))],
    ids=["expired", "not yet valid"],
)
async def test_a_pinned_key_with_a_certificate_outside_its_dates_gets_no_byte(own: Identity) -> None:
    async with listening(own) as listener:
        with pytest.raises(aiohttp.ClientConnectorCertificateError) as refusal:
            await get(listener.url, pinned_context([own.pin], identity=None, now=now))
        assert isinstance(refusal.value.certificate_error, CertificateDatesError)
        assert listener.received == 0


async def test_our_certificate_is_shown_to_the_server() -> None:
    today = datetime.now(tz=UTC)
    ours = self_signed("kateder", not_before=today, not_after=today + timedelta(days=1))
    own = identity()
    async with listening(own, client=ours) as listener:
        assert await get(listener.url, pinned_context([own.pin], identity=ours, now=now)) == 204
        assert listener.client is not None


def test_without_pins_there_is_no_context() -> None:
    with pytest.raises(ValueError, match="at least one pin"):
        pinned_context([], identity=None, now=now)


def test_a_private_key_is_not_shown_when_an_identity_is_printed() -> None:
    assert "PRIVATE KEY" not in repr(identity())
