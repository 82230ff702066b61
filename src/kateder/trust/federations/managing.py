"""Federations: added, their keys pinned and let go."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit
from uuid import UUID

from django.db import IntegrityError, transaction

from kateder.core import audit, jobs
from kateder.core.actors import Actor
from kateder.protocols.matf.keys import SigningKey, of_jwks, read_keys
from kateder.protocols.matf.refusals import BadKeys
from kateder.trust.federations.refusals import FederationIncomplete, FederationTaken, KeysRefused
from kateder.trust.models import Federation


def add_federation(name: str, *, address: str, by: Actor, issuer: str = "") -> Federation:
    """Become aware of a federation. Nothing is fetched before a key of it is pinned.

    Raises FederationIncomplete or FederationTaken.
    """
    name, address = name.strip(), address.strip()
    if not name or len(name) > 80 or not name.isprintable() or not _is_https(address):
        raise FederationIncomplete
    try:
        with transaction.atomic():
            made = Federation.objects.create(name=name, address=address, issuer=issuer.strip())
    except IntegrityError:
        raise FederationTaken(name=name) from None
    audit.record(
        "trust.federation_added", actor=by, subject_type="federation", subject_id=made.id, address=address,
        issuer=issuer,
    )  # fmt: skip
    return made


def offered(text: str) -> tuple[SigningKey, ...]:
    """The keys in a JWK set, to be shown with their thumbprints before anybody pins them. Raises KeysRefused."""
    try:
        return read_keys(text)
    except BadKeys as refusal:
        raise KeysRefused(why=refusal.code) from None


def keys_of(federation: Federation) -> tuple[SigningKey, ...]:
    """The keys that are pinned."""
    return of_jwks(federation.keys)


def pin_keys(federation_id: UUID, text: str, *, thumbprints: Collection[str], by: Actor) -> tuple[SigningKey, ...]:
    """Pin those keys of a JWK set whose thumbprints somebody has compared with what the federation says elsewhere.

    The keys that were pinned before stay. Gives those that are pinned now. Raises KeysRefused, also for a
    thumbprint that none of the keys has.
    """
    federation = Federation.objects.select_for_update().get(id=federation_id)
    compared = {one.strip() for one in thumbprints}
    chosen = [one for one in offered(text) if one.thumbprint in compared]
    if not chosen or compared != {one.thumbprint for one in chosen}:
        raise KeysRefused(why="another_thumbprint")
    before = [one for one in keys_of(federation) if one.kid not in {new.kid for new in chosen}]
    keys = (*before, *chosen)
    _keep(federation, keys, by=by, event="trust.keys_pinned", thumbprints=sorted(compared))
    fetch_soon(federation_id)
    return keys


def unpin_key(federation_id: UUID, kid: str, *, by: Actor) -> None:
    """Let a key go: metadata that only it has signed is trusted no more, from now on."""
    federation = Federation.objects.select_for_update().get(id=federation_id)
    keys = tuple(one for one in keys_of(federation) if one.kid != kid)
    _keep(federation, keys, by=by, event="trust.key_let_go", kid=kid)


def _keep(federation: Federation, keys: Collection[SigningKey], *, by: Actor, event: str, **details: object) -> None:
    federation.keys = [one.jwk for one in keys]
    federation.asked_at = None
    federation.save(update_fields=["keys", "asked_at"])
    audit.record(event, actor=by, subject_type="federation", subject_id=federation.id, **details)


def fetch_soon(federation_id: UUID) -> None:
    """Ask for the metadata to be fetched once the transaction commits."""
    from kateder.trust.tasks import FETCH_METADATA  # tasks are declared where they are run

    jobs.request(FETCH_METADATA, queueing_lock=f"trust.metadata:{federation_id}", federation_id=str(federation_id))


def _is_https(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc and len(address) <= 300
