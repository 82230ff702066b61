"""The tables of the OpenID Connect provider: django-oauth-toolkit's models, each swapped for a tenant table."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.functional import cached_property
from oauth2_provider.models import (
    AbstractAccessToken,
    AbstractApplication,
    AbstractDeviceGrant,
    AbstractGrant,
    AbstractIDToken,
    AbstractRefreshToken,
)

from kateder.catalogue.models import Service
from kateder.core import clock
from kateder.core.models import TenantModel
from kateder.core.tenancy import TenantManager


class Application(TenantModel, AbstractApplication):  # type: ignore[misc]
    """A relying party: a service's right to ask who signs in. The secret is kept as a digest.

    PII: none
    """

    service = models.ForeignKey(Service, models.CASCADE, related_name="+")

    objects: TenantManager[Application] = TenantManager()

    def redirect_uri_allowed(self, uri: str) -> bool:
        """Simple string comparison (RFC 9700 §2.1): no free port on loopback either, our clients are servers."""
        return uri in self.redirect_uris.split()

    @cached_property
    def jwk_key(self) -> Any:
        """The authority's key: every client of one authority verifies with the same set."""
        from kateder.signin.oidc.keys import signing_key

        return signing_key(now=clock.now())

    def __str__(self) -> str:
        return str(self.id)


class Grant(TenantModel, AbstractGrant):  # type: ignore[misc]
    """An authorisation code on its way from the browser to the service.

    PII: user · erased: with the account, and a day after it was made
    """

    authenticated_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)

    objects: TenantManager[Grant] = TenantManager()

    def __str__(self) -> str:
        return str(self.id)


class IDToken(TenantModel, AbstractIDToken):  # type: ignore[misc]
    """Says that a service was told who signed in, under which subject.

    PII: user, subject · erased: with the account, and a day after it expired
    """

    subject = models.UUIDField()

    objects: TenantManager[IDToken] = TenantManager()

    def __str__(self) -> str:
        return str(self.id)


class AccessToken(TenantModel, AbstractAccessToken):  # type: ignore[misc]
    """Lets a service read the same claims again for some minutes. Only a checksum is kept.

    PII: user · erased: with the account, and a day after it expired
    """

    grant = models.ForeignKey(Grant, models.CASCADE, null=True, related_name="+")

    objects: TenantManager[AccessToken] = TenantManager()

    def __str__(self) -> str:
        return str(self.id)


class RefreshToken(TenantModel, AbstractRefreshToken):  # type: ignore[misc]
    """Never issued; the toolkit's models refer to it.

    PII: user · erased: with the account
    """

    objects: TenantManager[RefreshToken] = TenantManager()

    class Meta(AbstractRefreshToken.Meta):  # type: ignore[misc]
        abstract = False

    def __str__(self) -> str:
        return str(self.id)


class DeviceGrant(TenantModel, AbstractDeviceGrant):  # type: ignore[misc]
    """Never issued; the toolkit's models refer to it.

    PII: user · erased: with the account
    """

    objects: TenantManager[DeviceGrant] = TenantManager()

    class Meta(AbstractDeviceGrant.Meta):  # type: ignore[misc]
        abstract = False

    def __str__(self) -> str:
        return str(self.id)


class SigningKey(TenantModel):
    """A key that signs identity tokens from a time on. The private half is sealed with the instance's key.

    PII: none
    """

    sealed = models.TextField()
    public = models.JSONField()
    signs_from = models.DateTimeField()

    objects: TenantManager[SigningKey] = TenantManager()

    def __str__(self) -> str:
        return str(self.id)
