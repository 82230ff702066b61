"""Who runs the schools, the schools and school units, and who answers for the personal data."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from kateder.core.models import TenantModel
from kateder.core.tenancy import TenantManager
from kateder.register.models.base import RegisterModel


class Organisation(RegisterModel):
    """A school authority, a school or a school unit (SS 12000 Organisation). PII: none"""

    display_name = models.CharField(max_length=200)
    organisation_type = models.CharField(max_length=20)
    organisation_code = models.CharField(max_length=200, null=True)
    organisation_number = models.CharField(max_length=20, null=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    school_unit_code = models.CharField(max_length=20, null=True)
    school_types: ArrayField[list[str], list[str]] = ArrayField(models.CharField(max_length=20), default=list)
    municipality_code = models.CharField(max_length=4, null=True)
    url = models.CharField(max_length=500, null=True)
    email = models.CharField(max_length=254, null=True)
    phone_number = models.CharField(max_length=40, null=True)
    # As the standard has them: [{infoType, info}], and from 2.1.0 one address.
    contact_info = models.JSONField(default=list)
    address = models.JSONField(null=True)
    start_date = models.DateField(null=True)
    end_date = models.DateField(null=True)

    objects: TenantManager[Organisation] = TenantManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(end_date__isnull=True)
                | models.Q(start_date__isnull=True)
                | models.Q(end_date__gte=models.F("start_date")),
                name="register_organisation_dates",
            )
        ]

    def __str__(self) -> str:
        return self.display_name


class Controller(TenantModel):
    """A controller of personal data (nämnd, bolag) within the authority.

    PII: officer_contact · erased: when the officer is replaced
    """

    name = models.CharField(max_length=200)
    organisation_number = models.CharField(max_length=20, blank=True)
    officer_contact = models.CharField(max_length=200, blank=True)

    objects: TenantManager[Controller] = TenantManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["authority", "name"], name="register_controller_name")]

    def __str__(self) -> str:
        return self.name
