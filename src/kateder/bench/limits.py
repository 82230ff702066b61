"""The raw limits that the measurements are compared with, taken on the same machine in the same run."""

from __future__ import annotations

import asyncio
import csv
import ssl
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import aiohttp
import orjson
import psycopg
from psycopg import sql


@dataclass(frozen=True, slots=True)
class Post:
    """One body as it was sent, and the collection it went to."""

    collection: str
    body: bytes


def copy_folder(folder: Path, *, url: str) -> float:
    """Return the seconds that PostgreSQL needs to take in the same files with nothing checked or compared."""
    began = time.perf_counter()
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        for path in sorted(folder.glob("*.csv")):
            with path.open(encoding="utf-8", newline="") as file:
                header = next(csv.reader(file))
            columns = sql.SQL(", ").join(sql.SQL("{} text").format(sql.Identifier(name)) for name in header)
            table = sql.Identifier(f"raw_{path.stem}")
            cursor.execute(sql.SQL("CREATE TEMP TABLE {} ({})").format(table, columns))
            with cursor.copy(sql.SQL("COPY {} FROM STDIN (FORMAT csv, HEADER)").format(table)) as copy:
                copy.write(path.read_bytes())
    return time.perf_counter() - began


def posts_in(log_file: Path) -> Iterator[Post]:
    """Yield the bodies that a provider was sent, in the order it got them."""
    with log_file.open("rb") as lines:
        for line in lines:
            entry = orjson.loads(line)
            if entry["door"] == "scim" and entry["method"] == "POST" and entry["status"] < 300:
                yield Post(collection=entry["target"], body=entry["body"].encode())


def in_order(posts: Iterable[Post]) -> list[Post]:
    """Return the bodies collection by collection, in the order in which the collections were first used."""
    batches: dict[str, list[Post]] = {}
    for post in posts:
        batches.setdefault(post.collection, []).append(post)
    return [post for batch in batches.values() for post in batch]


def send(posts: Sequence[Post], *, base: str, context: ssl.SSLContext, connections: int) -> float:
    """Return the seconds that sending takes when nothing else is done: no plan, no intents, no receipts.

    What is referred to must be there before what refers to it, so the collections go one after the other.
    """
    return asyncio.run(_send(posts, base=base, context=context, connections=connections))


async def _send(posts: Sequence[Post], *, base: str, context: ssl.SSLContext, connections: int) -> float:
    connector = aiohttp.TCPConnector(ssl=context, limit=connections)
    headers = {"Content-Type": "application/scim+json", "Accept": "application/scim+json"}
    async with aiohttp.ClientSession(connector=connector, headers=headers, trust_env=False) as session:
        began = time.perf_counter()
        for _, batch in groupby(posts, key=lambda post: post.collection):
            waiting = iter(list(batch))
            await asyncio.gather(*(_lane(waiting, session, base) for _ in range(connections)))
        return time.perf_counter() - began


async def _lane(waiting: Iterator[Post], session: aiohttp.ClientSession, base: str) -> None:
    for post in waiting:
        async with session.post(base + post.collection, data=post.body) as response:
            await response.read()
            response.raise_for_status()
