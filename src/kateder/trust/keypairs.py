"""Our own keys, each with its self-signed certificate; private keys sealed."""

from __future__ import annotations

import functools
import ssl
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from secrets import token_hex
from uuid import UUID

from kateder.core import audit, clock, secrets
from kateder.core.actors import Actor
from kateder.protocols.matf.identity import Identity, self_signed
from kateder.protocols.matf.pinning import pinned_context
from kateder.trust.models import Keypair

SEAL = "trust.keypair"
VALIDITY = timedelta(days=730)
MOST_CONTEXTS = 256
"""So many targets are known how to get in at, of those asked for last."""


def make_keypair(purpose: str, *, common_name: str, by: Actor, now: datetime, hosts: Sequence[str] = ()) -> Keypair:
    """Make a key for a purpose, with a self-signed certificate that is valid for two years.

    `common_name` names the authority; the day and a few random digits are added: OpenSSL finds a certificate
    by its subject, so two of ours with the same one would hide each other at a peer.
    """
    identity = self_signed(
        # X.509 takes 64 characters; what is added has 18 of them.
        f"{common_name[:46]} {now:%Y-%m-%d} {token_hex(3)}",
        not_before=now - timedelta(hours=1),
        not_after=now + VALIDITY,
        hosts=hosts,
    )
    keypair = Keypair.objects.create(
        purpose=purpose,
        certificate=identity.certificate,
        sealed_private_key=secrets.seal(identity.private_key.encode(), purpose=SEAL),
        pin=identity.pin,
        created_at=now,
        not_after=now + VALIDITY,
    )
    audit.record("trust.keypair_made", actor=by, subject_type="keypair", subject_id=keypair.id, pin=keypair.pin)
    return keypair


def identity_of(keypair_id: UUID) -> Identity:
    """Give certificate and private key. Raises CannotUnseal when the instance's secret key was changed."""
    keypair = Keypair.objects.get(id=keypair_id)
    private_key = secrets.unseal(keypair.sealed_private_key, purpose=SEAL)
    return Identity(keypair.certificate, private_key.decode())


def client_context(pins: Collection[str], *, keypair_id: UUID) -> ssl.SSLContext:
    """Give a TLS context that shows our certificate and knows the server by its pins only.

    While key and pins are the same it is the same one, so that connections which were opened with it may be used again.
    Raises CannotUnseal.
    """
    keypair = Keypair.objects.get(id=keypair_id)
    return _context(frozenset(pins), keypair.certificate, keypair.sealed_private_key)


@functools.lru_cache(maxsize=MOST_CONTEXTS)
def _context(pins: frozenset[str], certificate: str, sealed: str) -> ssl.SSLContext:
    private_key = secrets.unseal(sealed, purpose=SEAL)
    return pinned_context(pins, identity=Identity(certificate, private_key.decode()), now=clock.now)
