"""What sources that arrive piece by piece have told so far, so that a reading is always of the whole.

A change that is complete in itself is put straight into the mirror (`put`, `remove`). A crawl of many requests goes
through an `Intake`: what arrives lies beside the mirror, in short transactions of its own, and takes its place in one
when everything is there. A crawl that is cut leaves the mirror as it was.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import orjson
import psycopg
from django.db import connection

from kateder.core import clock, db
from kateder.core.tenancy import current_authority_id, within
from kateder.sources.models import MirrorRecord

CURRENT = UUID(int=0)
"""The intake of what counts."""

LONGEST_KEY = 200
_BATCH = 2000

_ARRIVE = """
INSERT INTO sources_mirrorrecord (authority_id, source_id, intake, resource, key, body, seen_at)
SELECT %(authority)s, %(source)s, %(intake)s, %(resource)s, key, body, %(now)s FROM arriving
ON CONFLICT (source_id, intake, resource, key) DO UPDATE SET body = excluded.body, seen_at = excluded.seen_at
WHERE sources_mirrorrecord.body IS DISTINCT FROM excluded.body
"""
_TAKE_PLACE = """
INSERT INTO sources_mirrorrecord (authority_id, source_id, intake, resource, key, body, seen_at)
SELECT authority_id, source_id, %(current)s, resource, key, body, seen_at FROM sources_mirrorrecord
 WHERE source_id = %(source)s AND intake = %(intake)s
ON CONFLICT (source_id, intake, resource, key) DO UPDATE SET body = excluded.body, seen_at = excluded.seen_at
WHERE sources_mirrorrecord.body IS DISTINCT FROM excluded.body
"""
_NOT_SEEN = """
DELETE FROM sources_mirrorrecord m WHERE m.source_id = %(source)s AND m.intake = %(current)s
 AND m.resource = ANY(%(resources)s) AND NOT EXISTS (
     SELECT 1 FROM sources_mirrorrecord n WHERE n.source_id = m.source_id AND n.intake = %(intake)s
      AND n.resource = m.resource AND n.key = m.key)
"""
_UNLIKE = """
SELECT n.key, n.body::text FROM sources_mirrorrecord n JOIN sources_mirrorrecord m ON m.source_id = n.source_id
 AND m.intake = %(current)s AND m.resource = n.resource AND m.key = n.key AND m.body IS DISTINCT FROM n.body
 WHERE n.source_id = %(source)s AND n.intake = %(intake)s AND n.resource = %(resource)s
"""


@dataclass(frozen=True, slots=True)
class Record:
    """One thing as the other system has it, under its own key there."""

    key: str
    body: Mapping[str, Any]


def put(source_id: UUID, resource: str, records: Iterable[Record], *, intake: UUID = CURRENT) -> int:
    """Keep what has come, over what was there; gives how many were new or different. Call within()."""
    arriving = {record.key: record.body for record in records}
    names = {
        "authority": current_authority_id(), "source": source_id, "intake": intake,
        "resource": resource, "now": clock.now(),
    }  # fmt: skip
    with db.cursor() as cursor:
        cursor.execute(
            'CREATE TEMP TABLE IF NOT EXISTS arriving (key text COLLATE "C", body jsonb) ON COMMIT DROP;'
            " TRUNCATE arriving"
        )
        db.copy_rows(cursor, "arriving", ["key", "body"], ((key, _stored(body)) for key, body in arriving.items()))
        cursor.execute(_ARRIVE, names)
        return cursor.rowcount


def keep(source_id: UUID, resource: str, record: Record, *, only_new: bool = False) -> bool:
    """Keep one record over what was there, for those that come one by one; gives whether it was kept.

    With `only_new` one that is there stays, also one that came at the same moment. Call within().
    """
    over = "DO NOTHING" if only_new else "DO UPDATE SET body = excluded.body, seen_at = excluded.seen_at"
    with db.cursor() as cursor:
        cursor.execute(
            "INSERT INTO sources_mirrorrecord (authority_id, source_id, intake, resource, key, body, seen_at)"
            f" VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (source_id, intake, resource, key) {over}",
            [current_authority_id(), source_id, CURRENT, resource, record.key, _stored(record.body), clock.now()],
        )
        return cursor.rowcount == 1


def remove(source_id: UUID, resource: str, keys: Collection[str]) -> int:
    """Forget what the other system no longer has; gives how many there were. Call within()."""
    with db.cursor() as cursor:
        cursor.execute(
            "DELETE FROM sources_mirrorrecord WHERE source_id = %s AND intake = %s AND resource = %s AND key = ANY(%s)",
            [source_id, CURRENT, resource, list(keys)],
        )
        return cursor.rowcount


def get(source_id: UUID, resource: str, key: str) -> Record | None:
    """One record, if it is there. Call within()."""
    found = MirrorRecord.objects.filter(source=source_id, intake=CURRENT, resource=resource, key=key).first()
    return None if found is None else Record(found.key, found.body)


def records(source_id: UUID, resource: str) -> Iterator[Record]:
    """Everything there is of a resource, in the order of the keys, a few thousand at a time. Call within().

    Over a connection of its own, so of what is committed: while a run reads a delivery, its connection is busy with
    copying what was read before.
    """
    authority_id = current_authority_id()
    with contextlib.closing(connection.get_new_connection(connection.get_connection_params())) as own:
        own.execute("SELECT set_config('app.authority_id', %s, true)", [str(authority_id)])
        with own.cursor(name="mirror") as cursor:
            cursor.itersize = _BATCH
            cursor.execute(
                "SELECT key, body::text FROM sources_mirrorrecord"
                " WHERE source_id = %s AND intake = %s AND resource = %s ORDER BY key",
                [source_id, CURRENT, resource],
            )
            for key, body in cursor:
                yield Record(key, orjson.loads(body))


def counts(source_id: UUID) -> dict[str, int]:
    """How many records there are of each resource. Call within()."""
    with db.cursor() as cursor:
        cursor.execute(
            "SELECT resource, count(*) FROM sources_mirrorrecord WHERE source_id = %s AND intake = %s GROUP BY 1",
            [source_id, CURRENT],
        )
        return dict(cursor.fetchall())


@dataclass(frozen=True, slots=True)
class Intake:
    """A crawl under way: what it has brought counts for nothing until `complete`. Outside transactions."""

    authority_id: UUID
    source_id: UUID
    id: UUID

    @classmethod
    def begin(cls, authority_id: UUID, source_id: UUID) -> Intake:
        """Start one; what a cut one has left is removed. One at a time for a source, says its caller's lease."""
        begun = cls(authority_id, source_id, uuid4())
        begun.abandon()
        return begun

    def put(self, resource: str, arrived: Iterable[Record]) -> None:
        """Keep some records beside the mirror."""
        with within(self.authority_id):
            put(self.source_id, resource, arrived, intake=self.id)

    def complete(self, *, whole: Collection[str] = (), gone: Mapping[str, Collection[str]] | None = None) -> Changed:
        """Let what came take its place, in one transaction.

        `whole` are resources of which everything has come, so that what did not is gone; `gone` are keys by resource
        that the other system said it had removed, before it gave what has come: something that came anyway stays.
        """
        with within(self.authority_id), db.cursor() as cursor, db.whole_sets(cursor):
            return self._complete(cursor, whole=whole, gone=gone or {})

    def unlike(self, resource: str) -> Iterator[Record]:
        """What has come and differs from what the mirror holds under the same key. Call within()."""
        with db.cursor() as cursor, db.whole_sets(cursor):
            cursor.execute(_UNLIKE, {
                "source": self.source_id, "intake": self.id, "current": CURRENT, "resource": resource,
            })  # fmt: skip
            for key, body in cursor.fetchall():
                yield Record(key, orjson.loads(body))

    def abandon(self) -> None:
        """Remove everything that lies beside the mirror."""
        with within(self.authority_id):
            MirrorRecord.objects.filter(source=self.source_id).exclude(intake=CURRENT).delete()

    def _complete(
        self, cursor: psycopg.Cursor[Any], *, whole: Collection[str], gone: Mapping[str, Collection[str]]
    ) -> Changed:
        names = {"source": self.source_id, "intake": self.id, "current": CURRENT, "resources": list(whole)}
        removed = sum(remove(self.source_id, resource, keys) for resource, keys in gone.items())
        cursor.execute(_TAKE_PLACE, names)
        changed = cursor.rowcount
        if whole:
            cursor.execute(_NOT_SEEN, names)
            removed += cursor.rowcount
        cursor.execute("DELETE FROM sources_mirrorrecord WHERE source_id = %(source)s AND intake = %(intake)s", names)
        return Changed(changed, removed)


@dataclass(frozen=True, slots=True)
class Changed:
    """What a completed intake did to the mirror: records new or different, and records gone."""

    changed: int
    removed: int


def _stored(body: Mapping[str, Any]) -> str:
    """As JSON that PostgreSQL takes: it has no NUL character, which some systems send in names."""
    text = orjson.dumps(body).decode()
    return orjson.dumps(_without_nul(body)).decode() if r"\u0000" in text else text


def _without_nul(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, list):
        return [_without_nul(item) for item in value]
    if isinstance(value, Mapping):
        return {_without_nul(name): _without_nul(item) for name, item in value.items()}
    return value
