"""One service's gradebook: what it has written about its pupils, kept for as long as it may know them.

A record is taken only for a class, a pupil and a session that the service may know today, and is given back only as
long as it may: who has left its edition is in nothing that is answered. How much there can be is bounded by the
pupils and classes that there are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID, uuid4, uuid5

import orjson
import psycopg
from psycopg.types.json import Jsonb

from kateder.core import audit
from kateder.core.tenancy import current_authority_id
from kateder.protocols.oneroster.gradebook import BadData, Kept, read
from kateder.protocols.oneroster.questions import Question
from kateder.protocols.oneroster.resources import GRADEBOOK, LINE_ITEMS, REFERRED, RESULTS, Resource
from kateder.provisioning.oneroster import conditions
from kateder.provisioning.oneroster.reading import Found, Missing, order, tombstone
from kateder.provisioning.ss12000.conditions import Conditions
from kateder.trust.api import ApiClient, actor_of

MOST: Final[Mapping[str, int]] = {"categories": 1000, "scoreScales": 1000, "lineItems": 1000, "results": 50}
"""Of a service; line items of a class; results of one pupil in one line item."""
_FULL: Final[Mapping[str, str]] = {
    "categories": "true",
    "scoreScales": "true",
    "lineItems": "r.class_id = %(class)s",
    "results": "r.line_item = %(item)s AND r.student_id = %(student)s",
}
_IN_EDITION: Final = """
provisioning_editionrow e WHERE e.edition_id = %(edition)s AND e.path = %(path)s AND e.gone_at IS NULL
  AND e.id = %(id)s
"""
_PUPIL: Final = """ AND coalesce(e.doc->'roles' @> '[{"role": "student"}]', false)"""
_OWN: Final = "provisioning_gradebookrecord r WHERE r.service_id = %(service)s AND r.kind = %(kind)s"
_SEEN: Final = """
(r.class_id IS NULL OR EXISTS (SELECT 1 FROM provisioning_editionrow c WHERE c.edition_id = %(edition)s
   AND c.path = 'classes' AND c.id = r.class_id AND c.gone_at IS NULL))
AND (r.student_id IS NULL OR EXISTS (SELECT 1 FROM provisioning_editionrow u WHERE u.edition_id = %(edition)s
   AND u.path = 'users' AND u.id = r.student_id AND u.gone_at IS NULL))
"""
_MARKED: Final = """
EXISTS (SELECT 1 FROM provisioning_editionrow u WHERE u.edition_id = %(edition)s AND u.path = 'users'
  AND u.id = r.student_id AND u.protected)
"""
_COLUMNS: Final = f"r.sourced_id, r.doc, r.modified_at, r.gone_at, r.person_id, {_MARKED}"
_PUT: Final = """
INSERT INTO provisioning_gradebookrecord (id, authority_id, service_id, kind, sourced_id, doc, line_item, class_id,
  student_id, group_id, person_id, written_by, created_at, modified_at)
VALUES (%(new)s, %(authority)s, %(service)s, %(kind)s, %(sourced_id)s, %(doc)s, %(item)s, %(class)s, %(student)s,
  %(group)s, %(person)s, %(by)s, %(now)s, %(now)s)
ON CONFLICT (service_id, kind, sourced_id) DO UPDATE SET doc = excluded.doc, line_item = excluded.line_item,
  class_id = excluded.class_id, student_id = excluded.student_id, group_id = excluded.group_id,
  person_id = excluded.person_id, written_by = excluded.written_by, modified_at = excluded.modified_at, gone_at = NULL
"""
_REMOVE: Final = """
UPDATE provisioning_gradebookrecord r SET doc = NULL, student_id = NULL, person_id = NULL, modified_at = %(now)s,
  gone_at = %(now)s
WHERE r.service_id = %(service)s AND r.gone_at IS NULL AND ((r.kind = %(kind)s AND r.sourced_id = %(sourced_id)s)
  OR (%(kind)s = 'lineItems' AND r.kind = 'results' AND r.line_item = %(sourced_id)s))
"""
_HEADS: Final = frozenset({"sourcedId", "status", "dateLastModified"})


class Full(Exception):
    """There are as many as there may be."""


@dataclass(frozen=True, slots=True)
class Bases:
    """The addresses of both services, each with a slash at the end."""

    rostering: str
    gradebook: str


@dataclass(frozen=True, slots=True)
class Gradebook:
    """The gradebook of a client's service, beside the edition that says whom it may know."""

    cursor: psycopg.Cursor[Any]
    client: ApiClient
    edition: UUID
    bases: Bases
    now: datetime

    def many(self, resource: Resource, question: Question, *, within: Mapping[str, str]) -> Found:
        """A page of a collection, narrowed by what stands in the address: class, school, student, lineItem.

        Raises Missing where that is not there.
        """
        wanted = Conditions("%(edition)s")
        for name, id_ in within.items():
            self.must_be(name, id_)
            wanted.add(_narrowed(wanted, resource, name, id_))
        if not question.asks_for_removed:
            wanted.add("r.gone_at IS NULL")
        conditions.of_filter(wanted, question.filter)
        where = f"{_OWN} AND {_SEEN} AND {wanted.sql}"
        values = self._values(resource) | wanted.values
        row = self.cursor.execute(f"SELECT count(*) FROM {where}", values).fetchone()
        by = order(question.sort, descending=question.descending)
        sql = f"SELECT {_COLUMNS} FROM {where} ORDER BY {by} r.id LIMIT %(limit)s OFFSET %(offset)s"
        values |= {"limit": question.limit, "offset": question.offset}
        return self._found(self.cursor.execute(sql, values).fetchall(), resource, question, int(row[0]) if row else 0)

    def one(self, resource: Resource, sourced_id: str, question: Question) -> Found:
        """One record. Raises Missing."""
        values = self._values(resource) | {"sourced_id": sourced_id}
        sql = f"SELECT {_COLUMNS} FROM {_OWN} AND {_SEEN} AND r.sourced_id = %(sourced_id)s"
        rows = self.cursor.execute(sql, values).fetchall()
        if not rows:
            raise Missing
        return self._found(rows, resource, question, 1)

    def put(self, resource: Resource, sourced_id: str, given: object) -> None:
        """Write one record under the id of the address. Raises BadData or Full."""
        self._write(resource, [read(given, resource, sourced_id=sourced_id)])

    def post(self, resource: Resource, given: Sequence[object], *, within: Mapping[str, str]) -> Mapping[str, str]:
        """Write several; gives the id that each was given, by the one that it came with: the same again for the same.

        Raises BadData, Full, or Missing where what stands in the address is not there.
        """
        for name, id_ in within.items():
            self.must_be(name, id_)
        allocated: dict[str, str] = {}
        kept: list[Kept] = []
        for one in given:
            filled = one | _filled(one, resource, within) if isinstance(one, dict) else one
            record = read(filled, resource)
            _agrees(record, within)
            supplied = record["sourcedId"]
            allocated[supplied] = str(uuid5(self._service, f"{resource.name}/{supplied}"))
            kept.append(record | {"sourcedId": allocated[supplied]})
        self._write(resource, kept)
        return allocated

    def remove(self, resource: Resource, sourced_id: str) -> None:
        """Take a record away, and the results of a line item with it. Raises Missing."""
        self.one(resource, sourced_id, Question())
        values = self._values(resource) | {"sourced_id": sourced_id, "now": self.now}
        self.cursor.execute(_REMOVE, values)
        self._audit("gradebook.removed", resource, self.cursor.rowcount)

    def must_be(self, name: str, id_: str) -> UUID | None:
        """The root id of what an attribute refers to; None for a record of the gradebook. Raises Missing."""
        path = REFERRED[name][0]
        if path in GRADEBOOK:
            values = self._values(GRADEBOOK[path]) | {"sourced_id": id_}
            sql = f"SELECT 1 FROM {_OWN} AND {_SEEN} AND r.sourced_id = %(sourced_id)s AND r.gone_at IS NULL"
            if self.cursor.execute(sql, values).fetchone() is None:
                raise Missing
            return None
        try:
            values = {"edition": self.edition, "path": path, "id": UUID(id_)}
        except ValueError:
            raise Missing from None
        only = _PUPIL if name == "student" else ""
        row = self.cursor.execute(f"SELECT e.root_id FROM {_IN_EDITION}{only}", values).fetchone()
        if row is None:
            raise Missing
        return UUID(str(row[0]))

    @property
    def _service(self) -> UUID:
        service_id = self.client.service_id
        if service_id is None:
            message = "a gradebook is a service's"
            raise RuntimeError(message)
        return service_id

    def _write(self, resource: Resource, records: Sequence[Kept]) -> None:
        for record in records:
            roots: dict[str, UUID | None] = {}
            for name, value in record.items():
                if isinstance(value, dict):
                    roots[name] = self._known(name, value["sourcedId"])
            self._place(record, resource, roots)
        self._audit("gradebook.written", resource, len(records))

    def _known(self, name: str, id_: str) -> UUID | None:
        try:
            return self.must_be(name, id_)
        except Missing:
            raise BadData(name, "there is none with this sourcedId") from None

    def _place(self, record: Kept, resource: Resource, roots: Mapping[str, UUID | None]) -> None:
        item = record["lineItem"]["sourcedId"] if resource is RESULTS else ""
        class_id, group = _id(record, "class"), roots.get("class")
        if resource is RESULTS and class_id is None:
            class_id, group = self._class_of(item)
        values = self._values(resource) | {
            "new": uuid4(), "authority": current_authority_id(), "sourced_id": record["sourcedId"],
            "doc": Jsonb(record), "item": item, "class": class_id, "group": group, "student": _id(record, "student"),
            "person": roots.get("student"), "by": str(self.client.id), "now": self.now,
        }  # fmt: skip
        there = f"SELECT count(*) FROM {_OWN} AND r.gone_at IS NULL AND {_FULL[resource.name]}"
        mine = f"{there} AND r.sourced_id = %(sourced_id)s"
        counts = self.cursor.execute(f"SELECT ({there}), ({mine})", values).fetchone()
        if counts is not None and counts[0] >= MOST[resource.name] and not counts[1]:
            raise Full
        self.cursor.execute(_PUT, values)

    def _class_of(self, item: str) -> tuple[UUID | None, UUID | None]:
        values = self._values(LINE_ITEMS) | {"sourced_id": item}
        sql = f"SELECT r.class_id, r.group_id FROM {_OWN} AND r.sourced_id = %(sourced_id)s"
        row = self.cursor.execute(sql, values).fetchone()
        return (None, None) if row is None else (row[0], row[1])

    def _values(self, resource: Resource) -> dict[str, Any]:
        return {"service": self._service, "kind": resource.name, "edition": self.edition}

    def _found(self, rows: Sequence[tuple[Any, ...]], resource: Resource, question: Question, total: int) -> Found:
        objects = [self._written(row, resource, question.fields) for row in rows]
        return Found(objects, total, frozenset(row[4] for row in rows if row[5]))

    def _written(self, row: tuple[Any, ...], resource: Resource, fields: Sequence[str]) -> bytes:
        sourced_id, doc, modified_at, gone_at, *_ = row
        if doc is None:
            thing: Kept = orjson.loads(tombstone(sourced_id, gone_at, resource))
        else:
            moment = modified_at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
            rest = {
                name: self._addressed(name, value) for name, value in orjson.loads(doc).items() if name not in _HEADS
            }
            thing = {"sourcedId": sourced_id, "status": "active", "dateLastModified": moment, **rest}
        return orjson.dumps({name: value for name, value in thing.items() if not fields or name in fields})

    def _addressed(self, name: str, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        path = REFERRED[name][0]
        base = self.bases.gradebook if path in GRADEBOOK else self.bases.rostering
        return {"href": f"{base}{path}/{value['sourcedId']}", **value}

    def _audit(self, event: str, resource: Resource, count: int) -> None:
        audit.record(
            event, actor=actor_of(self.client.id), subject_type="service", subject_id=self._service,
            resource=resource.name, count=count,
        )  # fmt: skip


def _id(record: Kept, name: str) -> UUID | None:
    return UUID(record[name]["sourcedId"]) if name in record else None


def _narrowed(wanted: Conditions, resource: Resource, name: str, id_: str) -> str:
    bound = wanted.bind(id_)
    if name == "lineItem":
        return f"r.line_item = {bound}"
    if name == "student":
        return f"r.student_id = {bound}::uuid"
    if name == "school":
        of_school = f"{wanted.rows('c', 'classes')} AND c.doc#>>'{{school,sourcedId}}' = {bound}"
        return f"r.class_id IN (SELECT c.id FROM {of_school})"
    if resource.name == "categories":
        items = "provisioning_gradebookrecord i WHERE i.service_id = r.service_id AND i.kind = 'lineItems'"
        used = f"SELECT i.doc#>>'{{category,sourcedId}}' FROM {items} AND i.class_id = {bound}::uuid"
        return f"r.sourced_id IN ({used})"
    return f"r.class_id = {bound}::uuid"


def _filled(given: Mapping[Any, Any], resource: Resource, within: Mapping[str, str]) -> Kept:
    """What the address says already need not be said again."""
    return {
        name: {"sourcedId": id_}
        for name, id_ in within.items()
        if name in resource.attributes and given.get(name) is None
    }


def _agrees(record: Kept, within: Mapping[str, str]) -> None:
    for name, id_ in within.items():
        if name in record and record[name]["sourcedId"] != id_:
            raise BadData(name, "another than in the address")
