"""What a held run read, kept compressed until somebody decides, so that approval applies what was seen."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import chain
from typing import Any
from uuid import uuid4

import orjson
import psycopg

from kateder.core import clock
from kateder.core.tenancy import current_authority_id
from kateder.register.api import Entity
from kateder.sources import staging
from kateder.sources.errors import PlanGone
from kateder.sources.models import Snapshot, SourceRun

LEVEL = 1
PART = 1 << 18
KEEP = """
INSERT INTO sources_snapshot (id, authority_id, run_id, entity, payload, created_at)
VALUES (%s, %s, %s, %s, %b, %s)
"""
DAYS = 30


def keep(cursor: psycopg.Cursor[Any], run: SourceRun, *, entities: Iterable[Entity]) -> None:
    """Store what is staged of these entities with the run."""
    # Bytes as bytes: Django's own cursor would write them into the statement, as text of twice the size.
    plain = psycopg.Cursor(cursor.connection)
    for entity in entities:
        packer = zlib.compressobj(LEVEL)
        head = orjson.dumps({"kept": staging.kept(cursor, entity)})
        parts = [packer.compress(head + b"\n"), *map(packer.compress, staging.give_stream(cursor, entity))]
        payload = b"".join([*parts, packer.flush()])
        values = [uuid4(), current_authority_id(), run.pk, entity.value, payload, clock.now()]
        plain.execute(KEEP, values)


def stage(cursor: psycopg.Cursor[Any], run: SourceRun) -> tuple[Entity, ...]:
    """Stage what the run read, once more; gives the entities. Raises PlanGone where it is no longer kept."""
    staging.open_stage(cursor)
    entities = [Entity(name) for name in run.snapshots.values_list("entity", flat=True)]
    if not entities:
        raise PlanGone
    for entity in entities:
        lines = _unpacked(bytes(run.snapshots.get(entity=entity.value).payload))
        head, _, first = next(lines).partition(b"\n")
        staging.keep(cursor, entity, keys=orjson.loads(head)["kept"])
        staging.take_stream(cursor, entity, payload=chain([first], lines))
    return tuple(entities)


def _unpacked(payload: bytes) -> Iterator[bytes]:
    """The text again, in parts, the first of which holds at least a whole line."""
    unpacker, first = zlib.decompressobj(), b""
    for start in range(0, len(payload), PART):
        part = first + unpacker.decompress(payload[start : start + PART])
        if b"\n" not in part:
            first = part
            continue
        first = b""
        yield part
    yield first + unpacker.flush()


def forget(run: SourceRun) -> None:
    """Remove what the run read."""
    run.snapshots.all().delete()


def forget_old() -> int:
    """Remove what nobody decided on in 30 days; gives how many parts."""
    count, _ = Snapshot.objects.filter(created_at__lt=clock.now() - timedelta(days=DAYS)).delete()
    return count
