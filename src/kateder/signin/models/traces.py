"""What was opened when, as little as the shelf and "why can't she open it?" need: one row, not a log."""

from __future__ import annotations

from django.db import models

from kateder.catalogue.models import Resource, Service
from kateder.core.models import TenantModel
from kateder.core.tenancy import TenantManager
from kateder.register.models import Person


class Opening(TenantModel):
    """When a person last opened a resource from the shelf.

    PII: person · erased: with the person
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    resource = models.ForeignKey(Resource, models.CASCADE, related_name="+")
    last_opened_at = models.DateTimeField()
    times = models.PositiveIntegerField(default=1)

    objects: TenantManager[Opening] = TenantManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["authority", "person", "resource"], name="signin_opening_once")]

    def __str__(self) -> str:
        return str(self.id)


class Arrival(TenantModel):
    """When a person was last signed in at a service.

    PII: person · erased: with the person
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    service = models.ForeignKey(Service, models.CASCADE, related_name="+")
    last_signed_in_at = models.DateTimeField()

    objects: TenantManager[Arrival] = TenantManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["authority", "person", "service"], name="signin_arrival_once")]

    def __str__(self) -> str:
        return str(self.id)
