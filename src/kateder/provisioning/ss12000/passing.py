"""Pages that are read in great numbers, answered before Django begins.

Only a plain page, by id, of a client that this process has just let in, is answered here, in one statement; everything
else goes the long way: another question, a token that was not looked up within the last seconds, an edition that
no longer follows the register, a refusal. The same rules hold on both ways: the rate, the profile through the
edition, row-level security, and what was read is counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import psycopg
from django.conf import settings
from django.db import connections

from kateder.core import authorities, clock
from kateder.core.tenancy import named
from kateder.protocols.ss12000.endpoints import ENDPOINTS
from kateder.protocols.ss12000.questions import BadQuestion, plain_token, read, read_plain
from kateder.trust.api import ApiClient, note, recalled

PREFIX: Final = "/ss12000/v2.0/"
MOST_PASSES: Final = 5000
_FIRST: Final = UUID(int=0)
_PAGE: Final = "SELECT * FROM provisioning_edition_page(%s, %s, %s, %s, %s, %s, %s)"

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class Pass:
    """What the long way found out about a client: which kinds of things it reads, and from which edition."""

    client: ApiClient
    edition: UUID
    digest: str
    may_read: Callable[[str], bool]


_passes: dict[UUID, Pass] = {}


def remember(known: Pass) -> None:
    """Let the client's next pages take the short way, as long as it is remembered who it is."""
    if len(_passes) >= MOST_PASSES:
        _passes.clear()
    _passes[known.client.id] = known


class ShortWay:
    """A WSGI application before another one."""

    def __init__(self, long_way: Application) -> None:
        self._long_way = long_way

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a plain page, or let the long way answer."""
        path = environ["PATH_INFO"]
        if path.startswith(PREFIX) and environ["REQUEST_METHOD"] == "GET" and _is_safe(environ):
            body = _answer(environ, path[len(PREFIX) :])
            if body is not None:
                headers = [*_HEADERS, ("Content-Length", str(len(body)))]
                if settings.SECURE:
                    headers.append(("Strict-Transport-Security", f"max-age={settings.SECURE_HSTS_SECONDS}"))
                start_response("200 OK", headers)
                return [body]
        return self._long_way(environ, start_response)


_HEADERS: Final = (
    ("Content-Type", "application/json"),
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
)


def _is_safe(environ: Environ) -> bool:
    """Whether it came over TLS where it has to: the long way redirects what did not."""
    return not settings.SECURE or environ.get("HTTP_X_FORWARDED_PROTO") == "https"


def _answer(environ: Environ, path: str) -> bytes | None:
    asked = _asked(environ.get("QUERY_STRING", ""), path)
    authority = authorities.by_host(environ.get("HTTP_HOST", "").rsplit(":", 1)[0].lower())
    if asked is None or authority is None:
        return None
    with named(authority.id):
        client = recalled(environ.get("HTTP_AUTHORIZATION", ""), now=clock.now())
        known = None if client is None else _passes.get(client.id)
        if client is None or known is None or known.client is not client or not known.may_read(path):
            return None
        page = _page(authority.id, known, path, asked)
        # Whose the duties of the protected are, the long way knows.
        if page is None or (page[-1] and path == "duties"):
            return None
        joined, objects, following, protected = page
        note(client, path, objects=objects, protected=protected or ())
    end = b"]}" if following is None else b'],"pageToken":"%b"}' % plain_token(path, following)
    return b"".join((b'{"data":[', joined or b"", end))


def _asked(query: str, path: str) -> tuple[int, str] | None:
    """How many things, and after which id, if nothing else is asked for."""
    endpoint = ENDPOINTS.get(path)
    if endpoint is None:
        return None
    plain = read_plain(query, path)
    if plain is not None:
        return plain
    try:
        question = read(query, endpoint)
    except BadQuestion:
        return None
    return (question.limit, question.place.after if question.place else "") if question.is_plain else None


def _page(authority: UUID, known: Pass, path: str, asked: tuple[int, str]) -> tuple[Any, ...] | None:
    limit, after = asked
    values = (authority, known.edition, known.digest, clock.today(), path, UUID(after) if after else _FIRST, limit)
    # Asked for once: what looks like one connection looks each time for that of the thread.
    own = connections["default"]
    own.ensure_connection()
    raw: psycopg.Connection[Any] = own.connection
    try:
        # Django's own cursors put values into the text: nothing is prepared then, and nothing comes as bytes.
        with psycopg.Cursor(raw) as cursor:
            return cursor.execute(_PAGE, values, prepare=True, binary=True).fetchone()
    except psycopg.OperationalError:
        # The long way begins with a connection that is looked at.
        own.close()
        return None
