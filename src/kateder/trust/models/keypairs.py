"""Our own keys: certificates in the open, private keys sealed."""

from __future__ import annotations

from django.db import models

from kateder.core.models import TenantModel
from kateder.core.tenancy import TenantManager


class Keypair(TenantModel):
    """A key with its self-signed certificate, by which others know us (RFC 9932).

    PII: none
    """

    purpose = models.CharField(max_length=60)
    certificate = models.TextField()
    sealed_private_key = models.TextField()
    pin = models.CharField(max_length=44)
    created_at = models.DateTimeField()
    not_after = models.DateTimeField()

    objects: TenantManager[Keypair] = TenantManager()

    def __str__(self) -> str:
        return f"{self.purpose} {self.pin}"
