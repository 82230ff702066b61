"""Who did or looked at what: ids, never personal data.

Changes are recorded in their own transaction. Looks and refusals go over a second connection and are committed
at once, so that a rolled-back request cannot lose them (domain rule 14).
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Iterator
from uuid import UUID

from django.db import connections, transaction

from kateder.core import clock
from kateder.core.actors import Actor

ALIAS = "audit"
"""The second connection."""

INSERT = """
INSERT INTO core_auditevent (authority_id, at, event, actor, subject_type, subject_id, details)
VALUES (%s, %s, %s, %s, %s, %s, %s)
"""


def record(event: str, *, actor: Actor, subject_type: str, subject_id: object, **details: object) -> None:
    """Record a change, in the transaction that makes it."""
    _insert("default", event, actor, subject_type, subject_id, details)


def look(event: str, *, actor: Actor, subject_type: str, subject_id: object, **details: object) -> None:
    """Record that someone looked; committed at once."""
    _apart(event, actor, subject_type, subject_id, details)


def refuse(event: str, *, actor: Actor, subject_type: str, subject_id: object, **details: object) -> None:
    """Record that someone was refused; committed at once."""
    _apart(event, actor, subject_type, subject_id, {**details, "refused": True})


def look_at_many(
    event: str, *, actor: Actor, subject_type: str, subject_ids: Iterable[object], **details: object
) -> None:
    """Record a look at each of several, in one go; committed at once."""
    rows = [_values(event, actor, subject_type, subject_id, details) for subject_id in subject_ids]
    if rows:
        with apart(actor.authority_id), connections[ALIAS].cursor() as cursor:
            cursor.executemany(INSERT, rows)


@contextlib.contextmanager
def apart(authority_id: UUID) -> Iterator[None]:
    """A transaction of its own on the second connection, for what must survive whatever the request comes to."""
    connection = connections[ALIAS]
    if connection.connection is not None and not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()
    with transaction.atomic(using=ALIAS):
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.authority_id', %s, true)", [str(authority_id)])
        yield


def _apart(event: str, actor: Actor, subject_type: str, subject_id: object, details: dict[str, object]) -> None:
    with apart(actor.authority_id):
        _insert(ALIAS, event, actor, subject_type, subject_id, details)


def _insert(
    alias: str, event: str, actor: Actor, subject_type: str, subject_id: object, details: dict[str, object]
) -> None:
    with connections[alias].cursor() as cursor:
        cursor.execute(INSERT, _values(event, actor, subject_type, subject_id, details))


def _values(event: str, actor: Actor, subject_type: str, subject_id: object, details: dict[str, object]) -> list[str]:
    return [
        str(actor.authority_id), clock.now().isoformat(), event, actor.label, subject_type, str(subject_id),
        json.dumps(details, default=_plain),
    ]  # fmt: skip


def _plain(value: object) -> str:
    if isinstance(value, UUID) or hasattr(value, "isoformat"):
        return str(value)
    raise TypeError(f"{type(value).__name__} does not belong in an audit event")
