"""What an EGIL server says that it has: its lists, page by page, and one object at a time.

Facts: lists are read with `?startIndex=N` (RFC 7644 §3.4.2.4). windermere ignores it and answers everything each
time, and answers a GET of one object 200 with an empty list: a page without anything new is therefore the end, and
such an answer about one object says nothing. Servers add `id`, `meta` and members of their own: a body is compared
by what may stand in ours, so that only what was ours and is otherwise counts as another.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from functools import cache
from http import HTTPStatus
from itertools import chain
from typing import Any
from uuid import UUID

import aiohttp
import orjson

from kateder.governance.paths import EGIL
from kateder.protocols.egil.encoding import content_hash, encode
from kateder.protocols.egil.types import ResourceType
from kateder.provisioning.delivery.http import GONE, TRANSIENT, TooMuch, content_of, retry_seconds
from kateder.provisioning.egil.exchange import MOST_ANSWER_BYTES, session
from kateder.provisioning.ways.contract import Door, Listed, Unlistable

MOST_PAGE_BYTES = 16 * MOST_ANSWER_BYTES
ATTEMPTS = 4
PAUSE, LONGEST_PAUSE = 0.2, 10.0  # seconds
Tree = dict[str, Any]
Resource = Mapping[str, Any]


async def listed(door: Door) -> AsyncIterator[Listed]:
    """Everything that the server says it has, type by type. Raises Unlistable."""
    async with session(door.pinned, connections=1, seconds=door.seconds) as http:
        for kind in ResourceType:
            async for resource in _collection(http, f"{door.base_uri.rstrip('/')}/{kind.endpoint}"):
                yield Listed(
                    resource_type=kind.value, released_id=_identity(resource), content_hash=_content(kind, resource)
                )


async def is_there(door: Door, resource_type: str, released_id: UUID) -> bool | None:
    """Ask for one object; None when the answer does not say. Raises Unlistable."""
    address = f"{door.base_uri.rstrip('/')}/{ResourceType(resource_type).endpoint}/{released_id}"
    async with session(door.pinned, connections=1, seconds=door.seconds) as http:
        answer = await _asked(http, address)
    if answer is None:
        return False
    return True if isinstance(answer, dict) and _identity(answer) == released_id else None


async def _collection(http: aiohttp.ClientSession, address: str) -> AsyncIterator[Resource]:
    seen: set[str] = set()
    given = 0
    while True:
        answer = await _asked(http, address, start=given + 1)
        resources, total = _page(answer)
        fresh = {_name(one): one for one in resources if _name(one) not in seen}
        seen |= fresh.keys()
        given += len(resources)
        for resource in fresh.values():
            yield resource
        if not fresh or (total is not None and len(seen) >= total):
            return


def _page(answer: object) -> tuple[list[Resource], int | None]:
    """The resources of a ListResponse (or of a bare list) and how many there are in all, where it says so."""
    if answer is None:
        return [], 0  # a server without such a collection has nothing in it
    total = answer.get("totalResults") if isinstance(answer, dict) else None
    resources = answer.get("Resources", []) if isinstance(answer, dict) else answer
    if not isinstance(resources, list) or not all(isinstance(one, dict) for one in resources):
        raise Unlistable(code="not_a_list")
    return resources, total if isinstance(total, int) else None


async def _asked(http: aiohttp.ClientSession, address: str, *, start: int | None = None) -> object:
    """The JSON at an address, None where nothing is; tried again while the server may recover. Raises Unlistable."""
    for attempt in range(1, ATTEMPTS + 1):
        wait, code = PAUSE * 2**attempt, "connection"
        try:
            async with http.get(
                address, params={} if start is None else {"startIndex": str(start)}, allow_redirects=False
            ) as response:
                if response.status in GONE:
                    return None
                if response.status == HTTPStatus.OK:
                    return _read(await content_of(response, most=MOST_PAGE_BYTES))
                code = f"http_{response.status}"
                if response.status not in TRANSIENT:
                    raise Unlistable(code=code)
                wait = retry_seconds(response.headers.get("Retry-After")) or wait
        except aiohttp.ClientConnectorCertificateError:
            raise Unlistable(code="not_the_pinned_server") from None
        except TooMuch:
            raise Unlistable(code="too_much") from None
        except TimeoutError:
            code = "timeout"
        except aiohttp.ClientError:
            pass
        if wait > LONGEST_PAUSE or attempt == ATTEMPTS:
            raise Unlistable(code=code)
        await asyncio.sleep(wait)
    raise AssertionError("unreachable")


def _read(body: bytes) -> object:
    try:
        found: object = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise Unlistable(code="not_json") from None
    return found


def _name(resource: Resource) -> str:
    return str(resource.get("externalId") or resource.get("id") or "")


def _identity(resource: Resource) -> UUID | None:
    try:
        return UUID(_name(resource))
    except ValueError:
        return None


def _content(kind: ResourceType, resource: Resource) -> bytes:
    """The digest of what is ours in a body, as `encode` would have written it."""
    try:
        ours = {**_pruned(resource, _members(kind)), "schemas": kind.schemas, "externalId": _name(resource)}
        return content_hash(encode(ours))
    except (AttributeError, TypeError):
        return content_hash(orjson.dumps(resource))  # not even the shape is ours: another, whatever it is


def _pruned(value: Any, tree: Tree) -> Any:
    if isinstance(value, dict) and tree:
        kept = {name: _pruned(member, tree[name]) for name, member in value.items() if name in tree}
        return {name: member for name, member in kept.items() if member is not None} | _pointed(kept)
    if isinstance(value, list) and "*" in tree:
        return [_pruned(item, tree["*"]) for item in value]
    return value


def _pointed(member: Mapping[str, object]) -> dict[str, object]:
    """A reference as we write it, where the server has made it an address."""
    reference = member.get("$ref")
    return {"$ref": "/".join(reference.split("/")[-2:])} if isinstance(reference, str) else {}


@cache
def _members(kind: ResourceType) -> Tree:
    tree: Tree = {}
    for path in _paths(kind):
        node = tree
        for member in path.split("/"):
            node = node.setdefault(member, {})
    return tree


def _paths(kind: ResourceType) -> Iterator[str]:
    rules: Iterable[Any] = chain(EGIL.structure, *EGIL.by_field.values(), *EGIL.in_the_open.values())
    return (path for resource_type, path, _ in rules if resource_type == kind)
