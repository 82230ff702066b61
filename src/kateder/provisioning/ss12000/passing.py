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
from django.db import connection

from kateder.core import authorities, clock
from kateder.core.tenancy import named
from kateder.protocols.ss12000.endpoints import ENDPOINTS
from kateder.protocols.ss12000.questions import BadQuestion, Place, Question, read, token
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
    endpoint = ENDPOINTS.get(path)
    authority = authorities.by_host(environ.get("HTTP_HOST", "").rsplit(":", 1)[0].lower())
    if endpoint is None or authority is None:
        return None
    try:
        question = read(environ.get("QUERY_STRING", ""), endpoint)
    except BadQuestion:
        return None
    if not question.is_plain:
        return None
    with named(authority.id):
        client = recalled(environ.get("HTTP_AUTHORIZATION", ""), now=clock.now())
        known = None if client is None else _passes.get(client.id)
        if client is None or known is None or known.client is not client or not known.may_read(path):
            return None
        page = _page(authority.id, known, path, question)
        # Whose the duties of the protected are, the long way knows.
        if page is None or (page[-1] and path == "duties"):
            return None
        joined, objects, following, protected = page
        note(client, path, objects=objects, protected=protected or ())
    end = b"]}" if following is None else _end(question, path, following)
    return b"".join((b'{"data":[', joined or b"", end))


def _end(question: Question, path: str, following: UUID) -> bytes:
    return b'],"pageToken":"' + token(question, path, Place(after=str(following))).encode() + b'"}'


def _page(authority: UUID, known: Pass, path: str, question: Question) -> tuple[Any, ...] | None:
    after = UUID(question.place.after) if question.place is not None else _FIRST
    values = (authority, known.edition, known.digest, clock.today(), path, after, question.limit)
    connection.ensure_connection()
    raw: psycopg.Connection[Any] = connection.connection
    try:
        # Django's own cursors put values into the text: nothing is prepared then, and nothing comes as bytes.
        with psycopg.Cursor(raw) as cursor:
            return cursor.execute(_PAGE, values, prepare=True, binary=True).fetchone()
    except psycopg.OperationalError:
        # The long way begins with a connection that is looked at.
        connection.close()
        return None
