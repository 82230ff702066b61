"""What clients read and what they are refused, gathered in the process and written every few seconds.

One audit event per request would cost more than the request. So the counts of one client and entity become one
event per flush, on the second connection, and one row per day for people to look at. A look at somebody with a
protected identity is never gathered: it is written at once, each by itself (domain rule 6). What a process that
is killed outright had gathered in its last seconds is lost; one that is asked to stop writes it first.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Mapping
from datetime import date
from multiprocessing.util import Finalize
from typing import Final, NamedTuple
from uuid import UUID, uuid4

import structlog
from django.db import DatabaseError, connections

from kateder.core import audit, clock
from kateder.core.actors import Actor, Role
from kateder.core.tenancy import current_authority_id
from kateder.trust.models import ApiClient

log = structlog.get_logger()
FLUSH_SECONDS: Final = 10.0

DAY = """
INSERT INTO trust_reading AS r (id, authority_id, client_id, date, entity, requests, objects_read)
VALUES (%s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (client_id, date, entity)
DO UPDATE SET requests = r.requests + excluded.requests, objects_read = r.objects_read + excluded.objects_read
"""
SEEN = "UPDATE trust_apiclient SET last_seen_at = %s WHERE id = %s"


class Key(NamedTuple):
    """What is counted together. An empty `refused` is a reading."""

    authority_id: UUID
    client_id: UUID | None
    date: date
    entity: str
    refused: str = ""


Counts = tuple[int, int]
"""Requests, and how many things were given."""


class Tally:
    """Counts of one process, and the thread that writes them."""

    def __init__(self, *, seconds: float = FLUSH_SECONDS) -> None:
        self._seconds = seconds
        self._counts: dict[Key, Counts] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def add(self, key: Key, *, objects: int = 0) -> None:
        """Count one request."""
        with self._lock:
            requests, read = self._counts.get(key, (0, 0))
            self._counts[key] = (requests + 1, read + objects)
            if self._thread is None:
                # Not atexit: a web process is forked from granian's own, and ends without asking it.
                Finalize(self, self.flush, exitpriority=10)
                self._thread = threading.Thread(target=self._write_now_and_then, name="readings", daemon=True)
                self._thread.start()

    def flush(self) -> None:
        """Write what has been counted, over the second connection; what cannot be written is kept for the next time."""
        with self._lock:
            counts, self._counts = self._counts, {}
        for authority_id in {key.authority_id for key in counts}:
            own = {key: count for key, count in counts.items() if key.authority_id == authority_id}
            try:
                with audit.apart(authority_id):
                    _write(authority_id, own)
            except DatabaseError as error:
                log.warning("api.readings_kept", reason=type(error).__name__)
                self._keep(own)

    def _keep(self, counts: Mapping[Key, Counts]) -> None:
        with self._lock:
            for key, (requests, read) in counts.items():
                more_requests, more_read = self._counts.get(key, (0, 0))
                self._counts[key] = (requests + more_requests, read + more_read)

    def _write_now_and_then(self) -> None:
        while True:
            time.sleep(self._seconds)
            self.flush()
            # The thread's own connection: seldom used, so it is not kept.
            connections[audit.ALIAS].close()


_of_this_process = Tally()


def note(client: ApiClient, entity: str, *, objects: int, protected: Collection[UUID] = ()) -> None:
    """Say that a client was given `objects` of an entity, and who of them has a protected identity (root ids)."""
    authority_id = current_authority_id()
    _of_this_process.add(Key(authority_id, client.id, clock.today(), entity), objects=objects)
    if protected:
        audit.look_at_many(
            "api.protected_read", actor=actor_of(client.id, authority_id), subject_type="person",
            subject_ids=protected, entity=entity,
        )  # fmt: skip


def note_refusal(reason: str, *, client_id: UUID | None = None) -> None:
    """Say that a request was refused, and why."""
    _of_this_process.add(Key(current_authority_id(), client_id, clock.today(), "", reason))


def flush() -> None:
    """Write what this process has counted, now."""
    _of_this_process.flush()


def actor_of(client_id: UUID | None, authority_id: UUID | None = None) -> Actor:
    """A client as the one who acts, in the current authority."""
    return Actor(
        authority_id or current_authority_id(), None, None, frozenset({Role.SYSTEM}), f"api:{client_id or 'nobody'}"
    )


def _write(authority_id: UUID, counts: Mapping[Key, Counts]) -> None:
    with connections[audit.ALIAS].cursor() as cursor:
        for key, (count, read) in sorted(counts.items(), key=lambda item: tuple(map(str, item[0]))):
            actor = actor_of(key.client_id, authority_id)
            if key.refused:
                audit.refuse(
                    "api.refused", actor=actor, subject_type="api_client", subject_id=key.client_id or "",
                    reason=key.refused, requests=count,
                )  # fmt: skip
                continue
            audit.look(
                "api.read", actor=actor, subject_type="api_client", subject_id=key.client_id, entity=key.entity,
                requests=count, objects=read,
            )  # fmt: skip
            cursor.execute(DAY, [uuid4(), authority_id, key.client_id, key.date, key.entity, count, read])
            cursor.execute(SEEN, [clock.now(), key.client_id])
