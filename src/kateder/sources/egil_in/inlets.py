"""The door of a source: its token, when it was heard, when what came is ready to be read."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe
from uuid import UUID

from django.db.models import Q

from kateder.core import audit
from kateder.core.actors import Actor
from kateder.protocols.egil.types import ResourceType
from kateder.sources import mirror
from kateder.sources.egil_in.errors import NotAnInlet
from kateder.sources.models import Inlet, Source, Standing

KIND = "egil_in"
TOKEN_BYTES = 32
# A delivery without end is read after so many quiet times all the same.
MOST_QUIET_TIMES = 12
# Deliveries come in thousands of requests: not each of them writes when.
NOTED_EVERY = timedelta(seconds=5)


def make_token(source_id: UUID, *, actor: Actor, now: datetime) -> str:
    """Make the token of a source (256 bits); the one before stops to work. It is given once, and never kept.

    Call within(). Raises NotAnInlet.
    """
    if not Source.objects.filter(pk=source_id, kind=KIND).exists():
        raise NotAnInlet
    token = token_urlsafe(TOKEN_BYTES)
    Inlet.objects.update_or_create(source_id=source_id, defaults={"token_digest": digest(token), "token_made_at": now})
    audit.record("source.token", actor=actor, subject_type="source", subject_id=source_id)
    return token


def path_of(source: Source) -> str:
    """The path of the address that a sender is given, below any of the authority's hosts. Raises NotAnInlet."""
    if source.kind != KIND:
        raise NotAnInlet
    # Federations publish one address, the same for all members.
    return "/egil/v2" if source.settings.get("member") else f"/egil/{source.pk}/v2"


@dataclass(frozen=True, slots=True)
class Described:
    """What an administrator may know of an inlet: where it is, when it was used, how much has come by endpoint."""

    path: str
    token_made_at: datetime | None
    heard_at: datetime | None
    unread_since: datetime | None
    counts: Mapping[str, int]


def describe(source: Source) -> Described:
    """A source's inlet as it stands. Call within(). Raises NotAnInlet."""
    path, found = path_of(source), Inlet.objects.filter(source=source).first() or Inlet(source=source)
    arrived = mirror.counts(source.pk)
    counts = {kind.endpoint: arrived.get(kind.value, 0) for kind in ResourceType}
    return Described(path, found.token_made_at, found.heard_at, found.pending_since, counts)


def digest(token: str) -> str:
    """What is kept of a token. It has 256 bits of chance, so a plain digest is enough."""
    return sha256(token.encode()).hexdigest()


def knows(inlet: Inlet, token: str) -> bool:
    """Whether this is the inlet's token."""
    return bool(inlet.token_digest) and hmac.compare_digest(inlet.token_digest, digest(token))


def note(inlet: Inlet, *, now: datetime, changed: bool) -> None:
    """Remember that something was heard, and that something changed."""
    stale = now - NOTED_EVERY
    heard = Q(heard_at__isnull=True) | Q(heard_at__lt=stale)
    Inlet.objects.filter(heard, pk=inlet.pk).update(heard_at=now)
    if changed:
        Inlet.objects.filter(pk=inlet.pk, pending_since__isnull=True).update(pending_since=now, changed_at=now)
        Inlet.objects.filter(pk=inlet.pk, changed_at__lt=stale).update(changed_at=now)


def take_ready(*, now: datetime) -> list[UUID]:
    """The sources whose delivery has come to rest, each given once. Call within()."""
    ready = [
        inlet
        for inlet in Inlet.objects.filter(pending_since__isnull=False, source__standing=Standing.ACTIVE).select_related(
            "source"
        )
        if is_ready(inlet, now=now)
    ]
    Inlet.objects.filter(pk__in=[inlet.pk for inlet in ready]).update(pending_since=None)
    return [inlet.source_id for inlet in ready]


def is_ready(inlet: Inlet, *, now: datetime) -> bool:
    """Whether nothing has come for the quiet time, or things have come for too long."""
    if inlet.pending_since is None or inlet.changed_at is None:
        return False
    quiet = timedelta(minutes=int(inlet.source.settings.get("quiet_minutes") or 1))
    return now - inlet.changed_at >= quiet or now - inlet.pending_since >= MOST_QUIET_TIMES * quiet
