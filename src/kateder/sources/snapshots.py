"""What a held run read, kept compressed until somebody decides, so that approval applies what was seen."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from datetime import timedelta
from uuid import uuid4

import orjson
import psycopg

from kateder.core import clock, db
from kateder.core.tenancy import current_authority_id
from kateder.register.api import Entity
from kateder.sources.errors import PlanGone
from kateder.sources.models import Snapshot, SourceRun
from kateder.sources.reading import Reading, Table

LEVEL = 1
KEEP = """
INSERT INTO sources_snapshot (id, authority_id, run_id, entity, payload, created_at)
VALUES (%s, %s, %s, %s, %b, %s)
"""
DAYS = 30


def pack(reading: Reading) -> dict[Entity, bytes]:
    """The reading, compressed, one part per entity. Touches no database, so that it can go on beside it."""
    parts: dict[Entity, bytes] = {}
    for entity, table in reading.tables.items():
        head = {"columns": table.columns, "rows": table.rows, "kept": sorted(reading.kept.get(entity, ()))}
        parts[entity] = zlib.compress(orjson.dumps(head) + b"\n" + table.payload, LEVEL)
    return parts


def keep(run: SourceRun, parts: Mapping[Entity, bytes]) -> None:
    """Store the packed reading with the run."""
    with db.cursor() as cursor:
        # Bytes as bytes: Django's own cursor would write them into the statement, as text of twice the size.
        plain = psycopg.Cursor(cursor.connection)
        for entity, payload in parts.items():
            values = [uuid4(), current_authority_id(), run.pk, entity.value, payload, clock.now()]
            plain.execute(KEEP, values)


def read(run: SourceRun) -> Reading:
    """What the run read. Raises PlanGone where it is no longer kept."""
    tables: dict[Entity, Table] = {}
    kept: dict[Entity, list[str]] = {}
    for snapshot in run.snapshots.all():
        head, _, payload = zlib.decompress(bytes(snapshot.payload)).partition(b"\n")
        described = orjson.loads(head)
        entity = Entity(snapshot.entity)
        tables[entity] = Table(entity, tuple(described["columns"]), payload, described["rows"])
        kept[entity] = described["kept"]
    if not tables:
        raise PlanGone
    return Reading(tables, kept=kept)


def forget(run: SourceRun) -> None:
    """Remove what the run read."""
    run.snapshots.all().delete()


def forget_old() -> int:
    """Remove what nobody decided on in 30 days; gives how many parts."""
    count, _ = Snapshot.objects.filter(created_at__lt=clock.now() - timedelta(days=DAYS)).delete()
    return count
