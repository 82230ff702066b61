"""Each client's edition of the register, brought up to date before it is read.

An edition remembers how far it follows: the feed, the changesets, the day, and the profile it was made for. Whoever
reads it first after something has moved makes it follow, and everybody else waits for that: nobody is shown less
than was there when they asked, and what a change is dated is later than any answer that was given without it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import psycopg

from kateder.core import clock, db, statistics
from kateder.core.tenancy import current_authority_id
from kateder.provisioning.oneroster import projecting as oneroster
from kateder.provisioning.ss12000 import following, projecting, services
from kateder.provisioning.ss12000.profiles import OF_A_SERVICE, Api, Profile
from kateder.provisioning.ss12000.storing import LAST_MODIFIED, META, Store
from kateder.provisioning.ss12000.touched import touched
from kateder.provisioning.ss12000.whole import STATEMENTS

FORMAT: Final = "2"
"""Raised when bodies are written otherwise: every edition is then made anew."""
MANY: Final = 20_000
"""Above so many things of a kind, all of them are written together."""

_FIND: Final = """
SELECT id, digest, feed_position, changes_until, day, refreshed_at FROM provisioning_edition
WHERE client_id IS NOT DISTINCT FROM %s
"""
_MAKE: Final = """
INSERT INTO provisioning_edition (id, authority_id, client_id, digest, feed_position)
VALUES (%s, %s, %s, '', -1) ON CONFLICT DO NOTHING
"""
_NOW: Final = """
SELECT coalesce((SELECT max(position) FROM core_feedentry), 0), (SELECT max(at) FROM register_changeset)
"""
_FOLLOWS: Final = """
UPDATE provisioning_edition SET digest = %(digest)s, feed_position = %(position)s, changes_until = %(until)s,
  day = %(day)s, refreshed_at = %(seen)s WHERE id = %(id)s
"""
_OTHERS: Final = "DELETE FROM provisioning_editionrow WHERE edition_id = %s AND NOT path = ANY(%s)"

Cursor = psycopg.Cursor[Any]


@dataclass(frozen=True, slots=True)
class State:
    """How far an edition follows."""

    digest: str
    position: int
    until: datetime | None
    day: date | None


@dataclass(frozen=True, slots=True)
class Found:
    """An edition as it is stored."""

    id: UUID
    state: State
    refreshed_at: datetime | None


def edition_for(client_id: UUID, profile: Profile, *, today: date) -> UUID:
    """The client's edition, following everything that is committed. Inside `within(authority)`."""
    with db.cursor() as cursor:
        whole_needed = profile.service_id is None
        if profile.is_whole:
            return _follow(cursor, None, _digest(None), today=today)
        if whole_needed:
            whole = _follow(cursor, None, _digest(None), today=today)
            return _follow(cursor, client_id, _digest(profile), today=today, profile=profile, whole=whole)
        return _follow(cursor, client_id, _digest(profile), today=today, profile=profile)


def follows(client_id: UUID, profile: Profile, *, today: date) -> bool:
    """Whether the client's edition is up to date, without bringing it there."""
    with db.cursor() as cursor:
        row = cursor.execute(_FIND, [None if profile.is_whole else client_id]).fetchone()
        return row is not None and State(*row[1:5]) == _target(cursor, digest_for(profile), today)


def digest_for(profile: Profile) -> str:
    """What the client's edition must have been made for: the profile, and how bodies are written."""
    return _digest(None if profile.is_whole else profile)


def _digest(profile: Profile | None) -> str:
    if profile is None:
        return hashlib.sha256(FORMAT.encode()).hexdigest()
    attributes = sorted((path, sorted(names)) for path, names in profile.attributes.items())
    units = None if profile.units is None else sorted(map(str, profile.units))
    parts: tuple[object, ...] = (
        FORMAT,
        profile.everything,
        sorted(profile.entities),
        attributes,
        units,
        sorted(profile.people),
        profile.protected,
        str(profile.service_id),
    )
    if profile.api is not Api.SS12000:
        parts += (profile.api.value,)
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def _follow(
    cursor: Cursor,
    client_id: UUID | None,
    digest: str,
    *,
    today: date,
    profile: Profile | None = None,
    whole: UUID | None = None,
) -> UUID:
    """Give the edition, refreshed if anything has moved since it was."""
    found = _find(cursor, client_id)
    if found.state == _target(cursor, digest, today):
        return found.id
    cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 2))", [f"edition:{found.id}"])
    found = _find(cursor, client_id)
    # Read before the rows are: what comes in between is written again the next time.
    target = _target(cursor, digest, today)
    if found.state == target:
        return found.id
    is_new = found.state.digest == ""
    seen = None if is_new else _later_than(found.refreshed_at)
    is_oneroster = profile is not None and profile.api is Api.ONEROSTER
    store = Store(cursor, found.id, seen, LAST_MODIFIED if is_oneroster else META)
    if profile is None:
        _write_whole(store, found.state, digest=digest, today=today)
    elif profile.service_id is not None:
        _write_service(store, found.state, target, api=profile.api, service_id=profile.service_id)
    elif whole is not None:
        projecting.project(store, profile, whole=whole, today=today)
    values: Mapping[str, object] = {
        "id": found.id,
        "digest": digest,
        "position": target.position,
        "until": target.until,
        "day": today,
        "seen": seen or clock.now(),
    }
    cursor.execute(_FOLLOWS, values)
    # Who asks next, with whatever filter, is not to read an edition that PostgreSQL takes for empty.
    statistics.refresh(["provisioning_editionrow"], written=store.written)
    return found.id


def _later_than(before: datetime | None) -> datetime:
    """Now, or just after: the clocks of two machines differ, and a change is never dated before what has been read."""
    return clock.now() if before is None else max(clock.now(), before + timedelta(microseconds=1))


def _write_service(store: Store, state: State, target: State, *, api: Api, service_id: UUID) -> None:
    """Write what has changed of a service's edition, or all of it: after another profile, and after each day."""
    today, now = target.day or clock.today(), clock.now()
    if (state.digest, state.day) == (target.digest, target.day) and following.follow(
        store, service_id=service_id, api=api, position=state.position, since=state.until, until=target.position,
        today=today, now=now,
    ):  # fmt: skip
        return
    is_oneroster = api is Api.ONEROSTER
    _forget_others(store, oneroster.PATHS if is_oneroster else sorted(OF_A_SERVICE))
    read = oneroster.read_pages if is_oneroster else services.read_pages
    for path, rows in read(service_id, today=today, now=now):
        store.rows(path, rows)


def _forget_others(store: Store, paths: Sequence[str]) -> None:
    """A client that reads another API than before keeps nothing of the former."""
    store.cursor.execute(_OTHERS, [store.edition_id, list(paths)])


def _write_whole(store: Store, state: State, *, digest: str, today: date) -> None:
    if state.digest != digest:
        for path in STATEMENTS:
            store.whole(path, today=today)
        return
    changed = touched(store.cursor, position=state.position, since=state.until, then=state.day, today=today)
    for path in STATEMENTS:
        ids = changed.get(path)
        if ids:
            store.whole(path, today=today, ids=None if len(ids) > MANY else ids)


def _find(cursor: Cursor, client_id: UUID | None) -> Found:
    row = cursor.execute(_FIND, [client_id]).fetchone()
    if row is None:
        cursor.execute(_MAKE, [uuid4(), current_authority_id(), client_id])
        row = cursor.execute(_FIND, [client_id]).fetchone()
    if row is None:
        message = "an edition that was just made is not there"
        raise RuntimeError(message)
    id_, made_for, position, until, day, refreshed_at = row
    return Found(id_, State(made_for, position, until, day), refreshed_at)


def _target(cursor: Cursor, digest: str, today: date) -> State:
    row = cursor.execute(_NOW).fetchone()
    position, until = row if row is not None else (0, None)
    return State(digest, position, until, today)
