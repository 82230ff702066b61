"""A server over pinned TLS that bears only so much, as real ones do."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from ssl import SSLContext
from tempfile import TemporaryDirectory

from aiohttp import web

from kateder.demo.provider.certificates import own_identity, server_context
from kateder.protocols.matf.pinning import pinned_context
from tests.demo_provider import client_identity

OURS = client_identity()


@dataclass
class Bearing:
    """What it bears, and what it was made to bear. Times in seconds."""

    latency: float = 0.0
    at_once: int | None = None
    """More than so many at a time are answered 429."""
    retry_after: str | None = None
    per_second: float | None = None
    """More than so many a second, with a tenth of that in one go, are answered 429."""
    slow_beyond: int | None = None
    """Each one beyond so many makes all of them that much slower."""
    slow: dict[int, float] = field(default_factory=dict)
    """The latency of single requests, by their number."""
    drop_every: int | None = None
    under_way: int = 0
    most: int = 0
    refused: int = 0
    times: list[float] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    connections: dict[object, asyncio.Transport] = field(default_factory=dict)
    """By the address that they came from."""
    seen: set[asyncio.Transport] = field(default_factory=set)
    """All that ever came, to be let go of in the end."""

    async def answer(self, request: web.Request) -> web.Response:
        """Bear it, or not."""
        number = len(self.times)
        if request.transport:
            self.connections[request.transport.get_extra_info("peername")] = request.transport
            self.seen.add(request.transport)
        self.times.append(time.monotonic())
        await request.read()
        if self._too_many():
            self.refused += 1
            return web.Response(status=429, headers={"Retry-After": self.retry_after} if self.retry_after else {})
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        try:
            await asyncio.sleep(self._seconds(number))
        finally:
            self.under_way -= 1
        if self.drop_every and number % self.drop_every == self.drop_every - 1 and request.transport:
            request.transport.abort()
        else:
            self.done.append(request.path)
        return web.Response(status=201)

    def _too_many(self) -> bool:
        if self.at_once is not None and self.under_way >= self.at_once:
            return True
        if self.per_second is None:
            return False
        recent = [at for at in self.times[-500:] if at > time.monotonic() - 1.0]
        return len(recent) > self.per_second * 1.1

    def _seconds(self, number: int) -> float:
        seconds = self.slow.get(number, self.latency)
        if self.slow_beyond and self.under_way > self.slow_beyond:
            seconds *= self.under_way / self.slow_beyond
        return seconds


@dataclass(frozen=True)
class Limited:
    """Where it is, how we know it, and what it bears."""

    address: str
    context: SSLContext
    bearing: Bearing


@contextmanager
def limited(bearing: Bearing) -> Iterator[Limited]:
    """Run it for the time of a test."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    with TemporaryDirectory() as folder:
        identity = own_identity(Path(folder) / "own.pem", hosts=["127.0.0.1"])
        runner, port = asyncio.run_coroutine_threadsafe(_open(bearing, server_context(identity)), loop).result()
        context = pinned_context([identity.pin], identity=None, now=lambda: datetime.now(tz=UTC))
        try:
            yield Limited(f"https://127.0.0.1:{port}", context, bearing)
        finally:
            asyncio.run_coroutine_threadsafe(_close(runner, bearing), loop).result()
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()


async def _open(bearing: Bearing, context: SSLContext) -> tuple[web.AppRunner, int]:
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", bearing.answer)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    return runner, int(runner.addresses[0][1])


async def _close(runner: web.AppRunner, bearing: Bearing) -> None:
    await runner.cleanup()
    for transport in bearing.seen:
        transport.abort()  # a client that keeps its connections has not yet answered that they end
    await asyncio.sleep(0)
