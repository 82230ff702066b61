"""A client that reads pages as fast as it is given them, over connections that stay open."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

TOKEN: Final = b'"pageToken":"'
LENGTH: Final = b"content-length: "


@dataclass(frozen=True, slots=True)
class Door:
    """Where pages are read: a port on this machine, a path, and the headers that let one in."""

    port: int
    path: str
    headers: str = ""

    def request(self, limit: int, token: str) -> bytes:
        """One request, ready to be sent."""
        query = f"limit={limit}" + (f"&pageToken={token}" if token else "")
        return f"GET {self.path}?{query} HTTP/1.1\r\nHost: bench.localhost:{self.port}\r\n{self.headers}\r\n".encode()


class Reader:
    """One connection."""

    def __init__(self, door: Door) -> None:
        self._door = door

    async def open(self) -> None:
        """Connect."""
        self._in, self._out = await asyncio.open_connection("127.0.0.1", self._door.port, limit=2**20)

    async def page(self, limit: int, token: str) -> tuple[bytes, str]:
        """A page's body, and the token of the next; empty when there is none. Raises ConnectionError."""
        self._out.write(self._door.request(limit, token))
        head = await self._in.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise ConnectionError(head.split(b"\r\n", 1)[0].decode())
        lower = head.lower()
        start = lower.index(LENGTH) + len(LENGTH)
        body = await self._in.readexactly(int(lower[start : lower.index(b"\r\n", start)]))
        at = body.rfind(TOKEN, -2000)
        return body, "" if at < 0 else body[at + len(TOKEN) : body.rindex(b'"')].decode()

    def close(self) -> None:
        """Hang up."""
        self._out.close()


def at_once(door: Door, starts: Iterable[str], *, limit: int, seconds: float) -> float:
    """Requests a second of one reader per start (a page token), each reading on from there."""
    return asyncio.run(_at_once(door, list(starts), limit=limit, seconds=seconds))


async def _at_once(door: Door, starts: list[str], *, limit: int, seconds: float) -> float:
    done = 0

    async def read_on(start: str, until: float) -> None:
        nonlocal done
        reader = Reader(door)
        await reader.open()
        token = start
        while time.perf_counter() < until:
            _, token = await reader.page(limit, token)
            token = token or start
            done += 1
        reader.close()

    began = time.perf_counter()
    await asyncio.gather(*(read_on(start, began + seconds) for start in starts))
    return done / (time.perf_counter() - began)


def crawl(door: Door, *, limit: int, look: Callable[[bytes], None] = lambda _: None) -> list[float]:
    """Read everything once over one connection; gives the seconds of each page."""
    return asyncio.run(_crawl(door, limit=limit, look=look))


async def _crawl(door: Door, *, limit: int, look: Callable[[bytes], None]) -> list[float]:
    reader, token, seconds = Reader(door), "", []
    await reader.open()
    while True:
        began = time.perf_counter()
        body, token = await reader.page(limit, token)
        seconds.append(time.perf_counter() - began)
        look(body)
        if not token:
            break
    reader.close()
    return seconds
