"""The tables of local accounts: sessions, passkeys, one-time codes, set-up links, failed attempts."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from kateder.core.models import TenantModel
from kateder.core.tenancy import TenantManager


class Session(TenantModel):
    """A signed-in browser, of one authority. The cookie's key is kept as a digest: a copy of the table opens nothing.

    PII: data · erased: at sign-out, and when it expires
    """

    digest = models.CharField(max_length=64)
    data = models.JSONField()
    expires_at = models.DateTimeField(db_index=True)

    objects: TenantManager[Session] = TenantManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["authority", "digest"], name="signin_session_digest")]

    def __str__(self) -> str:
        return str(self.id)


class Passkey(TenantModel):
    """A public key of one person's device (WebAuthn).

    PII: user · erased: with the account
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    credential_id = models.BinaryField(max_length=1023)
    public_key = models.BinaryField()
    sign_count = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)

    objects: TenantManager[Passkey] = TenantManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["authority", "credential_id"], name="signin_passkey_credential")]

    def __str__(self) -> str:
        return str(self.id)


class OneTimeSecret(TenantModel):
    """The seed of an authenticator app (RFC 6238), sealed; a code is good once.

    PII: user · erased: with the account
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    sealed = models.TextField()
    last_step = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()

    objects: TenantManager[OneTimeSecret] = TenantManager()

    def __str__(self) -> str:
        return str(self.id)


class SetupLink(TenantModel):
    """A link with which a person sets up a way to sign in, once. Only a digest is kept.

    PII: user · erased: with the account, and when it expires
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    objects: TenantManager[SetupLink] = TenantManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["authority", "digest"], name="signin_setuplink_digest")]

    def __str__(self) -> str:
        return str(self.id)


class Attempt(TenantModel):
    """A sign-in that failed, for the rate limit. The account and the address are kept as keyed digests.

    PII: subject · erased: with the next failure after a quarter of an hour
    """

    subject = models.CharField(max_length=64)
    at = models.DateTimeField()

    objects: TenantManager[Attempt] = TenantManager()

    class Meta:
        indexes = [models.Index(fields=["authority", "subject", "at"], name="signin_attempt_subject")]

    def __str__(self) -> str:
        return str(self.id)
