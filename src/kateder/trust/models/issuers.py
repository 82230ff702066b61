"""Authorisation servers of others, whose word about a client we take."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from kateder.core.models import TenantModel
from kateder.core.tenancy import TenantManager
from kateder.trust.models.clients import ApiClient


class Issuer(TenantModel):
    """An authorisation server that vouches for one client by a signed token (see `protocols.dnp`).

    `keys` is its JWK set: pinned where `jwks_uri` is empty, else fetched from there, never while a request waits.

    PII: none
    """

    client = models.OneToOneField(ApiClient, models.CASCADE, related_name="issuer")
    issuer = models.CharField(max_length=300)
    audiences: ArrayField[list[str], list[str]] = ArrayField(models.CharField(max_length=300))
    organization_id = models.CharField(max_length=60)
    # Our base URL as they have it, to the letter.
    location = models.CharField(max_length=300)
    jwks_uri = models.URLField(max_length=300, blank=True)
    keys = models.JSONField(default=list)
    keys_at = models.DateTimeField(null=True)
    # A token named a key that we have not: look for it, but not at every such token.
    wanted_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    # The code of why the last fetch failed; empty when it did not.
    failure = models.CharField(max_length=40, blank=True)

    objects: TenantManager[Issuer] = TenantManager()

    def __str__(self) -> str:
        return str(self.id)
