"""Who calls: the client behind a request's access token, of ours or of an authorisation server that we trust."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Final

from django.http import HttpRequest

from kateder.core import clock
from kateder.core.errors import DomainError
from kateder.core.tenancy import current_authority_id
from kateder.protocols.dnp.tokens import TokenRefused
from kateder.trust import issuers, rates, readings, remembered
from kateder.trust.models import ApiClient, ApiToken

MOST_CHARACTERS: Final = 8192
NO_TOKEN: Final = "no_token"  # noqa: S105 - a code


class NotAuthenticated(DomainError):
    """Show a valid access token. The operator of this address knows where it is fetched and what it must say."""

    def __init__(self, *, reason: str) -> None:
        super().__init__()
        self.reason = reason

    @property
    def challenge(self) -> str:
        """The WWW-Authenticate header (RFC 6750 §3): to who shows no token, no error is named."""
        return "Bearer" if self.reason == NO_TOKEN else 'Bearer error="invalid_token"'


class TooManyRequests(DomainError):
    """Too many requests. Wait for {seconds} seconds and go on."""

    def __init__(self, *, seconds: int) -> None:
        super().__init__(seconds=seconds)
        self.seconds = seconds


def who_calls(request: HttpRequest) -> ApiClient:
    """The client that sends a request, within `within(authority)`; counts the request against its rate.

    Raises NotAuthenticated (also when the client is disabled) and TooManyRequests. Refusals are counted in the
    audit trail.
    """
    try:
        client = client_of(request.META.get("HTTP_AUTHORIZATION", ""), now=clock.now())
    except NotAuthenticated as refusal:
        readings.note_refusal(refusal.reason)
        raise
    seconds = rates.wait(client)
    if seconds:
        readings.note_refusal("too_many_requests", client_id=client.id)
        raise TooManyRequests(seconds=seconds)
    return client


def client_of(authorization: str, *, now: datetime) -> ApiClient:
    """The client behind an Authorization header (RFC 6750 §2.1). Raises NotAuthenticated."""
    scheme, _space, value = authorization.partition(" ")
    value = value.strip()
    if scheme.lower() != "bearer" or not value:
        raise NotAuthenticated(reason=NO_TOKEN)
    if len(value) > MOST_CHARACTERS or not value.isascii():
        raise NotAuthenticated(reason="malformed")
    checksum = hashlib.sha256(value.encode()).digest()
    key = (current_authority_id(), checksum)
    known = remembered.recall(key, now=now)
    if known is not None:
        return known
    client, expires_at = _look_up(value, checksum, now=now)
    remembered.keep(key, client, expires_at=expires_at)
    return client


def _look_up(value: str, checksum: bytes, *, now: datetime) -> tuple[ApiClient, datetime]:
    if value.count(".") == 2:
        try:
            client, expires_at = issuers.client_of(value, now=now)
            client.granted = frozenset(client.scopes)
        except TokenRefused as refusal:
            raise NotAuthenticated(reason=refusal.code) from None
    else:
        token = ApiToken.objects.select_related("client").filter(digest=checksum.hex()).first()
        if token is None:
            raise NotAuthenticated(reason="unknown_token")
        client, expires_at = token.client, token.expires_at
        client.granted = frozenset(token.scopes)
    if expires_at <= now:
        raise NotAuthenticated(reason="expired")
    if client.disabled_at is not None:
        raise NotAuthenticated(reason="disabled")
    return client, expires_at


def recalled(authorization: str, *, now: datetime) -> ApiClient | None:
    """The client whose token this process looked up within the last seconds, if it may ask one more time now.

    Needs no database; counts the request against its rate. None: ask `who_calls`, which says what is wrong.
    """
    value = authorization.removeprefix("Bearer ").strip()
    key = (current_authority_id(), hashlib.sha256(value.encode()).digest())
    client = remembered.recall(key, now=now)
    return None if client is None or rates.wait(client) else client
