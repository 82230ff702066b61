"""Registers relying parties."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

from kateder.core import audit
from kateder.core.actors import Actor
from kateder.core.errors import DomainError
from kateder.signin.models import Application
from kateder.signin.oidc.validator import digest


class AddressNotAllowed(DomainError):
    """{address} cannot be used: it must be a complete https address without # and without user name."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What the provider of the service is given, once. Only a digest of the secret is kept here."""

    client_id: str
    client_secret: str


def register_client(service_id: UUID, *, name: str, redirect_uris: Sequence[str], actor: Actor) -> Credentials:
    """Give a service the right to ask who signs in.

    Addresses are compared letter by letter (RFC 9700 §2.1); http is for loopback alone. Raises AddressNotAllowed.
    """
    for address in redirect_uris:
        _check_address(address)
    secret = secrets.token_urlsafe(32)
    application = Application.objects.create(
        service_id=service_id,
        name=name,
        redirect_uris=" ".join(redirect_uris),
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_AUTHORIZATION_CODE,
        algorithm=Application.RS256_ALGORITHM,
        client_secret=digest(secret),
        hash_client_secret=False,
        skip_authorization=True,
    )
    audit.record("client_registered", actor=actor, subject_type="client", subject_id=application.id)
    return Credentials(application.client_id, secret)


def new_secret(client_id: str, *, actor: Actor) -> Credentials:
    """Give a client a new secret; the old one is worth nothing from now on."""
    application = Application.objects.get(client_id=client_id)
    secret = secrets.token_urlsafe(32)
    application.client_secret = digest(secret)
    application.save(update_fields=["client_secret"])
    audit.record("client_secret_replaced", actor=actor, subject_type="client", subject_id=application.id)
    return Credentials(client_id, secret)


def _check_address(address: str) -> None:
    parts = urlsplit(address)
    is_loopback = parts.hostname in ("127.0.0.1", "::1", "localhost")
    secure = parts.scheme == "https" or (parts.scheme == "http" and is_loopback)
    if not secure or not parts.hostname or "#" in address or "@" in parts.netloc or any(map(str.isspace, address)):
        raise AddressNotAllowed(address=address)
