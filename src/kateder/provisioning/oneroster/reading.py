"""Collections and single objects, out of one client's edition.

The standard pages by offset, in an order that is the ids'. So that nobody is lost who was there all the time when
somebody else goes between two pages, what went within the last hour still has its place, as `tobedeleted`; what
came meanwhile can at worst make somebody come twice. What went earlier comes to who asks by `dateLastModified` or
`status`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import orjson
import psycopg

from kateder.protocols.oneroster.filters import Place
from kateder.protocols.oneroster.questions import Question
from kateder.protocols.oneroster.resources import ENROLLMENTS, ROSTERING, Resource, Route, Shape
from kateder.provisioning.oneroster import conditions
from kateder.provisioning.ss12000.conditions import Conditions

STILL_THERE: Final = timedelta(hours=1)
_ROWS: Final = "provisioning_editionrow r WHERE r.edition_id = %(edition)s AND r.path = %(path)s"
_PAGE: Final = f"""
SELECT r.id, r.body, r.root_id, r.protected, r.gone_at FROM {_ROWS} AND {{where}}
ORDER BY {{order}} r.id LIMIT %(limit)s OFFSET %(offset)s
"""
_COUNT: Final = f"SELECT count(*) FROM {_ROWS} AND {{where}}"
_ONE: Final = f"SELECT r.id, r.body, r.root_id, r.protected, r.gone_at FROM {_ROWS} AND r.id = %(id)s AND {{where}}"
_THERE: Final = f"SELECT 1 FROM {_ROWS} AND r.id = %(id)s AND r.gone_at IS NULL AND {{where}}"
_EMPTY: Final = {
    Shape.TEXT: "", Shape.TEXTS: [], Shape.OBJECTS: [], Shape.REFERENCES: [], Shape.DATE: "1970-01-01",
    Shape.TIME: "1970-01-01T00:00:00.000Z",
}  # fmt: skip
"""What is said of an object that is gone, of which nothing is kept, where the standard demands something."""

Stored = tuple[UUID, str | None, UUID, bool, datetime | None]


class Missing(Exception):
    """There is no such object, or not for this client, which is the same."""


@dataclass(frozen=True, slots=True)
class Found:
    """Objects as JSON, how many there are in all, and the protected persons among them (root ids)."""

    objects: Sequence[bytes]
    total: int
    protected: frozenset[UUID] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Reader:
    """One client's edition, open for questions. `base` is the address of the service, with a slash at the end."""

    cursor: psycopg.Cursor[Any]
    edition: UUID
    base: str
    now: datetime

    def many(self, route: Route, ids: Sequence[UUID], question: Question) -> Found:
        """A page of a collection. Raises Missing where what the address goes through is not there."""
        for (parent, only), id_ in zip(route.through, ids, strict=True):
            self._must_be(ROSTERING[parent], only, id_)
        wanted = self._wanted(route)
        if not question.asks_for_removed:
            wanted.add(f"(r.gone_at IS NULL OR r.gone_at > {wanted.bind(self.now - STILL_THERE)})")
        conditions.of_route(wanted, route, ids, look=self._enrolled)
        conditions.of_filter(wanted, question.filter)
        values = self._values(route.gives, wanted)
        row = self.cursor.execute(_COUNT.format(where=wanted.sql), values).fetchone()
        total = 0 if row is None else int(row[0])
        sql = _PAGE.format(where=wanted.sql, order=order(question.sort, descending=question.descending))
        values |= {"limit": question.limit, "offset": question.offset}
        rows: list[Stored] = self.cursor.execute(sql, values).fetchall() if total > question.offset else []
        objects = [self._written(one, route.gives, question.fields) for one in rows]
        return Found(objects, total, frozenset(root for _, _, root, protected, _ in rows if protected))

    def one(self, route: Route, id_: UUID, question: Question) -> Found:
        """One object. Raises Missing."""
        wanted = self._wanted(route)
        values = self._values(route.gives, wanted) | {"id": id_}
        row = self.cursor.execute(_ONE.format(where=wanted.sql), values).fetchone()
        if row is None:
            raise Missing
        written = self._written(row, route.gives, question.fields)
        return Found([written], 1, frozenset({row[2]} if row[3] else ()))

    def _enrolled(self, attribute: str, asked: Conditions) -> Sequence[str]:
        """What the enrolments that are asked for refer to, once each."""
        values = {"edition": self.edition, "path": ENROLLMENTS.name, **asked.values}
        found = (
            f"SELECT DISTINCT r.doc#>>'{{{attribute},sourcedId}}' FROM {_ROWS} AND r.gone_at IS NULL AND {asked.sql}"
        )
        return [id_ for (id_,) in self.cursor.execute(found, values).fetchall()]

    def _must_be(self, resource: Resource, only: str, id_: UUID) -> None:
        wanted = Conditions("%(edition)s")
        wanted.add(conditions.narrowed(wanted, resource.name, only))
        values = self._values(resource, wanted) | {"id": id_}
        if self.cursor.execute(_THERE.format(where=wanted.sql), values).fetchone() is None:
            raise Missing

    def _wanted(self, route: Route) -> Conditions:
        wanted = Conditions("%(edition)s")
        wanted.add(conditions.narrowed(wanted, route.gives.name, route.only))
        return wanted

    def _values(self, resource: Resource, wanted: Conditions) -> dict[str, Any]:
        return {"edition": self.edition, "path": resource.name, **wanted.values}

    def _written(self, row: Stored, resource: Resource, fields: Sequence[str]) -> bytes:
        id_, body, _root, _protected, gone_at = row
        text = tombstone(id_, gone_at or self.now, resource) if body is None else body.encode()
        if fields:
            thing = orjson.loads(text)
            text = orjson.dumps({name: thing[name] for name in fields if name in thing})
        return text.replace(b'"href":"~/', b'"href":"' + self.base.encode())


def tombstone(id_: UUID | str, gone_at: datetime, resource: Resource) -> bytes:
    """What is left of an object: that it is to be deleted."""
    required = {name: _EMPTY[resource.attributes[name]] for name in sorted(resource.required)
                if resource.attributes[name] in _EMPTY}  # fmt: skip
    moment = gone_at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    known = {"sourcedId": str(id_), "status": "tobedeleted", "dateLastModified": moment}
    if "enabledUser" in required:
        required["enabledUser"] = "false"
    return orjson.dumps({**required, **known})


def order(sort: Place | None, *, descending: bool) -> str:
    """What comes before the ids in ORDER BY: by Unicode, as the standard says; what has no value comes last."""
    if sort is None:
        return ""
    key = conditions.at(sort)
    collated = key if key == conditions.CHANGED else f'({key}) COLLATE "C"'
    return f"{collated} {'DESC' if descending else 'ASC'} NULLS LAST,"
