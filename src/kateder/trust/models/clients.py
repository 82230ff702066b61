"""Clients that may call our APIs: what they prove themselves with, how fast they may ask, what they have read."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from kateder.core.models import Authority, TenantModel
from kateder.core.tenancy import TenantManager, current_authority_id

DIGEST = 64
"""Hexadecimal digits of a SHA-256."""


class ApiClient(TenantModel):
    """A system that may call our APIs. Its id is also its OAuth client id (RFC 6749 §2.2).

    What it may see is its profile: of a service (`service_id` is the catalogue's), else what `profile` sets; how
    that is read, `provisioning.ss12000.profiles` knows.

    PII: none
    """

    name = models.CharField(max_length=120)
    service_id = models.UUIDField(null=True, db_index=True)
    profile = models.JSONField(default=dict)
    # What its tokens may be given for (RFC 6749 §3.3); without any, scopes have no meaning for the client.
    scopes: ArrayField[list[str], list[str]] = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    # Requests a second over all our processes together, with twice as many in one burst; None: as fast as it can.
    rate = models.PositiveIntegerField(null=True, default=50)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=80)
    disabled_at = models.DateTimeField(null=True)
    last_seen_at = models.DateTimeField(null=True)

    objects: TenantManager[ApiClient] = TenantManager()
    # The scopes of the token that was shown; set by who looks it up.
    granted: frozenset[str] = frozenset()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["authority", "name"], name="trust_client_name")]

    def __str__(self) -> str:
        return str(self.id)


class ApiSecret(TenantModel):
    """What a client proves itself with: 256 random bits, so that one SHA-256 of them is enough. PII: none"""

    client = models.ForeignKey(ApiClient, models.CASCADE, related_name="secrets")
    digest = models.CharField(max_length=DIGEST)
    created_at = models.DateTimeField()
    # None: until it is replaced.
    expires_at = models.DateTimeField(null=True)

    objects: TenantManager[ApiSecret] = TenantManager()

    def __str__(self) -> str:
        return str(self.id)


class ApiToken(TenantModel):
    """An access token that is in use; only its digest is kept. PII: none"""

    client = models.ForeignKey(ApiClient, models.CASCADE, related_name="tokens")
    digest = models.CharField(max_length=DIGEST)
    scopes: ArrayField[list[str], list[str]] = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    objects: TenantManager[ApiToken] = TenantManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["authority", "digest"], name="trust_token_digest")]
        indexes = [models.Index(fields=["client", "expires_at"], name="trust_token_order")]

    def __str__(self) -> str:
        return str(self.id)


class RateBucket(models.Model):
    """How many requests a caller may still make, over all our processes (a token bucket). PII: none

    The caller is an API client, or a source that is delivered to. No reference: it is written over a connection of
    its own, which does not see what is not yet committed.
    """

    caller_id = models.UUIDField(primary_key=True, db_column="client_id")
    authority = models.ForeignKey(Authority, models.PROTECT, default=current_authority_id, related_name="+")
    tokens = models.FloatField()
    filled_at = models.DateTimeField()

    objects: TenantManager[RateBucket] = TenantManager()

    def __str__(self) -> str:
        return str(self.caller_id)


class Reading(TenantModel):
    """How much a client read of one kind of thing on one day. PII: none"""

    client = models.ForeignKey(ApiClient, models.CASCADE, db_constraint=False, related_name="readings")
    date = models.DateField()
    entity = models.CharField(max_length=30)
    requests = models.BigIntegerField(default=0)
    objects_read = models.BigIntegerField(default=0)

    objects: TenantManager[Reading] = TenantManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client", "date", "entity"], name="trust_reading_once")]

    def __str__(self) -> str:
        return f"{self.date} {self.entity}"
