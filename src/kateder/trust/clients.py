"""API clients: made, shown their secret once, given a new one, shut out and let in again."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from kateder.core import audit
from kateder.core.actors import Actor
from kateder.core.errors import DomainError
from kateder.trust import remembered
from kateder.trust.models import ApiClient, ApiSecret, ApiToken

GRACE: Final = timedelta(days=7)
"""How long a replaced secret is still good, so that the client's owner can change it in peace."""
UNCHANGED: Final = object()


class ClientNameTaken(DomainError):
    """There is an API client called {name} already."""


class ClientNameMissing(DomainError):
    """An API client needs a name of at most 120 characters, by which people know it."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What the client's owner is given, once. Only a digest of the secret is kept here."""

    client_id: UUID
    client_secret: str


def digest(secret: str) -> str:
    """What is kept of 256 random bits: one SHA-256, because there is nothing to guess."""
    return hashlib.sha256(secret.encode()).hexdigest()


def add_client(
    name: str,
    *,
    by: Actor,
    now: datetime,
    service_id: UUID | None = None,
    profile: Mapping[str, object] | None = None,
    scopes: Sequence[str] = (),
    rate: int | None = 50,
) -> Credentials:
    """Let a system call our APIs; gives its secret, which is shown only now.

    `scopes` are what its tokens may be given for, where the API has any.

    Raises ClientNameTaken or ClientNameMissing.
    """
    name = name.strip()
    if not name or len(name) > 120 or not name.isprintable():
        raise ClientNameMissing
    try:
        with transaction.atomic():
            client = ApiClient.objects.create(
                name=name, service_id=service_id, profile=dict(profile or {}), scopes=list(scopes), rate=rate,
                created_at=now, created_by=by.label,
            )  # fmt: skip
    except IntegrityError:
        raise ClientNameTaken(name=name) from None
    audit.record(
        "api.client_added", actor=by, subject_type="api_client", subject_id=client.id, service=service_id,
        rate=rate, profile=dict(profile or {}), scopes=list(scopes),
    )  # fmt: skip
    return Credentials(client.id, _new_secret(client, now=now))


def rotate_secret(client_id: UUID, *, by: Actor, now: datetime, grace: timedelta = GRACE) -> Credentials:
    """Give a client a new secret. The newest of the old ones is good for `grace` yet, any other ends at once."""
    client = ApiClient.objects.select_for_update().get(id=client_id)
    good = ApiSecret.objects.filter(Q(expires_at=None) | Q(expires_at__gt=now), client=client)
    kept = good.order_by("-created_at").first() if grace else None
    ApiSecret.objects.filter(client=client).exclude(id=kept.id if kept else UUID(int=0)).delete()
    if kept is not None and (kept.expires_at is None or kept.expires_at > now + grace):
        kept.expires_at = now + grace
        kept.save(update_fields=["expires_at"])
    secret = _new_secret(client, now=now)
    audit.record(
        "api.secret_rotated", actor=by, subject_type="api_client", subject_id=client.id,
        old_until=now + grace if kept else None,
    )  # fmt: skip
    return Credentials(client.id, secret)


def disable_client(client_id: UUID, *, by: Actor, now: datetime) -> None:
    """Shut a client out: its tokens end, within seconds in every process."""
    ApiClient.objects.filter(id=client_id, disabled_at=None).update(disabled_at=now)
    ApiToken.objects.filter(client_id=client_id).delete()
    remembered.forget()
    audit.record("api.client_disabled", actor=by, subject_type="api_client", subject_id=client_id)


def enable_client(client_id: UUID, *, by: Actor) -> None:
    """Let a client in again, with the secrets that it had."""
    ApiClient.objects.filter(id=client_id).update(disabled_at=None)
    remembered.forget()
    audit.record("api.client_enabled", actor=by, subject_type="api_client", subject_id=client_id)


def change_client(
    client_id: UUID,
    *,
    by: Actor,
    profile: Mapping[str, object] | None = None,
    service_id: UUID | object | None = UNCHANGED,
    scopes: Sequence[str] | None = None,
    rate: int | object | None = UNCHANGED,
) -> None:
    """Set what a client may see and how fast it may ask; what is not given stays."""
    values: dict[str, object] = {}
    if profile is not None:
        values["profile"] = dict(profile)
    if scopes is not None:
        values["scopes"] = list(scopes)
    if service_id is not UNCHANGED:
        values["service_id"] = service_id
    if rate is not UNCHANGED:
        values["rate"] = rate
    if values:
        ApiClient.objects.filter(id=client_id).update(**values)
        remembered.forget()
        audit.record("api.client_changed", actor=by, subject_type="api_client", subject_id=client_id, **values)


def _new_secret(client: ApiClient, *, now: datetime) -> str:
    secret = secrets.token_urlsafe(32)
    ApiSecret.objects.create(client=client, digest=digest(secret), created_at=now)
    return secret
