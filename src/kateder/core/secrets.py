"""Secrets at rest: sealed with keys derived from the instance's key, which is never in the database."""

from __future__ import annotations

import base64
import os
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from kateder.core.errors import DomainError
from kateder.core.tenancy import current_authority_id


class CannotUnseal(DomainError):
    """A stored secret cannot be opened: the instance's secret key is not the one it was sealed with."""


def derive(purpose: str, authority_id: UUID | None = None) -> bytes:
    """A 256-bit key for one purpose and, by default, the current authority."""
    owner = authority_id or current_authority_id()
    return HKDF(hashes.SHA256(), 32, None, f"kateder:{purpose}:{owner}".encode()).derive(settings.SECRET_KEY.encode())


def seal(plain: bytes, *, purpose: str) -> str:
    """Encrypt for storage (AES-256-GCM, bound to purpose and authority)."""
    nonce = os.urandom(12)
    sealed = AESGCM(derive(purpose)).encrypt(nonce, plain, purpose.encode())
    return base64.urlsafe_b64encode(nonce + sealed).decode()


def unseal(sealed: str, *, purpose: str) -> bytes:
    """Decrypt what `seal` made. Raises CannotUnseal."""
    raw = base64.urlsafe_b64decode(sealed)
    try:
        return AESGCM(derive(purpose)).decrypt(raw[:12], raw[12:], purpose.encode())
    except InvalidTag:
        raise CannotUnseal from None
