"""Fetches metadata and takes it if it is to be taken; what was accepted before is kept until it ends."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from kateder.core.tenancy import within
from kateder.protocols.matf.accepting import Accepted, Dropped, accept
from kateder.protocols.matf.refusals import MetadataRefused
from kateder.trust.federations import reminding, rotation, telling
from kateder.trust.federations.fetching import NotFetched, fetch
from kateder.trust.federations.managing import keys_of
from kateder.trust.models import Federation


def refresh(authority_id: UUID, federation_id: UUID, *, now: datetime) -> str:
    """Fetch metadata and take it if it is to be taken; gives the code of why not, or nothing.

    Call it outside transactions. What is not taken changes nothing but the federation's failure.
    """
    with within(authority_id):
        federation = Federation.objects.defer("raw").get(id=federation_id)
        Federation.objects.filter(id=federation_id).update(asked_at=now)
    try:
        raw = fetch(federation.address)
        with within(authority_id):
            dropped = _take(federation_id, raw, now=now)
    except (NotFetched, MetadataRefused) as refusal:
        with within(authority_id):
            _failed(federation_id, refusal.code, now=now)
        return refusal.code
    with within(authority_id):
        telling.tell_dropped(federation_id, dropped)
        telling.tell_state(federation_id, now=now)
        reminding.tell(federation_id, now=now)
    return ""


def _take(federation_id: UUID, raw: bytes, *, now: datetime) -> Sequence[Dropped]:
    """Put new metadata in the place of the old, in one statement. Raises MetadataRefused."""
    federation = Federation.objects.defer("raw").select_for_update().get(id=federation_id)
    found: Accepted = accept(
        raw, keys=keys_of(federation), now=now, issuer=federation.issuer, newest=federation.issued_at
    )
    metadata = found.metadata
    Federation.objects.filter(id=federation_id).update(
        raw=raw,
        version=hashlib.sha256(raw).hexdigest(),
        issued_at=metadata.issued_at,
        expires_at=metadata.expires_at,
        cache_seconds=int(metadata.cache_ttl.total_seconds()),
        fetched_at=now,
        failure="",
        failing_since=None,
    )
    rotation.notice(federation_id, metadata, now=now)
    return found.dropped


def _failed(federation_id: UUID, code: str, *, now: datetime) -> None:
    ours = Federation.objects.filter(id=federation_id)
    ours.update(failure=code)
    ours.filter(failing_since=None).update(failing_since=now)
    telling.tell_state(federation_id, now=now)
    reminding.tell(federation_id, now=now)
