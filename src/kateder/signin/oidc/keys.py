"""The authority's signing keys: made at need, sealed at rest, replaced without anyone noticing.

A new key is published before it signs, and an old one as long as something that it signed may be read.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.db import connection
from jwcrypto.jwk import JWK

from kateder.core import secrets
from kateder.core.tenancy import current_authority_id
from kateder.signin.models import SigningKey

BITS: Final = 2048
PURPOSE: Final = "oidc-signing-key"
PUBLISHED_AHEAD: Final = timedelta(hours=24)
PUBLISHED_AFTER: Final = timedelta(hours=24)
JWKS_SECONDS: Final = 3600


def signing_key(*, now: datetime) -> JWK:
    """The key that signs now; the first one is made here."""
    row = _current(now)
    if row is None:
        with connection.cursor() as cursor:
            # Two first sign-ins at once are to make one key.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"key:{current_authority_id()}"])
        # Of the two, the later one may have the earlier clock: the key has always been signing.
        row = _current(now) or _make(signs_from=now - PUBLISHED_AHEAD)
    return _opened(row.id, row.sealed)


def opens(key: SigningKey) -> None:
    """Raises CannotUnseal when the instance's key is not the one that this key was sealed with."""
    secrets.unseal(key.sealed, purpose=PURPOSE)


def rotate(*, now: datetime) -> SigningKey:
    """Make the next key, and forget the ones whose time has passed. It signs when every client has seen it."""
    successor = _make(signs_from=now + PUBLISHED_AHEAD)
    published = {key.id for key in _published(now)}
    SigningKey.objects.exclude(id__in=published).delete()
    return successor


def published_keys(*, now: datetime) -> dict[str, list[Mapping[str, str]]]:
    """The JWK set (RFC 7517 §5): public halves only."""
    if not SigningKey.objects.exists():
        signing_key(now=now)
    return {"keys": [key.public for key in _published(now)]}


def _published(now: datetime) -> list[SigningKey]:
    """Newest first: what signs, what will, and what signed lately."""
    kept: list[SigningKey] = []
    replaced_at: datetime | None = None
    for key in SigningKey.objects.order_by("-signs_from"):
        if replaced_at is None or replaced_at + PUBLISHED_AFTER > now:
            kept.append(key)
        if key.signs_from <= now:
            replaced_at = key.signs_from
    return kept


def _current(now: datetime) -> SigningKey | None:
    return SigningKey.objects.filter(signs_from__lte=now).order_by("-signs_from").first()


def _make(*, signs_from: datetime) -> SigningKey:
    private = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    key = JWK.from_pem(pem)
    public = {"use": "sig", "alg": "RS256", **key.export_public(as_dict=True), "kid": key.thumbprint()}
    return SigningKey.objects.create(sealed=secrets.seal(pem, purpose=PURPOSE), public=public, signs_from=signs_from)


@functools.lru_cache(maxsize=64)
def _opened(key_id: UUID, sealed: str) -> JWK:
    return JWK.from_pem(secrets.unseal(sealed, purpose=PURPOSE))
