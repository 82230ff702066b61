"""One notification over the wire: a public https address, no redirects, no proxies, little patience."""

from __future__ import annotations

import asyncio
from typing import Any, Final

import aiohttp
import orjson

from kateder.provisioning.ss12000 import targets

SECONDS: Final = 15.0
MOST_ANSWER_BYTES: Final = 64 * 1024
HEADERS: Final = {"Content-Type": "application/json", "Accept": "application/json", "User-Agent": "Kateder (SS 12000)"}


def post(target: str, body: dict[str, Any]) -> str:
    """Send a notification; gives the HTTP status as text, or the code of what went wrong. Blocks."""
    try:
        targets.check(target)
    except targets.BadTarget:
        return "not_allowed"
    return asyncio.run(_post(target, orjson.dumps(body)))


def is_taken(answer: str) -> bool:
    """Whether an answer says that the notification was received."""
    return answer.isdigit() and 200 <= int(answer) < 300


async def _post(target: str, body: bytes) -> str:
    connector = aiohttp.TCPConnector(resolver=targets.PublicResolver(), use_dns_cache=False, limit=1)
    timeout = aiohttp.ClientTimeout(total=SECONDS)
    try:
        async with (
            aiohttp.ClientSession(
                connector=connector, timeout=timeout, headers=HEADERS, cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=False,
            ) as session,
            session.post(target, data=body, allow_redirects=False) as response,
        ):  # fmt: skip
            await response.content.read(MOST_ANSWER_BYTES)
            return str(response.status)
    except aiohttp.ClientConnectorCertificateError:
        return "certificate"
    except TimeoutError:
        return "timeout"
    except (aiohttp.ClientConnectorDNSError, targets.InnerAddress):
        return "no_public_address"
    except (aiohttp.ClientError, OSError, ValueError):
        return "connection"
