"""What a held run read, kept compressed until somebody decides, so that approval applies what was seen."""

from __future__ import annotations

import zlib
from datetime import timedelta

import orjson

from kateder.core import clock
from kateder.register.api import Entity
from kateder.sources.errors import PlanGone
from kateder.sources.models import Snapshot, SourceRun
from kateder.sources.reading import Reading, Table

LEVEL = 1
DAYS = 30


def keep(run: SourceRun, reading: Reading) -> None:
    """Store the reading with the run."""
    now = clock.now()
    for entity, table in reading.tables.items():
        head = {"columns": table.columns, "rows": table.rows, "kept": sorted(reading.kept.get(entity, ()))}
        payload = orjson.dumps(head) + b"\n" + table.payload
        Snapshot.objects.create(run=run, entity=entity.value, payload=zlib.compress(payload, LEVEL), created_at=now)


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
