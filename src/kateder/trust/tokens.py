"""Access tokens of our own: given for a client's secret (RFC 6749 §4.4), shown with every request, taken back.

A token is 256 random bits; only its digest is kept, so that whoever reads the database can show none.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Q

from kateder.trust import remembered
from kateder.trust.clients import digest
from kateder.trust.models import ApiClient, ApiSecret, ApiToken

LIFETIME: Final = timedelta(hours=1)
PREFIX: Final = "kat_"
"""By it a token is told from others, also by those who look for leaked ones."""
MOST_TOKENS: Final = 20
"""A client that asks for a token with every request ends its own oldest ones."""


@dataclass(frozen=True, slots=True)
class Token:
    """What the token endpoint answers."""

    value: str
    seconds: int
    scopes: Sequence[str] = ()


class NoSuchScope(Exception):
    """None of the scopes that were asked for is one of the client's."""


def authenticate(client_id: str, client_secret: str, *, now: datetime) -> ApiClient | None:
    """The client with this id and secret, unless it is disabled; None for every other case alike."""
    try:
        wanted = UUID(client_id)
    except ValueError:
        return None
    shown = digest(client_secret)
    good = ApiSecret.objects.filter(Q(expires_at=None) | Q(expires_at__gt=now), client_id=wanted)
    for secret in good.select_related("client"):
        if hmac.compare_digest(secret.digest, shown):
            return None if secret.client.disabled_at else secret.client
    return None


def issue(client: ApiClient, *, now: datetime, scopes: Sequence[str] = ()) -> Token:
    """Give a client an access token for those of its scopes that it asks for; for all of them when it names none.

    Raises NoSuchScope.
    """
    granted = [scope for scope in client.scopes if scope in scopes or not scopes]
    if client.scopes and not granted:
        raise NoSuchScope
    value = PREFIX + secrets.token_urlsafe(32)
    ApiToken.objects.create(
        client=client, digest=digest(value), scopes=granted, issued_at=now, expires_at=now + LIFETIME
    )
    ours = ApiToken.objects.filter(client=client)
    ours.filter(expires_at__lte=now).delete()
    newest = list(ours.order_by("-issued_at").values_list("id", flat=True)[: MOST_TOKENS + 1])
    if len(newest) > MOST_TOKENS:
        ours.exclude(id__in=newest[:MOST_TOKENS]).delete()
    return Token(value, int(LIFETIME.total_seconds()), granted)


def revoke(value: str, *, client: ApiClient) -> None:
    """Take back a token of the client's own; of any other, nothing is said (RFC 7009 §2.2)."""
    ApiToken.objects.filter(client=client, digest=digest(value)).delete()
    remembered.forget()
