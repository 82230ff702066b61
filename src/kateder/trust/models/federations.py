"""Federations that we are a member of, and our own entity in them (RFC 9932)."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from kateder.core.models import TenantModel
from kateder.core.tenancy import TenantManager
from kateder.trust.models.keypairs import Keypair


class Federation(TenantModel):
    """A federation: where its metadata is, the keys it is signed with, and the newest that was accepted, as it came.

    `raw` is the JWS. It is verified again by every process that reads it; `version` says when that is to be done.

    PII: none
    """

    name = models.CharField(max_length=80)
    address = models.URLField(max_length=300)
    # Who must have issued it, to the letter; empty where nobody is named, as in the older layout.
    issuer = models.CharField(max_length=300, blank=True)
    # A JWK set's members, pinned by somebody who has compared their thumbprints.
    keys = models.JSONField(default=list)
    raw = models.BinaryField(default=b"")
    version = models.CharField(max_length=64, blank=True)
    issued_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    fetched_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    cache_seconds = models.PositiveIntegerField(default=3600)
    # The code of why the last fetch gave nothing; empty when it did.
    failure = models.CharField(max_length=40, blank=True)
    failing_since = models.DateTimeField(null=True)

    objects: TenantManager[Federation] = TenantManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["authority", "name"], name="trust_federation_name")]

    def __str__(self) -> str:
        return self.name


class OwnEntity(TenantModel):
    """We as a member of a federation: what we ask its operator to publish. PII: none"""

    federation = models.OneToOneField(Federation, models.CASCADE, related_name="own_entity")
    entity_id = models.CharField(max_length=300)
    organization = models.CharField(max_length=200)
    organization_id = models.CharField(max_length=40, blank=True)
    # One client is published for each tag: what we deliver by it.
    client_tags: ArrayField[list[str], list[str]] = ArrayField(models.CharField(max_length=64), default=list)
    # One server where others reach us, with what they may do there; no address, no server.
    server_uri = models.URLField(max_length=300, blank=True)
    server_tags: ArrayField[list[str], list[str]] = ArrayField(models.CharField(max_length=64), default=list)
    created_at = models.DateTimeField()

    objects: TenantManager[OwnEntity] = TenantManager()

    def __str__(self) -> str:
        return self.entity_id


class KeyUse(models.TextChoices):
    """What a key of our entity is for."""

    CLIENT = "client", _("When we call")
    SERVER = "server", _("When we are called")


class EntityKey(TenantModel):
    """A key of our entity on its way: made, published, in use, replaced, removed. A date says that it got there.

    PII: none
    """

    entity = models.ForeignKey(OwnEntity, models.CASCADE, related_name="entity_keys")
    use = models.CharField(max_length=6, choices=KeyUse.choices)
    keypair = models.OneToOneField(Keypair, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    # When the federation's metadata was first seen with its pin under our entity.
    published_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    replaced_at = models.DateTimeField(null=True)
    # When the metadata was first seen without it again.
    removed_at = models.DateTimeField(null=True)

    objects: TenantManager[EntityKey] = TenantManager()

    def __str__(self) -> str:
        return f"{self.use} {self.made_at:%Y-%m-%d}"
