"""The metadata that holds now: what was stored, verified again by this process, until it ends.

The stored JWS is replaced in one statement, so a process sees the old or the new, never a part; each question asks the
database which version holds. A process verifies what it reads by the keys that are pinned at that moment.
"""

from __future__ import annotations

import hashlib
import json
import threading
from datetime import datetime
from typing import Final
from uuid import UUID

from kateder.protocols.matf.accepting import accept
from kateder.protocols.matf.metadata import Metadata
from kateder.protocols.matf.refusals import MetadataRefused
from kateder.trust.federations.managing import keys_of
from kateder.trust.federations.refusals import MetadataEnded, MetadataUnverified, NoMetadata
from kateder.trust.models import Federation

MOST: Final = 50
"""How many federations one process remembers."""
_known: dict[UUID, tuple[str, Metadata]] = {}
_lock = threading.Lock()


def metadata_of(federation_id: UUID, *, now: datetime) -> Metadata:
    """What a federation says now. Call within(). Raises NoMetadata, MetadataEnded or MetadataUnverified."""
    federation = Federation.objects.defer("raw").get(id=federation_id)
    if not federation.version:
        raise NoMetadata(federation=federation.name)
    rests_on = _rests_on(federation)
    known = _known.get(federation_id)
    if known is None or known[0] != rests_on:
        known = rests_on, _verified(federation, now=now)
        with _lock:
            if len(_known) >= MOST:
                _known.clear()
            _known[federation_id] = known
    if now >= known[1].expires_at:
        raise MetadataEnded(federation=federation.name)
    return known[1]


def forget() -> None:
    """Verify everything again when it is next asked for."""
    with _lock:
        _known.clear()


def _rests_on(federation: Federation) -> str:
    whole = json.dumps([federation.version, federation.keys, federation.issuer], sort_keys=True)
    return hashlib.sha256(whole.encode()).hexdigest()


def _verified(federation: Federation, *, now: datetime) -> Metadata:
    raw = bytes(Federation.objects.values_list("raw", flat=True).get(id=federation.id))
    try:
        return accept(raw, keys=keys_of(federation), now=now, issuer=federation.issuer).metadata
    except MetadataRefused as refusal:
        if refusal.code == "expired":
            raise MetadataEnded(federation=federation.name) from None
        raise MetadataUnverified(federation=federation.name, why=refusal.code) from None
