"""Stage what a source delivers and compare it with what it last delivered, while it is still being read."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import psycopg

from kateder.register.api import Entity
from kateder.sources import difference, staging
from kateder.sources.canonical import Delivery, normalise
from kateder.sources.lane import Lane
from kateder.sources.reading import Reading, Table

KNOWN = """
SELECT key FROM sources_sourcelink
WHERE source_id = %s AND entity = %s AND key = ANY(%s) AND content_hash IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class StagedBeside:
    """The stage of one run, filled by a lane."""

    cursor: psycopg.Cursor[Any]
    source_id: UUID
    lane: Lane

    def take(self, table: Table) -> None:
        """Copy some rows."""
        self.lane.do(staging.take, self.cursor, table)

    def end(self, entity: Entity, *, kept: Collection[str]) -> None:
        """Find the differences of an entity that is complete."""
        self.lane.do(self._find, entity, kept)

    def known(self, entity: Entity, keys: Collection[str]) -> set[str]:
        """Which of these keys the source already has a living link for."""
        return self.lane.ask(self._known, entity, keys)

    def settle(self) -> None:
        """Wait until everything is copied and compared."""
        self.lane.settle()

    def _find(self, entity: Entity, kept: Collection[str]) -> None:
        staging.keep(self.cursor, entity, keys=kept)
        difference.find(self.cursor, entity, source_id=self.source_id)

    def _known(self, entity: Entity, keys: Collection[str]) -> set[str]:
        self.cursor.execute(KNOWN, [self.source_id, entity.value, list(keys)])
        return {key for (key,) in self.cursor.fetchall()}


def read(cursor: psycopg.Cursor[Any], delivery: Delivery, *, source_id: UUID, today: date) -> Reading:
    """Read everything: the rows are staged and `difference` is filled when it returns. Raises a SourceFault."""
    staging.open_stage(cursor)
    with Lane() as lane:
        lane.do(difference.open_differences, cursor)
        return normalise(delivery, today=today, stage=StagedBeside(cursor, source_id, lane))


def find_again(cursor: psycopg.Cursor[Any], entities: Iterable[Entity], *, source_id: UUID) -> None:
    """Find the differences anew between what is staged and what the links say now."""
    difference.open_differences(cursor)
    for entity in entities:
        difference.find(cursor, entity, source_id=source_id)
