"""Providers, the services that they run, and the learning resources that a service serves."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from kateder.core.models import TenantModel
from kateder.core.tenancy import TenantManager


class ResourceKind(models.TextChoices):
    """What kind of thing a learning resource is (skollagen since 2024: lärobok, läromedel, lärverktyg)."""

    DIGITAL = "digital", _("Digital")
    PRINTED = "printed", _("Printed")
    FREE = "free", _("Free")
    HYBRID = "hybrid", _("Printed and digital")
    TOOL = "tool", _("Tool")


class Provider(TenantModel):
    """Who makes and runs learning resources (leverantör).

    PII: contact · erased: when the provider is removed from the catalogue
    """

    name = models.CharField(max_length=200)
    organisation_number = models.CharField(max_length=20, blank=True)
    contact = models.CharField(max_length=200, blank=True)
    website = models.URLField(blank=True)

    objects: TenantManager[Provider] = TenantManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["authority", "name"], name="catalogue_provider_name")]

    def __str__(self) -> str:
        return self.name


class Service(TenantModel):
    """What a provider runs and we connect to; one service serves many resources. PII: none"""

    provider = models.ForeignKey(Provider, models.PROTECT, related_name="services")
    name = models.CharField(max_length=200)
    slug = models.SlugField(max_length=60)
    # Where a launch begins at the provider: it initiates sign-in with us (OpenID Connect Core §4).
    launch_uri = models.URLField(blank=True)
    supports_delivery = models.BooleanField(default=True)

    objects: TenantManager[Service] = TenantManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["authority", "slug"], name="catalogue_service_slug")]

    def __str__(self) -> str:
        return self.name


class Resource(TenantModel):
    """A learning resource (läromedel), on a service unless it is printed. PII: none"""

    title = models.CharField(max_length=200)
    subject_code = models.CharField(max_length=20, blank=True)
    subject_name = models.CharField(max_length=100, blank=True)
    # School years as SS 12000 counts them, both inclusive; None where it is for everybody.
    from_year = models.PositiveSmallIntegerField(null=True, blank=True)
    to_year = models.PositiveSmallIntegerField(null=True, blank=True)
    kind = models.CharField(max_length=10, choices=ResourceKind.choices, default=ResourceKind.DIGITAL)
    service = models.ForeignKey(Service, models.PROTECT, null=True, blank=True, related_name="resources")
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="resources")
    # The pattern of the drawn cover; blank lets the subject choose.
    cover = models.CharField(max_length=40, blank=True)
    article_number = models.CharField(max_length=60, blank=True)
    # Where the resource itself is at the service, told to it at launch (OpenID Connect Core §4 target_link_uri).
    target_link_uri = models.URLField(blank=True)

    objects: TenantManager[Resource] = TenantManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(service__isnull=False) | ~models.Q(kind__in=["digital", "hybrid", "tool"]),
                name="catalogue_resource_service",
                violation_error_message=_("A digital resource is on a service."),
            ),
            models.CheckConstraint(
                condition=models.Q(from_year__isnull=True)
                | models.Q(to_year__isnull=True)
                | models.Q(from_year__lte=models.F("to_year")),
                name="catalogue_resource_years",
            ),
        ]
        indexes = [models.Index(fields=["authority", "service"], name="catalogue_resource_service_ix")]

    def __str__(self) -> str:
        return self.title
