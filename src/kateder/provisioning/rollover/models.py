"""A school-year rollover, what it would do, and the freezes of deliveries."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from kateder.catalogue.models import Service
from kateder.core.models import TenantModel
from kateder.core.tenancy import TenantManager


class Rollover(TenantModel):
    """A guided turn of the school year. `day` is the first day of the new one. PII: none

    `looked_at`: when the consequences were last worked out, at which position of the feed they rest.
    """

    day = models.DateField()
    started_at = models.DateTimeField()
    started_by = models.CharField(max_length=80)
    asked_at = models.DateTimeField(null=True)
    looked_at = models.DateTimeField(null=True)
    feed_position = models.BigIntegerField(default=0)
    lots = models.JSONField(default=list)
    released_at = models.DateTimeField(null=True)
    released_by = models.CharField(max_length=80, blank=True)
    left_at = models.DateTimeField(null=True)

    objects: TenantManager[Rollover] = TenantManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["authority"],
                condition=models.Q(released_at__isnull=True, left_at__isnull=True),
                name="provisioning_rollover_one",
            )
        ]

    def __str__(self) -> str:
        return str(self.day)


class Consequence(TenantModel):
    """Who gets and who loses a service at one school on the day (root ids).

    PII: gets, loses · erased: when the rollover is released or left
    """

    rollover = models.ForeignKey(Rollover, models.CASCADE, related_name="consequences")
    service = models.ForeignKey(Service, models.CASCADE, related_name="+")
    unit_id = models.UUIDField(null=True)
    gets: ArrayField[list[object], list[object]] = ArrayField(models.UUIDField(), default=list)
    loses: ArrayField[list[object], list[object]] = ArrayField(models.UUIDField(), default=list)
    keeps = models.PositiveIntegerField()

    objects: TenantManager[Consequence] = TenantManager()

    def __str__(self) -> str:
        return f"{self.service_id} {self.unit_id}"


class Freeze(TenantModel):
    """Deliveries to a target are held back, until somebody ends it. Removals of protected people still go out.

    PII: none (`reason` is about the authority's work, and a personal number in it is refused)
    """

    target = models.ForeignKey("provisioning.Target", models.CASCADE, related_name="freezes")
    rollover = models.ForeignKey(Rollover, models.SET_NULL, null=True, related_name="freezes")
    reason = models.CharField(max_length=300)
    remind_date = models.DateField()
    begun_at = models.DateTimeField()
    begun_by = models.CharField(max_length=80)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=80, blank=True)

    objects: TenantManager[Freeze] = TenantManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["target"], condition=models.Q(ended_at__isnull=True), name="provisioning_freeze_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.target_id} {self.remind_date}"
