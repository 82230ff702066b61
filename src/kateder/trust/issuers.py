"""Authorisation servers of others: which one vouches for which client, and the keys by which we know its word.

A request never waits for a key to be fetched. A token whose key is not known is refused and the key is wished for;
a job fetches it, and not more often than every five minutes, however many such tokens come.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from django.db.models import F, Q

from kateder.core import audit, jobs
from kateder.core.actors import Actor
from kateder.core.errors import DomainError
from kateder.protocols.dnp import tokens
from kateder.protocols.dnp.tokens import Expected, TokenRefused, UnknownKey
from kateder.trust import remembered
from kateder.trust.models import ApiClient, Issuer

STALE_AFTER: Final = timedelta(hours=6)
AT_MOST_EVERY: Final = timedelta(minutes=5)


class IssuerIncomplete(DomainError):
    """The authorisation server needs an issuer, an audience, an organisation and our own address as it has it."""


class NoKeys(DomainError):
    """Give either the address of the server's keys (https) or a set with at least one ES256 key in it."""


def trust_issuer(
    client_id: UUID,
    *,
    issuer: str,
    audiences: Collection[str],
    organization_id: str,
    location: str,
    by: Actor,
    now: datetime,
    jwks_uri: str = "",
    keys: Collection[Mapping[str, Any]] = (),
) -> Issuer:
    """Take an authorisation server's word for a client. Keys that are given are pinned; else they are fetched.

    `location` is our base URL exactly as the server has it: a slash too much is another address. Raises
    IssuerIncomplete or NoKeys.
    """
    if not (issuer and audiences and all(audiences) and organization_id and location):
        raise IssuerIncomplete
    pinned = tokens.usable(keys)
    fetched = urlsplit(jwks_uri)
    if bool(pinned) == bool(jwks_uri) or (jwks_uri and (fetched.scheme != "https" or not fetched.hostname)):
        raise NoKeys
    values = {
        "issuer": issuer, "audiences": list(audiences), "organization_id": organization_id, "location": location,
        "jwks_uri": jwks_uri, "keys": pinned, "keys_at": now if pinned else None,
        "wanted_at": None if pinned else now, "asked_at": None, "failure": "",
    }  # fmt: skip
    made, _ = Issuer.objects.update_or_create(client_id=client_id, defaults=values)
    audit.record(
        "api.issuer_trusted", actor=by, subject_type="api_client", subject_id=client_id, issuer=issuer,
        organization_id=organization_id, location=location, pinned=bool(pinned),
    )  # fmt: skip
    remembered.forget()
    return made


def client_of(token: str, *, now: datetime) -> tuple[ApiClient, datetime]:
    """The client that a token of a trusted server speaks for, and until when. Raises TokenRefused."""
    refused = TokenRefused("unknown_issuer")
    for issuer in Issuer.objects.select_related("client").filter(issuer=tokens.issuer_of(token)).order_by("id"):
        try:
            return issuer.client, tokens.verify(token, keys=issuer.keys, expected=_expected(issuer), now=now)
        except UnknownKey as refusal:
            _wish_for_keys(issuer, now=now)
            refused = refusal
        except TokenRefused as refusal:
            refused = refusal
    raise refused


def due(*, now: datetime) -> list[Issuer]:
    """Whose keys are to be fetched now: wished for or old, and not asked for lately."""
    stale = Q(keys_at=None) | Q(keys_at__lte=now - STALE_AFTER) | Q(wanted_at__gt=F("keys_at"))
    rested = Q(asked_at=None) | Q(asked_at__lte=now - AT_MOST_EVERY)
    return list(Issuer.objects.filter(stale, rested, client__disabled_at=None).exclude(jwks_uri=""))


def _wish_for_keys(issuer: Issuer, *, now: datetime) -> None:
    if not issuer.jwks_uri or (issuer.asked_at is not None and issuer.asked_at > now - AT_MOST_EVERY):
        return
    from kateder.trust.tasks import FETCH_KEYS  # tasks are declared where they are run

    Issuer.objects.filter(id=issuer.id).update(wanted_at=now)
    jobs.request(FETCH_KEYS, queueing_lock=f"trust.keys:{issuer.id}", issuer_id=str(issuer.id))


def _expected(issuer: Issuer) -> Expected:
    return Expected(
        issuer=issuer.issuer,
        audiences=frozenset(issuer.audiences),
        organization_id=issuer.organization_id,
        location=issuer.location,
    )
