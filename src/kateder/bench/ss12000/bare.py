"""The least that could be done: a WSGI view that joins ready JSON from PostgreSQL, for anybody, without a rule."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable
from typing import Any, Final
from urllib.parse import parse_qs

import psycopg

_PAGE: Final = """
SELECT string_agg(body, ',' ORDER BY id), max(id::text) FROM (
  SELECT id, body FROM provisioning_editionrow
  WHERE authority_id = %s AND edition_id = %s AND path = 'persons' AND id > %s ORDER BY id LIMIT %s) page
"""
_own = threading.local()


def _connection() -> psycopg.Connection[Any]:
    if not hasattr(_own, "connection"):
        # The owner's: row-level security does not act on it.
        # Planned once, as ours is: otherwise PostgreSQL plans each page anew, and the comparison flatters us.
        _own.connection = psycopg.connect(
            os.environ["DATABASE_OWNER_URL"], autocommit=True, options="-c plan_cache_mode=force_generic_plan"
        )
    return _own.connection  # type: ignore[no-any-return]


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer `?pageToken=…&limit=…`."""
    query = parse_qs(environ["QUERY_STRING"])
    after = query.get("pageToken", ["00000000-0000-0000-0000-000000000000"])[0]
    values = (os.environ["BENCH_AUTHORITY"], os.environ["BENCH_EDITION"], after, int(query["limit"][0]))
    row = _connection().execute(_PAGE, values, prepare=True).fetchone()
    joined, last = row if row is not None else (None, None)
    body = b'{"data":[' + (joined or "").encode() + b"]"
    body += b',"pageToken":"' + last.encode() + b'"}' if last else b"}"
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
