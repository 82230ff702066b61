"""Fetches the keys of an authorisation server (a JWK set, RFC 7517 §5)."""

from __future__ import annotations

import json
from typing import Any, Final

import httpx2

from kateder.protocols.dnp import tokens

SECONDS: Final = 10.0
MOST_BYTES: Final = 256 * 1024


class CannotFetch(Exception):
    """The keys could not be fetched; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def fetch(uri: str) -> list[dict[str, Any]]:
    """The usable keys at an address; no redirects, no proxies. Raises CannotFetch, also when there is none."""
    try:
        found = json.loads(_body(uri))
    except httpx2.HTTPError as error:
        raise CannotFetch(type(error).__name__) from None
    except (ValueError, RecursionError):
        raise CannotFetch("not_json") from None
    keys = found.get("keys") if isinstance(found, dict) else None
    usable = tokens.usable(keys if isinstance(keys, list) else [])
    if not usable:
        raise CannotFetch("no_usable_key")
    return usable


def _body(uri: str) -> bytes:
    with (
        httpx2.Client(timeout=SECONDS, trust_env=False, follow_redirects=False) as client,
        client.stream("GET", uri, headers={"Accept": "application/json"}) as response,
    ):
        if response.status_code != 200:
            raise CannotFetch(f"http_{response.status_code}")
        body = b""
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) > MOST_BYTES:
                raise CannotFetch("too_large")
    return body
