"""Lists, single things and lookups, out of one edition.

The order of a list is that of its ids, which never change: a page begins after the last id of the page before, so
nothing that was there all the time is lost or repeated, whatever else comes, changes or goes meanwhile. Any other
order can change under the reader. It is therefore frozen when it is first asked for, and paged by place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import orjson
import psycopg

from kateder.core.tenancy import current_authority_id
from kateder.protocols.ss12000.endpoints import ENDPOINTS, Endpoint, Kind
from kateder.protocols.ss12000.questions import BadQuestion, Place, Question, read, read_shape, token
from kateder.provisioning.ss12000.answers import Answer, bad, missing
from kateder.provisioning.ss12000.expanding import decorate
from kateder.provisioning.ss12000.filters import Where, where, where_any
from kateder.provisioning.ss12000.sorting import in_order

LISTING_LIVES: Final = timedelta(hours=1)
MOST_SOUGHT: Final = 10_000
"""Values in one lookup."""

_ROWS: Final = "provisioning_editionrow r WHERE r.edition_id = %(edition)s AND r.path = %(path)s AND r.gone_at IS NULL"
_PAGE: Final = f"""
WITH page AS MATERIALIZED (
  SELECT r.id, r.body, r.root_id, r.protected FROM {_ROWS} AND r.id > %(after)s AND {{where}}
  ORDER BY r.id LIMIT %(limit)s + 1
), numbered AS (SELECT *, row_number() OVER (ORDER BY id) AS n FROM page)
SELECT {{what}}, count(*) FILTER (WHERE n <= %(limit)s), count(*),
  (SELECT id FROM numbered WHERE n = %(limit)s), array_agg(root_id) FILTER (WHERE protected AND n <= %(limit)s)
FROM numbered
"""
_JOINED: Final = "string_agg(body, ',' ORDER BY id) FILTER (WHERE n <= %(limit)s)"
_APART: Final = "array_agg(body ORDER BY id) FILTER (WHERE n <= %(limit)s)"
_LISTED: Final = f"""
SELECT array_agg(r.body ORDER BY u.place), array_agg(r.root_id) FILTER (WHERE r.protected)
FROM unnest(%(ids)s::uuid[]) WITH ORDINALITY AS u (id, place)
JOIN (SELECT * FROM {_ROWS}) r ON r.id = u.id
"""
_FOUND: Final = f"""
SELECT array_agg(r.body ORDER BY r.id), array_agg(r.root_id) FILTER (WHERE r.protected) FROM {_ROWS} AND ({{where}})
"""
_KEEP: Final = """
INSERT INTO provisioning_listing (id, authority_id, edition_id, ids, made_at) VALUES (%s, %s, %s, %s, %s)
"""
_TAKE: Final = """
SELECT ids[%(first)s:%(last)s], cardinality(ids) FROM provisioning_listing
WHERE id = %(listing)s AND edition_id = %(edition)s AND made_at > %(oldest)s
"""
_SWEEP: Final = "DELETE FROM provisioning_listing WHERE made_at <= %s"
_FIRST: Final = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True, slots=True)
class Reader:
    """One client's edition, open for questions."""

    cursor: psycopg.Cursor[Any]
    edition: UUID
    now: datetime

    def list(self, endpoint: Endpoint, query: str) -> Answer:
        """A page of a list. Raises Refused."""
        try:
            question = read(query, endpoint)
        except BadQuestion as error:
            raise bad(str(error)) from None
        return self._sorted(endpoint, question) if question.sort else self._by_id(endpoint, question)

    def one(self, endpoint: Endpoint, id_: str, query: str) -> Answer:
        """One thing by its id. Raises Refused."""
        shape = self._shape(endpoint, query, expands=True)
        try:
            wanted = UUID(id_)
        except ValueError:
            raise bad("the id is not a UUID", code="invalid_id") from None
        bodies, protected = self._find(endpoint, Where("r.id = %(id)s", {"id": wanted}))
        if not bodies:
            raise missing()
        (body,), seen = self._written(endpoint, bodies, shape)
        return Answer(body, endpoint.path, objects=1, protected=protected, embedded=seen)

    def lookup(self, endpoint: Endpoint, query: str, body: bytes) -> Answer:
        """Many things by what is known of them: a bare array, without those that are not there. Raises Refused."""
        shape = self._shape(endpoint, query, expands=endpoint.lookup_expands)
        bodies, protected = self._find(endpoint, where_any(endpoint.path, _sought(endpoint, body)))
        written, seen = self._written(endpoint, bodies, shape)
        joined = b"[" + b",".join(written) + b"]"
        return Answer(joined, endpoint.path, objects=len(bodies), protected=protected, embedded=seen)

    def _by_id(self, endpoint: Endpoint, question: Question) -> Answer:
        """A page by keys; where nothing is added to the rows, PostgreSQL joins them."""
        condition = where(endpoint.path, question.filters)
        as_it_is = not (question.expand or question.names)
        sql = _PAGE.format(where=condition.sql, what=_JOINED if as_it_is else _APART)
        values = self._values(endpoint) | {
            "after": question.place.after if question.place and question.place.after else _FIRST,
            "limit": question.limit,
        }
        bodies, objects, found, last, protected = self._row(sql, {**values, **condition.values})
        following = token(question, endpoint.path, Place(after=str(last))) if found > objects else None
        if as_it_is:
            joined, seen = (bodies or "").encode(), frozenset[UUID]()
        else:
            written, seen = self._written(endpoint, bodies or (), question)
            joined = b",".join(written)
        page = _page(joined, following)
        return Answer(page, endpoint.path, objects=objects, protected=protected or (), embedded=seen)

    def _sorted(self, endpoint: Endpoint, question: Question) -> Answer:
        if question.place is None:
            ids = in_order(self.cursor, endpoint.path, question, self._values(endpoint))
            begin, listing, total = 0, "", len(ids)
            if total > question.limit:
                listing = self._keep(ids)
            part = ids[: question.limit]
        else:
            begin, listing = question.place.at, question.place.listing
            part, total = self._take(listing, begin, question.limit)
        bodies, protected = self._row(_LISTED, self._values(endpoint) | {"ids": part})
        end = begin + question.limit
        following = token(question, endpoint.path, Place(listing=listing, at=end)) if end < total else None
        written, seen = self._written(endpoint, bodies or (), question)
        page = _page(b",".join(written), following)
        return Answer(page, endpoint.path, objects=len(written), protected=protected or (), embedded=seen)

    def _keep(self, ids: Sequence[UUID]) -> str:
        listing = uuid4()
        self.cursor.execute(_SWEEP, [self.now - LISTING_LIVES])
        self.cursor.execute(_KEEP, [listing, current_authority_id(), self.edition, list(ids), self.now])
        return str(listing)

    def _take(self, listing: str, begin: int, limit: int) -> tuple[Sequence[UUID], int]:
        values = {
            "first": begin + 1,
            "last": begin + limit,
            "listing": listing or _FIRST,
            "edition": self.edition,
            "oldest": self.now - LISTING_LIVES,
        }
        row = self.cursor.execute(_TAKE, values).fetchone()
        if row is None:
            raise bad("pageToken: this sorted list is older than an hour; begin again")
        return row[0], row[1]

    def _find(self, endpoint: Endpoint, condition: Where) -> tuple[Sequence[str], Sequence[UUID]]:
        sql = _FOUND.format(where=condition.sql)
        bodies, protected = self._row(sql, {**self._values(endpoint), **condition.values})
        return bodies or (), protected or ()

    def _shape(self, endpoint: Endpoint, query: str, *, expands: bool) -> Question:
        try:
            return read_shape(query, endpoint, expands=expands)
        except BadQuestion as error:
            raise bad(str(error)) from None

    def _written(
        self, endpoint: Endpoint, bodies: Sequence[str], shape: Question
    ) -> tuple[Sequence[bytes], frozenset[UUID]]:
        """The bodies with what is added to them, and the protected persons that came with that."""
        if not (shape.expand or shape.names):
            return [body.encode() for body in bodies], frozenset()
        things = [orjson.loads(body) for body in bodies]
        seen = decorate(self.cursor, self.edition, endpoint.path, things, expand=shape.expand, names=shape.names)
        return [orjson.dumps(thing) for thing in things], frozenset(seen)

    def _values(self, endpoint: Endpoint) -> dict[str, Any]:
        return {"edition": self.edition, "path": endpoint.path}

    def _row(self, sql: str, values: Mapping[str, Any]) -> tuple[Any, ...]:
        row = self.cursor.execute(sql, values).fetchone()
        if row is None:
            message = "an aggregate gives one row"
            raise RuntimeError(message)
        return tuple(row)


def _page(joined: bytes, following: str | None) -> bytes:
    if following is None:
        return b'{"data":[' + joined + b"]}"
    return b'{"data":[' + joined + b'],"pageToken":"' + following.encode() + b'"}'


def _sought(endpoint: Endpoint, body: bytes) -> Mapping[str, Sequence[str]]:
    """What a lookup's body asks for. Raises Refused."""
    try:
        given = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise bad("the body is not JSON", code="invalid_body") from None
    if not isinstance(given, dict):
        raise bad("the body is not an object", code="invalid_body")
    if "calendarEvents" in given and "calendareEvents" in endpoint.lookup:
        # So it should have been spelled.
        given["calendareEvents"] = given.pop("calendarEvents")
    sought: dict[str, Sequence[str]] = {}
    for name, values in given.items():
        if name not in endpoint.lookup:
            raise bad(f"unknown member: {str(name)[:40]}", code="invalid_body")
        if not isinstance(values, list) or not all(isinstance(value, str) and "\0" not in value for value in values):
            raise bad(f"{name}: not a list of texts", code="invalid_body")
        sought[name] = _uuids(name, values) if endpoint.lookup[name] is Kind.UUID else values
    if sum(map(len, sought.values())) > MOST_SOUGHT:
        raise bad(f"more than {MOST_SOUGHT} values", code="too_many")
    return {name: values for name, values in sought.items() if values} or {"ids": []}


def _uuids(name: str, values: Sequence[str]) -> Sequence[str]:
    try:
        return [str(UUID(value)) for value in values]
    except ValueError:
        raise bad(f"{name}: not UUIDs", code="invalid_body") from None


__all__ = ["ENDPOINTS", "Reader"]
