"""Put rows into an edition: what is new or different is written, with the time at which it can first be read."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from operator import attrgetter
from typing import Any, Final
from uuid import UUID

import psycopg

from kateder.core import db
from kateder.core.tenancy import current_authority_id
from kateder.provisioning.ss12000.whole import statement

PART: Final = 2000
FEW: Final = 200

_OPEN: Final = """
CREATE TEMP TABLE IF NOT EXISTS edition_new (
  id uuid NOT NULL, root_id uuid NOT NULL, created_at timestamptz NOT NULL, modified_at timestamptz NOT NULL,
  protected boolean NOT NULL, name text, content text NOT NULL) ON COMMIT DROP;
TRUNCATE edition_new
"""
_TIME: Final = """to_char({0} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""


@dataclass(frozen=True, slots=True)
class Stamp:
    """Where the times come in a content, and how they are written there (SQL).

    A text in a content cannot look like `place`: its quotation marks are escaped.
    """

    place: str
    written: str


META: Final = Stamp(
    '"meta":0',
    f"""'"meta":{{"created":"' || {_TIME.format("created_at")}
    || '","modified":"' || {_TIME.format("modified_at")} || '"}}'""",
)
"""SS 12000's."""
LAST_MODIFIED: Final = Stamp(
    '"dateLastModified":0', f"""'"dateLastModified":"' || {_TIME.format("modified_at")} || '"'"""
)
"""OneRoster's."""

_STORE: Final = """
INSERT INTO provisioning_editionrow AS r
  (authority_id, edition_id, path, id, root_id, created_at, modified_at, protected, name, content_hash, body)
SELECT %(authority)s, %(edition)s, %(path)s, id, root_id, created_at, modified_at, protected, name, content_hash,
  replace(content, '{place}', {written})
FROM (
  SELECT n.id, n.root_id, coalesce(e.created_at, n.created_at) AS created_at,
    CASE WHEN e.gone_at IS NULL AND e.content_hash = n.content_hash THEN e.modified_at
         ELSE coalesce(%(seen)s, n.modified_at) END AS modified_at,
    n.protected, n.name, n.content_hash, n.content
  FROM (SELECT *, md5(content)::uuid AS content_hash FROM edition_new) n
  LEFT JOIN provisioning_editionrow e ON e.edition_id = %(edition)s AND e.path = %(path)s AND e.id = n.id
    AND e.authority_id = %(authority)s
  WHERE e.id IS NULL OR e.gone_at IS NOT NULL
    OR (e.content_hash, e.protected, e.root_id) <> (n.content_hash, n.protected, n.root_id)
    OR e.name IS DISTINCT FROM n.name
) fresh ORDER BY id
ON CONFLICT (authority_id, edition_id, path, id) DO UPDATE SET root_id = excluded.root_id,
  modified_at = excluded.modified_at, protected = excluded.protected, name = excluded.name,
  content_hash = excluded.content_hash, body = excluded.body, gone_at = NULL
"""
_GONE: Final = """
UPDATE provisioning_editionrow e SET gone_at = %(seen)s, body = NULL, name = NULL, protected = false
WHERE e.authority_id = %(authority)s AND e.edition_id = %(edition)s AND e.path = %(path)s AND e.gone_at IS NULL
  AND (%(ids)s::uuid[] IS NULL OR e.id = ANY(%(ids)s))
  AND NOT EXISTS (SELECT 1 FROM edition_new n WHERE n.id = e.id)
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing for an edition: `content` is its JSON with the stamp's place in it."""

    id: UUID
    root_id: UUID
    created_at: datetime
    modified_at: datetime
    protected: bool
    name: str | None
    content: str


_COLUMNS: Final = ("id", "root_id", "created_at", "modified_at", "protected", "name", "content")
_values = attrgetter(*_COLUMNS)


@dataclass(slots=True)
class Store:
    """An edition that is being written. `seen` is the time of its changes; None when it is made for the first time.

    `written` counts the rows that were not as they should be.
    """

    cursor: psycopg.Cursor[Any]
    edition_id: UUID
    seen: datetime | None
    stamp: Stamp = META
    written: int = 0

    def whole(self, path: str, *, today: object, ids: Collection[UUID] | None = None) -> None:
        """Write the register's own things of a kind, all of them or some."""
        self.cursor.execute(_OPEN)
        values = {"today": today, "ids": None if ids is None else list(ids)}
        select = (
            "INSERT INTO edition_new SELECT id, id, created_at, modified_at, protected, name, content"
            f" FROM ({statement(path, some=ids is not None)}) found"
        )
        with self._planned(ids):
            self.cursor.execute(select, values)
        self._write(path, ids)

    def rows(self, path: str, rows: Iterable[Row], *, ids: Collection[UUID] | None = None) -> None:
        """Write these things of a kind; what is not among them (of `ids`, or of all) is gone."""
        self.cursor.execute(_OPEN)
        waiting = iter(rows)
        # A part at a time: the rows may come from this very connection, which a COPY keeps to itself.
        while part := list(islice(waiting, PART)):
            db.copy_rows(self.cursor, "edition_new", _COLUMNS, map(_values, part))
        self._write(path, ids)

    def _write(self, path: str, ids: Collection[UUID] | None) -> None:
        values = {
            "authority": current_authority_id(),
            "edition": self.edition_id,
            "path": path,
            "seen": self.seen,
            "ids": None if ids is None else list(ids),
        }
        with self._planned(ids):
            self.cursor.execute(_STORE.format(place=self.stamp.place, written=self.stamp.written), values)
            self.written += self.cursor.rowcount
            if self.seen is not None:
                self.cursor.execute(_GONE, values)
                self.written += self.cursor.rowcount

    def _planned(self, ids: Collection[UUID] | None) -> AbstractContextManager[None]:
        """A few things by index, many of them as sets."""
        return nullcontext() if ids is not None and len(ids) <= FEW else db.whole_sets(self.cursor)
