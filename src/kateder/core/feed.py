"""What changed, in the order of commits.

Every app whose change can alter an account appends here, as its last statement before commit, under one
advisory lock per authority: positions are therefore seen in order, with none to come in between.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import Max
from psycopg import sql

from kateder.core import db
from kateder.core.models import FeedEntry
from kateder.core.tenancy import current_authority_id

CHUNK = 1000
CHANNEL = "kateder_feed"
"""Where PostgreSQL tells who listens that an authority's feed has moved, as soon as that is committed."""


class Entity(StrEnum):
    """What a feed entry can be about."""

    ORGANISATION = "organisation"
    PERSON = "person"
    ENROLMENT = "enrolment"
    GUARDIANSHIP = "guardianship"
    DUTY = "duty"
    GROUP = "group"
    MEMBERS = "members"
    """A group whose members or activities are others than before; the group itself is as it was."""
    MEMBERSHIP = "membership"
    ACTIVITY = "activity"
    RESOURCE = "resource"
    SERVICE = "service"
    AGREEMENT = "agreement"
    POLICY = "policy"
    LOT = "lot"
    ASSIGNMENT = "assignment"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of the feed."""

    position: int
    at: datetime
    entity: Entity
    ids: tuple[UUID, ...]
    cause: str


def append(changes: Mapping[Entity, Collection[UUID]], *, cause: str) -> int:
    """Say what changed; gives the new position. The last statement before commit (it takes the lock)."""
    rows = [
        (entity.value, ids[start : start + CHUNK])
        for entity, ids in ((entity, list(ids)) for entity, ids in changes.items())
        for start in range(0, len(ids), CHUNK)
    ]
    if not rows:
        return position()
    authority_id = current_authority_id()
    with db.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))", [str(authority_id)])
        cursor.executemany(
            "INSERT INTO core_feedentry (authority_id, at, entity, ids, cause)"
            " VALUES (%s, clock_timestamp(), %s, %s, %s)",
            [(authority_id, entity, ids, cause[:80]) for entity, ids in rows],
        )
    wake()
    return position()


def append_from(table: str, *, cause: str) -> int:
    """As `append`, for very many ids: those that lie in a temporary table of (entity, id), each once."""
    authority_id = current_authority_id()
    with db.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))", [str(authority_id)])
        cursor.execute(
            sql.SQL(
                "INSERT INTO core_feedentry (authority_id, at, entity, ids, cause)"
                " SELECT %s, clock_timestamp(), entity, array_agg(id), %s FROM (SELECT entity, id,"
                " (row_number() OVER (PARTITION BY entity) - 1) / %s AS chunk"
                " FROM (SELECT DISTINCT entity, id FROM {}) one) numbered"
                " GROUP BY entity, chunk ORDER BY entity, chunk"
            ).format(sql.Identifier(table)),
            [authority_id, cause[:80], CHUNK],
        )
    wake()
    return position()


def wake() -> None:
    """Let who listens look at this authority once the current transaction commits; however often, once."""
    with db.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(current_authority_id())])


def position() -> int:
    """The position of the newest entry; 0 when there is none."""
    return int(FeedEntry.objects.aggregate(newest=Max("position"))["newest"] or 0)


def since(start: int, *, until: int | None = None) -> Iterator[Change]:
    """What came after a position, in order; `until` is the last position that is given."""
    entries = FeedEntry.objects.filter(position__gt=start).order_by("position")
    if until is not None:
        entries = entries.filter(position__lte=until)
    for row in entries.iterator():
        yield Change(row.position, row.at, Entity(row.entity), tuple(row.ids), row.cause)
